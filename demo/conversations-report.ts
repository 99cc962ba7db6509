import { signedText } from "../cli/conversation-timeline.ts";
import { padToWidth } from "../cli/table.ts";
import { type Paint, plural, wrapped } from "../cli/terminal.ts";
import { clock } from "../cli/timeline.ts";
import { everyTurnFused, type FusedCalls, type FusedTurn } from "./conversations.ts";

const SCALE_CELLS = 9;
const MOST_SHOWN = 3;
const INDENT = " ".repeat(15);

/** What was said and how it sounded: the turns of one call, and where the two differ most in all of them. */
export function conversationLines(calls: FusedCalls, shown: string | undefined, width: number, paint: Paint): string[] {
  const ofShown = calls.turns.filter(({ conversationId }) => conversationId === shown);
  const apart = disagreeing(calls);
  return [
    ...(shown === undefined ? [] : [`The turns of ${shown}, from negative on the left to positive on the right:`, ...ofShown.flatMap((turn) => turnLines(turn, width, paint)), scaleLegend(paint), ""]),
    apart.length === 0 ? "Nowhere do words and voice differ much." : `Words and voice differ most in:`,
    ...apart.flatMap((turn) => [paint("dim", turn.conversationId), ...turnLines(turn, width, paint)]),
    "",
    balance(calls, paint),
    ...(calls.transcribers.includes("sidecar") ? wrapped(SIDECAR_NOTICE, width, "  ") : []),
  ];
}

/** Of what an account would send to Amazon Transcribe. */
export const SIDECAR_NOTICE = 'The words come from transcript files beside the recordings (transcriber "sidecar" in the rows), because nothing on this machine recognises speech unless you give it a Whisper model (docs/local-transcribe.md).';

/** The flagged turns, the furthest apart first; one that was played live as well, once. */
export function disagreeing({ turns }: FusedCalls): FusedTurn[] {
  const flagged = turns.filter(({ disagrees }) => disagrees).sort((left, right) => (right.disagreement ?? 0) - (left.disagreement ?? 0));
  return [...new Map(flagged.reverse().map((turn) => [turn.words, turn])).values()].reverse().slice(0, MOST_SHOWN);
}

function turnLines(turn: FusedTurn, width: number, paint: Paint): string[] {
  const { disagreement, disagrees, fused, speaker = "somebody", startMs, text, voice, words } = turn;
  const mark = disagrees ? paint("bold", `  ≠ ${(disagreement ?? 0).toFixed(2)}`) : "";
  return [
    `${clock(startMs).padStart(6)} ${padToWidth(speaker, 9)} words ${scale(text, paint)}  voice ${scale(voice, paint)}  both ${scale(fused, paint)}${mark}`,
    ...wrapped(words === undefined ? "(no words)" : `“${words}”`, width - INDENT.length, "").map((line) => paint("dim", `${INDENT}${line.trimStart()}`)),
  ];
}

/** A valence as a place between negative and positive, with its figure: readable without colours. */
function scale(valence: number | undefined, paint: Paint): string {
  if (valence === undefined) return `${"·".repeat(SCALE_CELLS)}   —  `;
  const at = Math.round(((valence + 1) / 2) * (SCALE_CELLS - 1));
  const cells = Array.from({ length: SCALE_CELLS }, (_, cell) => (cell === at ? "●" : cell === (SCALE_CELLS - 1) / 2 ? "┼" : "─")).join("");
  const colour = valence < -0.2 ? "red" : valence > 0.2 ? "green" : "dim";
  return `${paint(colour, cells)} ${signedText(valence)}`;
}

function scaleLegend(paint: Paint): string {
  return paint("dim", "−1 (negative) to +1 (positive); ≠ says how far words and voice are apart, 0 to 1.");
}

function balance(calls: FusedCalls, paint: Paint): string {
  const { conversations, fusedUtterances, running, utterances } = calls;
  return everyTurnFused(calls)
    ? paint("green", `✓ ${plural(utterances, "utterance")} in the transcripts = ${plural(fusedUtterances, "fused turn")}; ${plural(conversations, "conversation")}, all ended`)
    : paint("red", `✗ ${plural(utterances, "utterance")} in the transcripts, ${fusedUtterances} with a fused turn; ${running} of ${plural(conversations, "conversation")} still running`);
}
