import { createHash } from "node:crypto";
import { escapeHtml } from "../../demo/html-text.ts";
import { lengthText, nameOf, noteLines, signedText, whenOf } from "../conversation-timeline.ts";
import { type Conversation, type ConversationTurn, durationOf, startsOf, type TurnOpinion } from "../conversation-turns.ts";
import { printable } from "../conversation-words.ts";
import { circle, diamond, drawing, sentenceOf, triangle } from "./drawing.ts";
import type { PageRecording } from "./recordings.ts";
import { PAGE_SCRIPT } from "./script.ts";
import { PAGE_STYLE } from "./style.ts";

/** The conversation as one page that needs nothing else: the drawing, the same as a table, the recordings within it. Its policy forbids the network and any other script. */
export function conversationPage(conversation: Conversation, recordings: readonly PageRecording[]): string {
  const scriptHash = createHash("sha256").update(PAGE_SCRIPT).digest("base64");
  const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${scriptHash}'; media-src data:; base-uri 'none'; form-action 'none'`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Valence: ${escapeHtml(printable(conversation.id))}</title>
<style>${PAGE_STYLE}</style>
</head>
<body>
${header(conversation)}
${players(recordings)}
<section aria-labelledby="course"><h2 id="course">The course of it</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="course">${drawing(conversation)}</div>
${key(conversation)}
${noteLines(conversation, Infinity).map((note) => `<p class="soft">${escapeHtml(note)}</p>`).join("\n")}
</section>
<section aria-labelledby="turns"><h2 id="turns">Turn by turn</h2>
<div class="scroll" tabindex="0" role="region" aria-labelledby="turns">${turnTable(conversation, recordings)}</div></section>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
}

