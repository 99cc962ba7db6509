import { closeSync, fstatSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

// Enough to find what went wrong; a run of days must not fill the disk.
const LIMIT_BYTES = 16 * 1024 * 1024;

/** A function's log file, bounded: at the limit it becomes `….log.1` and a new one begins. */
export class FunctionLog {
  readonly #file: string;
  #descriptor: number;
  #size: number;
  #closed = false;

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.#file = file;
    this.#descriptor = openSync(file, "a");
    this.#size = fstatSync(this.#descriptor).size;
  }

  write(text: string): void {
    // A worker that is being ended may still hand over its last words.
    if (this.#closed) return;
    this.#size += writeSync(this.#descriptor, text);
    if (this.#size < LIMIT_BYTES) return;
    closeSync(this.#descriptor);
    renameSync(this.#file, `${this.#file}.1`);
    this.#descriptor = openSync(this.#file, "a");
    this.#size = 0;
  }

  close(): void {
    this.#closed = true;
    closeSync(this.#descriptor);
  }
}
