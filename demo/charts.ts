import type { SentimentGroup } from "./figures.ts";
import { escapeHtml } from "./html-text.ts";

const WIDTH = 540;
const LABEL_WIDTH = 84;
const COUNT_WIDTH = 54;
const ROW_HEIGHT = 34;
const BAR_HEIGHT = 22;
const NARROWEST_WITH_NUMBER = 34;

interface Part {
  /** CSS class, which gives the colour. */
  kind: string;
  share: number;
  title: string;
}

/** One bar a group, its parts the shares of negative, neutral and positive rows. */
export function sentimentBars(id: string, title: string, groups: readonly SentimentGroup[]): string {
  const rows = groups.map(({ name, rows: total, labels }) => ({
    name,
    count: total,
    parts: (["negative", "neutral", "positive"] as const).map((kind) => ({
      kind,
      share: total === 0 ? 0 : labels[kind] / total,
      title: `${name}: ${labels[kind].toLocaleString("en-US")} of ${total.toLocaleString("en-US")} ${kind}`,
    })),
  }));
  const summary = groups.map(({ name, labels, rows: total }) => `${name} ${Math.round((labels.negative / total) * 100)} % negative`).join(", ");
  return chart(id, title, summary, rows);
}

/** One bar a name, its length the share of the largest. */
export function countBars(id: string, title: string, counts: readonly { name: string; count: number }[]): string {
  const largest = Math.max(1, ...counts.map(({ count }) => count));
  const rows = counts.map(({ name, count }) => ({
    name,
    count,
    parts: [{ kind: "plain", share: count / largest, title: `${name}: ${count.toLocaleString("en-US")}` }],
  }));
  return chart(id, title, counts.map(({ name, count }) => `${name} ${count}`).join(", "), rows, 170);
}

function chart(
  id: string,
  title: string,
  description: string,
  rows: readonly { name: string; count: number; parts: readonly Part[] }[],
  labelWidth = LABEL_WIDTH,
): string {
  const height = rows.length * ROW_HEIGHT;
  return [
    `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}-title ${id}-description">`,
    `<title id="${id}-title">${escapeHtml(title)}</title>`,
    `<desc id="${id}-description">${escapeHtml(description)}</desc>`,
    ...rows.map((row, index) => bar(row, index * ROW_HEIGHT, labelWidth)),
    "</svg>",
  ].join("");
}

function bar({ name, count, parts }: { name: string; count: number; parts: readonly Part[] }, top: number, labelWidth: number): string {
  const room = WIDTH - labelWidth - COUNT_WIDTH;
  const middle = top + ROW_HEIGHT / 2;
  let left = labelWidth;
  const drawn = parts.map((part) => {
    const width = part.share * room;
    const x = left;
    left += width;
    if (width <= 0) return "";
    // A hair of background between the parts keeps them apart without colour.
    const box = `<rect class="${part.kind}" x="${x.toFixed(1)}" y="${middle - BAR_HEIGHT / 2}" width="${Math.max(1, width - 1.5).toFixed(1)}" height="${BAR_HEIGHT}" rx="3"><title>${escapeHtml(part.title)}</title></rect>`;
    const showsShare = parts.length > 1 && width >= NARROWEST_WITH_NUMBER;
    const number = showsShare
      ? `<text class="on-${part.kind}" x="${(x + width / 2).toFixed(1)}" y="${middle}" text-anchor="middle">${Math.round(part.share * 100)} %</text>`
      : "";
    return box + number;
  });
  return [
    `<text class="name" x="${labelWidth - 12}" y="${middle}" text-anchor="end">${escapeHtml(name)}</text>`,
    ...drawn,
    `<text class="count" x="${WIDTH}" y="${middle}" text-anchor="end">${count.toLocaleString("en-US")}</text>`,
  ].join("");
}
