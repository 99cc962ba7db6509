import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

/** Colours only where a person looks: on a terminal that has them, and never against NO_COLOR. */
export function painter(stream: NodeJS.WriteStream): Paint {
  return wantsColour(stream) ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}

function wantsColour(stream: NodeJS.WriteStream): boolean {
  if (process.env["NO_COLOR"]) return false;
  const force = process.env["FORCE_COLOR"];
  if (force !== undefined && force !== "0") return true;
  return stream.isTTY && stream.hasColors();
}

/** Columns to lay text out in: the terminal's, or `otherwise` for a pipe or a file. */
export function columnsOf(stream: NodeJS.WriteStream, otherwise: number): number {
  return stream.isTTY && stream.columns > 0 ? stream.columns : otherwise;
}

export function count(number: number): string {
  return number.toLocaleString("en-US");
}

/** `plural(1, "record")` → `1 record`; `plural(2000, "record")` → `2,000 records`. */
export function plural(number: number, noun: string, nouns = `${noun}s`): string {
  return `${count(number)} ${number === 1 ? noun : nouns}`;
}

export function seconds(milliseconds: number): string {
  return milliseconds < 950 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

export function bytes(number: number): string {
  if (number < 1024) return `${number} B`;
  if (number < 1024 * 1024) return `${(number / 1024).toFixed(1)} KiB`;
  return `${(number / 1024 / 1024).toFixed(1)} MiB`;
}

/** Plain text in lines of at most `width` columns, broken at spaces, but not between a number and its percent sign; `indent` begins each further line. */
export function wrapped(text: string, width: number, indent = ""): string[] {
  const lines: string[] = [];
  let line: string | undefined;
  for (const word of text.split(/ (?!%)/u)) {
    if (line !== undefined && line.length + 1 + word.length > width) {
      lines.push(line);
      line = indent + word;
    } else {
      line = line === undefined ? word : `${line} ${word}`;
    }
  }
  return [...lines, line ?? ""];
}
