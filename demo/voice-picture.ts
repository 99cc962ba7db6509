import { clock } from "../cli/timeline.ts";
import { plural, seconds } from "../cli/terminal.ts";
import { type DemoFigures, everyCallHeard } from "./figures.ts";
import { escapeHtml, htmlTable } from "./html-text.ts";
import type { HeardCall } from "./voice.ts";
import { VOICE_NOTICE } from "./voice-report.ts";

const WIDTH = 900;
const LABEL_WIDTH = 90;
const LANE_HEIGHT = 34;
const BAR_HEIGHT = 22;
const AXIS_HEIGHT = 24;
const TICK_SECONDS = 5;

/** The calls as timelines, one lane a speaker, each with a table of its segments. */
export function voiceSection(calls: DemoFigures["calls"]): string {
  const spoken = seconds(calls.heard.flatMap(({ tracks }) => tracks).reduce((sum, { speechMs }) => sum + speechMs, 0));
  const verdict = everyCallHeard(calls)
    ? `<p class="good">✓ ${plural(calls.sent, "call")}, ${spoken} of speech found, and as much in the rows.</p>`
    : `<p class="bad">✗ The rows do not hold all the speech that was found.</p>`;
  const legend = ["negative", "neutral", "positive"].map((kind) => `<span><i class="${kind}"></i>${kind}</span>`).join("");
  return `${verdict}
<p class="soft">${escapeHtml(VOICE_NOTICE)}</p>
${calls.heard.map(callFigure).join("\n")}
<div class="legend" aria-hidden="true">${legend}<span>pale, dashed: unsure</span></div>`;
}

function callFigure(call: HeardCall, index: number): string {
  const { codec, conversationId, durationMs, live, losses, sampleRate, segments } = call;
  const rows = [...segments]
    .sort((left, right) => left.startMs - right.startMs)
    .map(({ emotion, endMs, label, lowConfidence, scores, speaker, startMs }) => [`${clock(startMs)}–${clock(endMs)}`, speaker, `${label}${lowConfidence ? " (unsure)" : ""}`, scores[label].toFixed(2), emotion ?? ""]);
  const lost = losses.length === 0 ? "" : `; losses: ${losses.join(", ")}`;
  return `<h3>${escapeHtml(conversationId)}</h3>
<p class="soft">${live ? "live, a chunk a second; " : ""}${escapeHtml(codec)} ${sampleRate / 1_000} kHz, ${seconds(durationMs)}${escapeHtml(lost)}</p>
${timeline(call, `call${index}`)}
<details><summary>${plural(rows.length, "segment")}</summary><div class="scroll">${htmlTable(["time", "speaker", "sounds", "score", "label of the model"], rows)}</div></details>`;
}

function timeline({ conversationId, durationMs, segments, tracks }: HeardCall, id: string): string {
  const x = (milliseconds: number): number => LABEL_WIDTH + (milliseconds / Math.max(1, durationMs)) * (WIDTH - LABEL_WIDTH);
  const height = tracks.length * LANE_HEIGHT + AXIS_HEIGHT;
  const lanes = tracks.map(({ speaker, track }, lane) => {
    const top = lane * LANE_HEIGHT + (LANE_HEIGHT - BAR_HEIGHT) / 2;
    const bars = segments
      .filter((segment) => segment.track === track)
      .map(({ endMs, label, lowConfidence, scores, startMs }) => `<rect class="${label}${lowConfidence ? " unsure" : ""}" x="${x(startMs).toFixed(1)}" y="${top}" width="${(x(endMs) - x(startMs)).toFixed(1)}" height="${BAR_HEIGHT}" rx="3"><title>${escapeHtml(speaker)}, ${clock(startMs)} to ${clock(endMs)}: ${label} ${scores[label].toFixed(2)}${lowConfidence ? ", unsure" : ""}</title></rect>`);
    return `<text x="0" y="${top + BAR_HEIGHT / 2}">${escapeHtml(speaker)}</text>${bars.join("")}`;
  });
  const ticks: string[] = [];
  for (let second = 0; second * 1_000 <= durationMs; second += TICK_SECONDS) ticks.push(`<text class="count" x="${x(second * 1_000).toFixed(1)}" y="${height - AXIS_HEIGHT / 2}">${second} s</text>`);
  const summary = tracks.map(({ speaker, rowsMs }) => `${speaker} speaks ${seconds(rowsMs)}`).join(", ");
  return `<svg viewBox="0 0 ${WIDTH + 30} ${height}" role="img" aria-labelledby="${id}-title ${id}-description"><title id="${id}-title">${escapeHtml(conversationId)}</title><desc id="${id}-description">${escapeHtml(summary)}</desc>${lanes.join("")}${ticks.join("")}</svg>`;
}
