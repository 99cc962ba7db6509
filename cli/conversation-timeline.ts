import stringWidth from "string-width";
import { type Conversation, type ConversationTurn, durationOf, type SpeakerSummary, startsOf, type TurnOpinion } from "./conversation-turns.ts";
import { printable, wrapWords } from "./conversation-words.ts";
import { padToWidth } from "./table.ts";
import { type Paint, plural, seconds } from "./terminal.ts";
import { clock } from "./timeline.ts";

// Three different fills, so that an opinion can be read without colours.
const FILLS = { negative: "█", neutral: "▒", positive: "░" } as const;
const COLOURS = { negative: "red", neutral: "dim", positive: "green" } as const;
const BAR_WIDTH = 8;
const SPARKS = "▁▂▃▄▅▆▇█";
const LONGEST_SPARKLINE = 40;
const INDENT = 4;
/** Those whose name says too little of what they are. */
const TRANSCRIBERS: Readonly<Record<string, string>> = { sidecar: "a transcript file beside the recording (sidecar)", "amazon-transcribe": "Amazon Transcribe", "contact-lens": "Contact Lens" };

/** The conversation for a terminal of so many columns, a line each. */
export function conversationLines(conversation: Conversation, width: number, paint: Paint): string[] {
  const starts = startsOf(conversation);
  return [
    ...headerLines(conversation, width, paint),
    "",
    ...conversation.turns.flatMap((turn, index) => turnLines(turn, whenOf(conversation, turn, starts[index]!), width, paint)),
    "",
    ...legendLines(conversation, width, paint),
  ];
}

function headerLines(conversation: Conversation, width: number, paint: Paint): string[] {
  const { channel, recordings, running, speakers, turns } = conversation;
  const length = durationOf(conversation);
  const facts = [channel, ...(length > 0 ? [lengthText(length)] : []), plural(turns.length, "turn"), ...(running === true ? ["still running"] : [])];
  return [
    ...flow([paint("bold", printable(conversation.id)), ...facts], width, 0, "  "),
    ...speakers.flatMap((summary) => speakerLines(summary, width, paint)),
    ...noteLines(conversation, width).map((line) => paint("dim", line)),
    ...recordings.flatMap((recording) => wrapWords(`recording ${recording}`, width)).map((line) => paint("dim", line)),
  ];
}

function speakerLines({ meanValence, speaker, trend, turns }: SpeakerSummary, width: number, paint: Paint): string[] {
  const sparkline = sparklineOf(turns.map((turn) => turn.trend), Math.min(LONGEST_SPARKLINE, Math.max(8, width - INDENT)));
  return flow([padToWidth(nameOf(speaker), 10), plural(turns.length, "turn").padStart(9), `mean ${signed(meanValence, paint)}`, `trend ${signed(trend, paint)}`, sparkline], width, INDENT, "  ");
}

/** What to know before the rows are trusted. */
export function noteLines({ turns }: Pick<Conversation, "turns">, width: number): string[] {
  const disagreeing = turns.filter(({ disagrees }) => disagrees);
  const inferred = turns.filter(({ roleInferred }) => roleInferred).length;
  const transcribers = [...new Set(turns.flatMap(({ transcriber }) => transcriber ?? []))];
  const notes = [
    ...(disagreeing.length > 0 ? [`Words and voice disagree in ${plural(disagreeing.length, "turn")}: ${disagreeing.map(({ number }) => number).join(", ")}.`] : []),
    ...(inferred > 0 ? [`Who speaks was inferred in ${plural(inferred, "turn")}; npx valence speakers corrects it.`] : []),
    ...(transcribers.length > 0 ? [`The words come from ${transcribers.map((name) => TRANSCRIBERS[name] ?? name).join(", ")}.`] : []),
  ];
  return notes.flatMap((note) => wrapWords(note, width));
}

