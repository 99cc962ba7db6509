import { columnsOf, count } from "./terminal.ts";

export interface ProgressBar {
  /** `share` from 0 to 1, undefined when the end is not known. */
  update: (done: number, share: number | undefined) => void;
  /** Prints a line without tearing the bar. */
  line: (text: string) => void;
  finish: () => void;
}

const BAR_WIDTH = 28;
const REDRAW_MS = 80;
const QUIET_LINE_MS = 5_000;

/** A bar on a terminal; a line every five seconds in a log or a pipe. */
export function progressBar(stream: NodeJS.WriteStream, noun: string): ProgressBar {
  const started = Date.now();
  const live = stream.isTTY;
  let drawnAt = live ? 0 : started;
  let drawn = false;
  const clear = (): void => {
    if (drawn) stream.write("\r\u001b[K");
    drawn = false;
  };
  const describe = (done: number, share: number | undefined): string => {
    const rate = done / Math.max(0.001, (Date.now() - started) / 1000);
    const percent = share === undefined ? "" : `${String(Math.floor(share * 100)).padStart(3)} %  `;
    return `${percent}${count(done)} ${noun}  ${count(Math.round(rate))}/s`;
  };
  return {
    update(done, share) {
      const now = Date.now();
      if (now - drawnAt < (live ? REDRAW_MS : QUIET_LINE_MS)) return;
      drawnAt = now;
      if (!live) {
        if (done === 0) return;
        stream.write(`${describe(done, share)}\n`);
        return;
      }
      const filled = Math.round((share ?? 0) * BAR_WIDTH);
      const bar = share === undefined ? "" : `${"█".repeat(filled)}${"░".repeat(BAR_WIDTH - filled)} `;
      stream.write(`\r${`${bar}${describe(done, share)}`.slice(0, columnsOf(stream, 80) - 1)}\u001b[K`);
      drawn = true;
    },
    line(text) {
      clear();
      stream.write(`${text}\n`);
    },
    finish: clear,
  };
}
