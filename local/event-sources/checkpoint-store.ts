import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const WRITE_DELAY_MS = 50;

/** `null`: from the oldest record. */
export type Position = string | null;

/**
 * How far a consumer got in each shard, in one small file that is replaced whole. Written a moment after it changed: a
 * killed run delivers what it finished last once more, and never skips.
 */
export class CheckpointStore {
  readonly #file: string;
  readonly #positions: Map<string, Position>;
  #timer: NodeJS.Timeout | undefined;

  constructor(file: string) {
    mkdirSync(dirname(file), { recursive: true });
    this.#file = file;
    this.#positions = new Map(existsSync(file) ? Object.entries(readPositions(file)) : []);
  }

  /** `undefined` when this shard was never read. */
  position(shardId: string): Position | undefined {
    return this.#positions.get(shardId);
  }

  advance(shardId: string, position: Position): void {
    this.#positions.set(shardId, position);
    this.#timer ??= setTimeout(() => this.flush(), WRITE_DELAY_MS);
  }

  flush(): void {
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    writeFileSync(`${this.#file}.new`, JSON.stringify(Object.fromEntries(this.#positions)));
    renameSync(`${this.#file}.new`, this.#file);
  }
}

function readPositions(file: string): Record<string, Position> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, Position>;
  } catch (error) {
    throw new Error(`${file} is damaged: delete it to read the stream again from its start (views keep one row a result)`, { cause: error });
  }
}
