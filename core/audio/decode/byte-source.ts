import { AudioRefusedError } from "../../contracts/audio-refusal.ts";

// Larger chunks of the caller's are read in pieces of this size, so that no copy grows with them.
const PIECE_BYTES = 64 * 1024;

/**
 * A stream of bytes that can be looked at before it is read. Holds what was asked for and at most one piece more, never the whole file.
 * Views it gives are good until the next `has` or `skip`.
 */
export class ByteSource {
  readonly #iterator: AsyncIterator<Uint8Array>;
  readonly #maximumBytes: number;
  #chunk: Uint8Array = new Uint8Array(0);
  #buffer = new Uint8Array(2 * PIECE_BYTES);
  #start = 0;
  #end = 0;
  #read = 0;
  #ended = false;

  constructor(bytes: AsyncIterable<Uint8Array>, maximumBytes: number) {
    this.#iterator = bytes[Symbol.asyncIterator]();
    this.#maximumBytes = maximumBytes;
  }

  /** Bytes consumed so far. */
  get position(): number {
    return this.#read - this.available;
  }

  /** Bytes that can be looked at without waiting. */
  get available(): number {
    return this.#end - this.#start;
  }

  /**
   * Reads on until so many bytes can be looked at. @returns false when the file ends before.
   * @throws AudioRefusedError `audio_too_large`; whatever the stream itself throws goes through
   */
  async has(count: number): Promise<boolean> {
    while (this.available < count) if (!(await this.#pull(count))) return false;
    return true;
  }

  /** At most `count` of the bytes that are there. */
  peek(count: number): Uint8Array {
    return this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + count));
  }

  /** As `peek`, and moves past them. */
  take(count: number): Uint8Array {
    const bytes = this.peek(count);
    this.#start += bytes.length;
    return bytes;
  }

  /** Moves on by so many bytes without keeping them. @returns false when the file ends before. */
  async skip(count: number): Promise<boolean> {
    let left = count;
    while (left > 0) {
      if (this.available === 0 && !(await this.#pull(1))) return false;
      left -= this.take(left).length;
    }
    return true;
  }

  /** Tells the stream that no more of it is wanted. */
  async close(): Promise<void> {
    this.#ended = true;
    await this.#iterator.return?.();
  }

  async #pull(wanted: number): Promise<boolean> {
    while (this.#chunk.length === 0) {
      if (this.#ended) return false;
      const next = await this.#iterator.next();
      if (next.done === true) {
        this.#ended = true;
        return false;
      }
      this.#chunk = next.value;
    }
    const piece = this.#chunk.subarray(0, PIECE_BYTES);
    this.#chunk = this.#chunk.subarray(piece.length);
    this.#read += piece.length;
    if (this.#read > this.#maximumBytes) throw new AudioRefusedError("audio_too_large", `the file has more than ${this.#maximumBytes} bytes, the most that is read`);
    this.#makeRoom(piece.length, wanted);
    this.#buffer.set(piece, this.#end);
    this.#end += piece.length;
    return true;
  }

  #makeRoom(incoming: number, wanted: number): void {
    if (this.#end + incoming <= this.#buffer.length) return;
    const held = this.#buffer.subarray(this.#start, this.#end);
    if (held.length + incoming > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(2 * this.#buffer.length, Math.min(wanted, 2 * held.length) + PIECE_BYTES, held.length + incoming));
      larger.set(held);
      this.#buffer = larger;
    } else {
      this.#buffer.copyWithin(0, this.#start, this.#end);
    }
    this.#end = held.length;
    this.#start = 0;
  }
}
