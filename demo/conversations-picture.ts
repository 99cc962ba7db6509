import { clock } from "../cli/timeline.ts";
import { plural } from "../cli/terminal.ts";
import { everyTurnFused, type FusedCalls } from "./conversations.ts";
import { SIDECAR_NOTICE } from "./conversations-report.ts";
import { escapeHtml, htmlTable } from "./html-text.ts";

/** The calls' turns: what was said, how the words, the voice and both together are judged, and where they are apart. */
export function conversationsSection(calls: FusedCalls): string {
  const verdict = everyTurnFused(calls)
    ? `<p class="good">✓ ${plural(calls.utterances, "utterance")}, and as many fused turns; ${plural(calls.conversations, "conversation")}, all ended.</p>`
    : `<p class="bad">✗ ${plural(calls.utterances, "utterance")}, ${calls.fusedUtterances} with a fused turn; ${calls.running} of ${plural(calls.conversations, "conversation")} still running.</p>`;
  const notice = calls.transcribers.includes("sidecar") ? `<p class="soft">${escapeHtml(SIDECAR_NOTICE)}</p>` : "";
  const names = [...new Set(calls.turns.map(({ conversationId }) => conversationId))];
  return `${verdict}
<p class="soft">A valence is the positive less the negative share, −1 to +1. ≠ marks turns in which words and voice are far apart.</p>
${notice}
${names.map((name) => `<h3>${escapeHtml(name)}</h3>\n<div class="scroll turns">${turnsTable(calls, name)}</div>`).join("\n")}`;
}

function turnsTable({ turns }: FusedCalls, name: string): string {
  const rows = turns
    .filter(({ conversationId }) => conversationId === name)
    .map(({ disagreement, disagrees, fused, speaker, startMs, text, voice, words }) => [clock(startMs), speaker ?? "", words ?? "(no words)", signed(text), signed(voice), signed(fused), disagreement === undefined ? "" : `${disagrees ? "≠ " : ""}${disagreement.toFixed(2)}`]);
  return htmlTable(["time", "speaker", "said", "words", "voice", "together", "apart"], rows);
}

function signed(valence: number | undefined): string {
  return valence === undefined ? "" : `${valence < 0 ? "−" : "+"}${Math.abs(valence).toFixed(2)}`;
}
