import type { SentimentLabel } from "../core/contracts/sentiment-result.ts";
import { padToWidth } from "./table.ts";
import type { Paint } from "./terminal.ts";

/** One heard segment of one track. */
export interface TimelineSegment {
  track: number;
  speaker: string;
  startMs: number;
  endMs: number;
  label: SentimentLabel;
  scores: Readonly<Record<SentimentLabel, number>>;
  lowConfidence: boolean;
  /** The model's own label that it holds most likely. */
  emotion?: string;
}

// Three different fills, so that a timeline can be read without colours.
const FILLS: Readonly<Record<SentimentLabel, string>> = { negative: "█", neutral: "▒", positive: "░" };
const COLOURS = { negative: "red", neutral: "dim", positive: "green" } as const;
const BAR_WIDTH = 30;

/** One line a track: when it spoke, and how that sounded. */
export function timelineStrips(segments: readonly TimelineSegment[], durationMs: number, width: number, paint: Paint): string[] {
  const tracks = [...new Map(segments.map((segment) => [segment.track, segment.speaker]))].sort(([left], [right]) => left - right);
  const columns = Math.max(10, width - 11);
  const strips = tracks.map(([track, speaker]) => {
    const own = segments.filter((segment) => segment.track === track);
    const cells = Array.from({ length: columns }, (_, column) => {
      const at = ((column + 0.5) / columns) * durationMs;
      const heard = own.find(({ endMs, startMs }) => startMs <= at && at < endMs);
      return heard === undefined ? paint("dim", "·") : paint(COLOURS[heard.label], FILLS[heard.label]);
    });
    return `${padToWidth(speaker, 10)} ${cells.join("")}`;
  });
  const end = clock(durationMs);
  return [...strips, `${" ".repeat(11)}${clock(0)}${end.padStart(columns - clock(0).length)}`];
}

/** One line a segment, in the order of time: when, who, the three scores as a bar, the label. */
export function timelineRows(segments: readonly TimelineSegment[], paint: Paint): string[] {
  const ordered = [...segments].sort((left, right) => left.startMs - right.startMs || left.track - right.track);
  return ordered.map(({ emotion, endMs, label, lowConfidence, scores, speaker, startMs }) => {
    const negative = Math.round(scores.negative * BAR_WIDTH);
    const positive = Math.min(Math.round(scores.positive * BAR_WIDTH), BAR_WIDTH - negative);
    const bar = paint("red", FILLS.negative.repeat(negative)) + paint("dim", FILLS.neutral.repeat(BAR_WIDTH - negative - positive)) + paint("green", FILLS.positive.repeat(positive));
    const doubt = lowConfidence ? paint("dim", " (unsure)") : "";
    const sound = emotion === undefined ? "" : paint("dim", `  likeliest ${emotion}`);
    return `${clock(startMs)}–${clock(endMs)}  ${padToWidth(speaker, 10)} ${bar}  ${padToWidth(label, 8)} ${scores[label].toFixed(2)}${doubt}${sound}`;
  });
}

/** What the fills mean, and why a segment may be negative though its likeliest emotion is a happy one. */
export function timelineLegend(paint: Paint): string[] {
  const entries = (["negative", "neutral", "positive"] as const).map((label) => `${paint(COLOURS[label], FILLS[label])} ${label}`);
  return [`${entries.join("  ")}  ${paint("dim", "·")} no speech`, paint("dim", "A score sums up emotions: angry, sad and fearful together may outweigh the likeliest one.")];
}

/** `65400` → `1:05.4`. */
export function clock(milliseconds: number): string {
  const tenths = Math.round(milliseconds / 100);
  return `${Math.floor(tenths / 600)}:${String(Math.floor((tenths % 600) / 10)).padStart(2, "0")}.${tenths % 10}`;
}