function header(conversation: Conversation): string {
  const { channel, running, speakers, turns } = conversation;
  const length = durationOf(conversation);
  const disagreeing = turns.filter(({ disagrees }) => disagrees).length;
  const compared = turns.filter(({ voice, words }) => voice !== undefined && words !== undefined).length;
  const tile = (figure: string, name: string): string => `<div class="tile"><b>${figure}</b><span>${name}</span></div>`;
  const tiles = [
    ...(length > 0 ? [tile(lengthText(length), "from start to end")] : []),
    tile(String(turns.length), turns.length === 1 ? "turn" : "turns"),
    ...speakers.map(({ meanValence, speaker, trend }) => tile(signedText(meanValence), `${nameOf(speaker)} mean, trend ${signedText(trend).trim()}`)),
    ...(compared > 0 ? [tile(`${disagreeing} of ${compared}`, "words and voice disagree")] : []),
  ];
  const [first] = turns;
  const when = first === undefined || Number.isNaN(first.occurredAt) ? "" : `, ${new Date(first.occurredAt).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  return `<header><h1>${escapeHtml(printable(conversation.id))}</h1>
<p class="soft">${escapeHtml(channel)}${when}${running === true ? ", still running: more turns may follow" : ""}. Valence runs from −1, negative, to +1, positive.</p>
<section><div class="tiles">${tiles.join("")}</div></section></header>`;
}

function players(recordings: readonly PageRecording[]): string {
  if (recordings.length === 0) return "";
  const each = recordings.map(({ address, dataUri, missing }, index) =>
    dataUri === undefined
      ? `<p class="soft">The recording ${escapeHtml(address)} is not in this page: ${escapeHtml(missing ?? "it was not read")}.</p>`
      : `<p class="soft" id="recording-${index}">${escapeHtml(address)}</p><audio controls preload="metadata" aria-labelledby="recording-${index}" src="${dataUri}"></audio>`,
  );
  return `<div class="player">${each.join("")}<p class="bad" role="status"></p></div>`;
}

function key({ turns }: Conversation): string {
  const shape = (drawn: string, name: string): string => `<span><svg viewBox="0 0 18 18" aria-hidden="true">${drawn}</svg>${name}</span>`;
  const isFused = turns.some(({ standing }) => standing.of === "fused");
  const fills = (["negative", "neutral", "positive"] as const).map((label) => `<span><i class="${label}"></i>${label}</span>`);
  const shapes = [
    ...(turns.some(({ words }) => words !== undefined) ? [shape(triangle(9, 10), "what the words say")] : []),
    ...(turns.some(({ voice }) => voice !== undefined) ? [shape(circle(9, 9), "how the voice sounds")] : []),
    ...(turns.some(({ disagrees }) => disagrees) ? [shape(diamond(9, 9), "words and voice disagree")] : []),
    shape('<path class="trend" d="M1 13L7 6L12 10L17 4"></path>', "trend of the speaker"),
  ];
  return `<div class="key" aria-hidden="true"><span>Bars: ${isFused ? "words and voice together" : "each turn"}</span>${[...fills, ...shapes].join("")}${turns.some(({ standing }) => standing.unsure) ? "<span>pale, dashed: unsure</span>" : ""}</div>`;
}

function turnTable(conversation: Conversation, recordings: readonly PageRecording[]): string {
  const starts = startsOf(conversation);
  const playable = recordings.filter(({ dataUri }) => dataUri !== undefined).map(({ address }) => address);
  const rows = conversation.turns.map((turn, index) => rowOf(turn, whenOf(conversation, turn, starts[index]!), turn.recording === undefined ? -1 : playable.indexOf(turn.recording)));
  const hasVoice = conversation.turns.some(({ voice }) => voice !== undefined);
  const heads = ["", "time", "speaker", "what was said", ...(hasVoice ? ["words", "voice", "together", "apart"] : ["opinion"])];
  return `<table class="turns"><caption class="soft"><span>Bars show negative, neutral and positive shares; the number is positive less negative.${hasVoice ? " Apart: how far words and voice disagree, from 0 to 1." : ""}</span></caption><thead><tr>${heads.map((head) => (head === "" ? '<th scope="col"><span aria-label="number">#</span></th>' : `<th scope="col">${head}</th>`)).join("")}</tr></thead><tbody>${rows.map((row) => row(hasVoice)).join("\n")}</tbody></table>`;
}

function rowOf(turn: ConversationTurn, when: string, player: number): (hasVoice: boolean) => string {
  const { disagreement, disagrees, endMs, language, number, roleInferred, speaker, standing, startMs, text, voice, words } = turn;
  const isPlayable = player >= 0 && startMs !== undefined;
  const times = isPlayable ? ` data-player="${player}" data-from="${startMs / 1_000}" data-to="${(endMs ?? startMs) / 1_000}"` : "";
  const time = isPlayable ? `<button type="button" data-turn="${number}" aria-label="Play turn ${number} from ${when}">▶ ${when}</button>` : when;
  const said = text === undefined ? '<td class="words soft">(speech without words)</td>' : `<td class="words" lang="${escapeHtml(language)}" dir="auto">${escapeHtml(printable(text))}</td>`;
  const apart = disagrees ? `◆ ${(disagreement ?? 0).toFixed(2)}` : disagreement === undefined ? "" : disagreement.toFixed(2);
  return (hasVoice) =>
    `<tr id="turn-${number}" data-turn="${number}"${times}><td class="number">${number}</td><th scope="row">${time}</th><td>${nameOf(speaker)}${roleInferred ? ' <span class="soft">(inferred)</span>' : ""}</td>${said}${
      hasVoice ? `${opinionCell(words)}${opinionCell(voice)}${opinionCell(standing, sentenceOf(turn))}<td${disagrees ? ' class="disagreement"' : ""}>${apart}</td>` : opinionCell(standing, sentenceOf(turn))
    }</tr>`;
}

function opinionCell(opinion: (TurnOpinion & { unsure?: boolean }) | undefined, title?: string): string {
  if (opinion === undefined) return '<td class="opinion soft">none</td>';
  const { label, scores, unsure, valence } = opinion;
  const parts = (["negative", "neutral", "positive"] as const).map((name) => `<i class="${name}" style="width:${(scores[name] * 100).toFixed(1)}%"></i>`);
  return `<td class="opinion"${title === undefined ? "" : ` title="${escapeHtml(title)}"`}><span class="meter" aria-hidden="true">${parts.join("")}</span>${signedText(valence)}<br><span class="soft">${label}${unsure === true ? ", unsure" : ""}</span></td>`;
}
