import { plural, seconds, type Paint, wrapped } from "../cli/terminal.ts";
import { timelineLegend, timelineRows, timelineStrips } from "../cli/timeline.ts";
import { everyCallHeard, type DemoFigures } from "./figures.ts";
import { type HeardCall, unheardMs } from "./voice.ts";

/** What is said of every voice: the model is small, and what it learnt from was acted. */
export const VOICE_NOTICE =
  "Spoken by a synthesizer for this demo, and judged by a small model that learnt from actors (models/embedded-audio/CARD.md): it shows that every part works, not how a customer feels.";

/** The calls as text: a strip a speaker, and the segments of the first. */
export function voiceLines(calls: DemoFigures["calls"], width: number, paint: Paint): string[] {
  const [first] = calls.heard;
  return [
    ...calls.heard.flatMap((call) => [...callLines(call, width, paint), ""]),
    ...(first === undefined ? [] : [`The segments of ${first.conversationId}:`, ...timelineRows(first.segments, paint), ""]),
    ...timelineLegend(paint),
    "",
    balance(calls, paint),
    ...wrapped(VOICE_NOTICE, width, "  "),
  ];
}

function callLines(call: HeardCall, width: number, paint: Paint): string[] {
  const { codec, conversationId, durationMs, live, losses, refusal, sampleRate, segments } = call;
  const lost = losses.length === 0 ? "" : `; losses: ${losses.join(", ")}`;
  const what = `${conversationId}  ${paint("dim", `${live ? "live, a chunk a second; " : ""}${codec} ${sampleRate / 1000} kHz, ${seconds(durationMs)}${lost}`)}`;
  if (refusal !== undefined) return [what, paint("red", `refused: ${refusal}`)];
  return [what, ...timelineStrips(segments, durationMs, width, paint)];
}

function balance({ heard, sent }: DemoFigures["calls"], paint: Paint): string {
  const tracks = heard.flatMap((call) => call.tracks);
  const spoken = seconds(tracks.reduce((sum, { speechMs }) => sum + speechMs, 0));
  return everyCallHeard({ heard, sent })
    ? paint("green", `✓ ${plural(sent, "call")} in, ${plural(tracks.length, "track")} with ${spoken} of speech found = ${spoken} of speech in the rows`)
    : paint("red", `✗ ${plural(sent, "call")} in, ${heard.length} heard; ${spoken} of speech found, ${seconds(unheardMs(heard))} of it without rows or twice`);
}
