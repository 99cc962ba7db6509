import { escapeHtml } from "../../demo/html-text.ts";
import { nameOf, signedText } from "../conversation-timeline.ts";
import { type Conversation, type ConversationTurn, durationOf, type SpeakerSummary, startsOf } from "../conversation-turns.ts";
import { plural } from "../terminal.ts";
import { clock } from "../timeline.ts";

const LABEL_WIDTH = 112;
const RIGHT_MARGIN = 16;
const LEAST_WIDTH = 960;
const MOST_WIDTH = 24_000;
const PIXELS_A_TURN = 15;
const PIXELS_A_SECOND = 1.5;
/** A lane's parts from the top: room for the mark of disagreement, the plot, a gap. */
const MARK_ROOM = 22;
const PLOT_HEIGHT = 116;
const LANE_HEIGHT = MARK_ROOM + PLOT_HEIGHT + 18;
const AXIS_HEIGHT = 26;
const TICK_SECONDS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600];
const LEAST_BETWEEN_TICKS = 64;

interface Placed {
  turn: ConversationTurn;
  from: number;
  to: number;
}

/**
 * The conversation as SVG: a lane a speaker, a bar a turn (up positive, down negative), the words' opinion a triangle and the voice's a circle
 * joined by a line, a diamond where they disagree, the trend a line through the lane. By time for calls, by order for messages.
 */
export function drawing(conversation: Conversation): string {
  const { channel, id, speakers, turns } = conversation;
  const isTimed = channel === "call" && durationOf(conversation) > 0;
  const lengthSeconds = durationOf(conversation) / 1_000;
  const width = Math.min(MOST_WIDTH, Math.max(LEAST_WIDTH, turns.length * PIXELS_A_TURN, isTimed ? lengthSeconds * PIXELS_A_SECOND : 0));
  const room = width - LABEL_WIDTH - RIGHT_MARGIN;
  const scale = isTimed ? room / lengthSeconds : room / turns.length;
  const placed = isTimed ? byTime(conversation, scale) : turns.map((turn, index): Placed => ({ turn, from: LABEL_WIDTH + (index + 0.15) * scale, to: LABEL_WIDTH + (index + 0.85) * scale }));
  const height = speakers.length * LANE_HEIGHT + AXIS_HEIGHT;
  const lanes = speakers.map((summary, lane) => laneOf(summary, placed.filter(({ turn }) => turn.speaker === summary.speaker), lane * LANE_HEIGHT + MARK_ROOM, width));
  const axis = isTimed ? timeAxis(lengthSeconds, scale, height) : orderAxis(turns.length, scale, height);
  const clockwork = isTimed ? ` data-left="${LABEL_WIDTH}" data-scale="${scale.toFixed(4)}"` : "";
  const playhead = isTimed ? `<line class="playhead" x1="0" x2="0" y1="0" y2="${height - AXIS_HEIGHT}" hidden></line>` : "";
  return `<svg class="conversation" style="width:${width > LEAST_WIDTH ? `${Math.round(width)}px` : "100%"}" viewBox="0 0 ${Math.round(width)} ${height}"${clockwork} role="img" aria-labelledby="drawing-title drawing-description"><title id="drawing-title">${escapeHtml(id)}</title><desc id="drawing-description">${escapeHtml(descriptionOf(conversation))}</desc>${lanes.join("")}${axis}${playhead}</svg>`;
}

function byTime(conversation: Conversation, scale: number): Placed[] {
  const starts = startsOf(conversation);
  return conversation.turns.map((turn, index) => {
    const from = LABEL_WIDTH + (starts[index]! / 1_000) * scale;
    const spoken = (((turn.endMs ?? 0) - (turn.startMs ?? 0)) / 1_000) * scale;
    // However short, it can be seen and pointed at.
    return { turn, from, to: from + Math.max(6, spoken) };
  });
}

function laneOf({ meanValence, speaker, trend }: SpeakerSummary, placed: readonly Placed[], top: number, width: number): string {
  const y = (valence: number): number => top + ((1 - valence) / 2) * PLOT_HEIGHT;
  const scaleLines = [1, 0, -1].map((valence) => `<line class="${valence === 0 ? "zero" : "bound"}" x1="${LABEL_WIDTH}" x2="${width - RIGHT_MARGIN}" y1="${y(valence)}" y2="${y(valence)}"></line><text class="count" text-anchor="end" x="${LABEL_WIDTH - 10}" y="${y(valence)}">${valence === 0 ? "0" : valence > 0 ? "+1" : "−1"}</text>`);
  const line = placed.map(({ from, to, turn }) => `${middle(from, to)},${y(turn.trend).toFixed(1)}`).join(" ");
  return `<text class="lane" x="0" y="${top + PLOT_HEIGHT / 2 - 20}">${nameOf(speaker)}</text><text class="count" x="0" y="${top + PLOT_HEIGHT / 2}">mean ${signedText(meanValence)}</text><text class="count" x="0" y="${top + PLOT_HEIGHT / 2 + 20}">trend ${signedText(trend)}</text>
${scaleLines.join("")}${placed.map((one) => turnOf(one, top, y)).join("\n")}${placed.length > 1 ? `<polyline class="trend" points="${line}"></polyline>` : ""}`;
}