function turnLines(turn: ConversationTurn, when: string, width: number, paint: Paint): string[] {
  const { disagreement, disagrees, number, speaker, standing, text, voice, words } = turn;
  const mark = disagrees ? [paint("yellow", `≠ disagree ${(disagreement ?? 0).toFixed(2)}`)] : [];
  const sides = words !== undefined && voice !== undefined ? [side("words", words, paint), side("voice", voice, paint)] : [];
  const name = turn.roleInferred ? `${nameOf(speaker)}?` : nameOf(speaker);
  const unsure = standing.unsure ? [paint("dim", "unsure")] : [];
  const head = flow([paint("dim", `${String(number).padStart(3)} ${when}`), padToWidth(name, 10), side(sides.length > 0 ? "both" : words === undefined ? "voice" : "words", sides.length > 0 ? standing : (words ?? voice ?? standing), paint), ...sides, ...mark, ...unsure], width, INDENT, "  ");
  const said = text === undefined ? [paint("dim", "(speech without words)")] : wrapWords(text, Math.max(10, width - INDENT));
  return [...head, ...said.map((line) => " ".repeat(INDENT) + line)];
}

function side(name: string, { scores, valence }: TurnOpinion, paint: Paint): string {
  const negative = Math.round(scores.negative * BAR_WIDTH);
  const positive = Math.min(Math.round(scores.positive * BAR_WIDTH), BAR_WIDTH - negative);
  const bar = paint(COLOURS.negative, FILLS.negative.repeat(negative)) + paint(COLOURS.neutral, FILLS.neutral.repeat(BAR_WIDTH - negative - positive)) + paint(COLOURS.positive, FILLS.positive.repeat(positive));
  return `${name} ${bar} ${signed(valence, paint)}`;
}

/** `+0.25`, `−0.50`: the sign is a minus, not a hyphen, and always there. */
export function signedText(valence: number): string {
  const text = Math.abs(valence).toFixed(2);
  return text === "0.00" ? " 0.00" : `${valence < 0 ? "−" : "+"}${text}`;
}

function signed(valence: number, paint: Paint): string {
  const text = signedText(valence);
  return text.startsWith("−") ? paint("red", text) : text.startsWith("+") ? paint("green", text) : text;
}

/** Values from −1 to 1 as blocks of eight heights; more than fit are averaged over neighbours. */
export function sparklineOf(values: readonly number[], width: number): string {
  const shown = Math.min(width, values.length);
  return Array.from({ length: shown }, (_, column) => {
    const own = values.slice(Math.floor((column * values.length) / shown), Math.max(Math.floor(((column + 1) * values.length) / shown), Math.floor((column * values.length) / shown) + 1));
    const mean = own.reduce((sum, value) => sum + value, 0) / own.length;
    return SPARKS[Math.max(0, Math.min(SPARKS.length - 1, Math.floor(((mean + 1) / 2) * SPARKS.length)))];
  }).join("");
}

/** A call's turns by its clock, messages by date and time (UTC): they may lie days apart. */
export function whenOf({ channel }: Pick<Conversation, "channel">, { occurredAt }: Pick<ConversationTurn, "occurredAt">, startMs: number): string {
  if (channel === "call") return clock(startMs);
  return Number.isNaN(occurredAt) ? "no time" : new Date(occurredAt).toISOString().slice(0, 19).replace("T", " ");
}

export function lengthText(milliseconds: number): string {
  if (milliseconds < 60_000) return seconds(milliseconds);
  const minutes = Math.round(milliseconds / 60_000);
  if (minutes < 120) return `${Math.floor(milliseconds / 60_000)} min ${Math.floor((milliseconds % 60_000) / 1_000)} s`;
  return minutes < 2_880 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${Math.floor(minutes / 1_440)} days`;
}

export function nameOf(speaker: ConversationTurn["speaker"]): string {
  return speaker === "unknown" ? "somebody" : speaker;
}

/** Parts side by side while they fit, on further lines where they don't. */
function flow(parts: readonly string[], width: number, indent: number, gap: string): string[] {
  const lines: string[] = [];
  let line = "";
  for (const part of parts) {
    if (line !== "" && stringWidth(line) + gap.length + stringWidth(part) > width) {
      lines.push(line.trimEnd());
      line = " ".repeat(indent) + part;
    } else {
      line = line === "" ? part : line + gap + part;
    }
  }
  return [...lines, line.trimEnd()];
}

function legendLines({ turns }: Conversation, width: number, paint: Paint): string[] {
  const fills = (["negative", "neutral", "positive"] as const).map((label) => `${paint(COLOURS[label], FILLS[label])} ${label}`);
  const marks = [...(turns.some(({ disagrees }) => disagrees) ? ["≠ words and voice disagree"] : []), ...(turns.some(({ roleInferred }) => roleInferred) ? ["? who speaks was inferred"] : [])];
  return flow([...fills, ...marks], width, 0, "   ");
}