function turnOf({ from, to, turn }: Placed, top: number, y: (valence: number) => number): string {
  const { disagrees, number, standing, voice, words } = turn;
  const x = middle(from, to);
  const barTop = Math.min(y(standing.valence), y(0) - 1);
  const barHeight = Math.max(2, Math.abs(y(standing.valence) - y(0)));
  const joined = words !== undefined && voice !== undefined ? `<line class="${disagrees ? "apart" : "joined"}" x1="${x}" x2="${x}" y1="${y(words.valence).toFixed(1)}" y2="${y(voice.valence).toFixed(1)}"></line>` : "";
  return `<g class="turn" data-turn="${number}"><title>${escapeHtml(`Turn ${number}: ${sentenceOf(turn)}`)}</title><rect class="reach" x="${from.toFixed(1)}" y="${top - MARK_ROOM}" width="${(to - from).toFixed(1)}" height="${LANE_HEIGHT}"></rect><rect class="${standing.label}${standing.unsure ? " unsure" : ""}" x="${from.toFixed(1)}" y="${barTop.toFixed(1)}" width="${(to - from).toFixed(1)}" height="${barHeight.toFixed(1)}" rx="2"></rect>${joined}${words === undefined ? "" : triangle(Number(x), y(words.valence))}${voice === undefined ? "" : circle(Number(x), y(voice.valence))}${disagrees ? diamond(Number(x), top - MARK_ROOM / 2) : ""}</g>`;
}

const middle = (from: number, to: number): string => ((from + to) / 2).toFixed(1);

export function triangle(x: number, y: number): string {
  return `<path class="mark" d="M${x.toFixed(1)} ${(y - 5.5).toFixed(1)}l5.5 9.5h-11z"></path>`;
}

export function circle(x: number, y: number): string {
  return `<circle class="mark" cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="4.5"></circle>`;
}

export function diamond(x: number, y: number): string {
  return `<path class="disagrees" d="M${x.toFixed(1)} ${(y - 7).toFixed(1)}l7 7l-7 7l-7 -7z"></path>`;
}

/** What a turn's opinions say, in words. */
export function sentenceOf({ disagreement, disagrees, speaker, standing, voice, words }: ConversationTurn): string {
  const parts = [`${nameOf(speaker)}, ${standing.label} ${signedText(standing.valence).trim()}${standing.unsure ? ", unsure" : ""}`];
  if (words !== undefined && voice !== undefined) parts.push(`words ${signedText(words.valence).trim()}, voice ${signedText(voice.valence).trim()}`);
  else parts.push(words === undefined ? "of the voice alone" : "of the words alone");
  if (disagrees) parts.push(`words and voice disagree by ${(disagreement ?? 0).toFixed(2)}`);
  return parts.join("; ");
}

function descriptionOf({ speakers, turns }: Conversation): string {
  const disagreeing = turns.filter(({ disagrees }) => disagrees).map(({ number }) => number);
  const each = speakers.map(({ meanValence, speaker, trend, turns: own }) => `${nameOf(speaker)}: ${plural(own.length, "turn")}, mean ${signedText(meanValence).trim()}, trend at the end ${signedText(trend).trim()}`);
  return [...each, disagreeing.length === 0 ? "Words and voice disagree nowhere" : `Words and voice disagree in ${plural(disagreeing.length, "turn")}: ${disagreeing.join(", ")}`, "The table below says the same turn by turn"].join(". ");
}

function timeAxis(lengthSeconds: number, scale: number, height: number): string {
  const step = TICK_SECONDS.find((seconds) => seconds * scale >= LEAST_BETWEEN_TICKS) ?? 3_600;
  const ticks: string[] = [];
  for (let second = 0; second <= lengthSeconds; second += step) ticks.push(tick(LABEL_WIDTH + second * scale, clock(second * 1_000).replace(/\.0$/u, ""), height));
  return ticks.join("");
}

function orderAxis(turns: number, scale: number, height: number): string {
  const step = [1, 2, 5, 10, 20, 50, 100, 500, 1_000].find((count) => count * scale >= LEAST_BETWEEN_TICKS / 2) ?? 1_000;
  const ticks: string[] = [];
  for (let index = 0; index < turns; index += step) ticks.push(tick(LABEL_WIDTH + (index + 0.5) * scale, String(index + 1), height));
  return ticks.join("");
}

function tick(x: number, text: string, height: number): string {
  return `<text class="count" text-anchor="middle" x="${x.toFixed(1)}" y="${height - AXIS_HEIGHT / 2}">${text}</text>`;
}
