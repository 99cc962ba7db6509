import { closeSync, existsSync, fstatSync, ftruncateSync, mkdirSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { crc32 } from "node:zlib";

/** Each frame: payload length (uint32), CRC-32 of the payload (uint32), payload; little-endian. */
export const FRAME_HEADER_BYTES = 8;
const SCAN_CHUNK_BYTES = 4 * 1024 * 1024;
// Larger than anything a service here takes; a length above it can only be damage.
const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

export interface Frame {
  payload: Buffer;
  /** Position of the frame's header in the file. */
  offset: number;
}

/**
 * A file that only grows. `append` returns after the operating system has taken the bytes, so what was
 * acknowledged survives a killed process; there is no fsync, so it does not promise to survive a power cut.
 */
export class AppendLog {
  readonly path: string;
  readonly #file: number;
  #size: number;

  private constructor(path: string, file: number, size: number) {
    this.path = path;
    this.#file = file;
    this.#size = size;
  }

  /**
   * Opens or creates the file and visits every frame in it. A torn last frame is cut: it was being written when the
   * process died, so nobody was told that it is safe.
   * @throws Error when a whole frame does not match its checksum: that is damage, and cutting it would lose data.
   */
  static open(path: string, visit?: (frame: Frame) => void): AppendLog {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, existsSync(path) ? "r+" : "wx+");
    const fileSize = fstatSync(file).size;
    let offset = 0;
    let chunkBytes = SCAN_CHUNK_BYTES;
    while (offset < fileSize) {
      const chunk = readExactly(file, offset, Math.min(chunkBytes, fileSize - offset));
      const consumed = visitFrames(chunk, offset, path, visit);
      if (consumed === 0) {
        if (chunk.length === fileSize - offset) break;
        chunkBytes *= 2;
      }
      offset += consumed;
    }
    if (offset < fileSize) ftruncateSync(file, offset);
    return new AppendLog(path, file, offset);
  }

  /** Bytes in the file. */
  get size(): number {
    return this.#size;
  }

  /** Writes the payloads in one go; returns the offset of each frame. Payloads must not be empty. */
  append(payloads: readonly Buffer[]): number[] {
    const offsets: number[] = [];
    let end = this.#size;
    const bytes = Buffer.allocUnsafe(payloads.reduce((sum, payload) => sum + FRAME_HEADER_BYTES + payload.length, 0));
    for (const payload of payloads) {
      if (payload.length === 0 || payload.length > MAX_PAYLOAD_BYTES) {
        throw new RangeError(`A log frame must have 1 to ${MAX_PAYLOAD_BYTES} bytes, not ${payload.length} (${this.path}).`);
      }
      const start = end - this.#size;
      bytes.writeUInt32LE(payload.length, start);
      bytes.writeUInt32LE(crc32(payload), start + 4);
      bytes.set(payload, start + FRAME_HEADER_BYTES);
      offsets.push(end);
      end += FRAME_HEADER_BYTES + payload.length;
    }
    try {
      let written = 0;
      while (written < bytes.length) {
        written += writeSync(this.#file, bytes, written, bytes.length - written, this.#size + written);
      }
    } catch (error) {
      // A full disk must not leave half a frame in front of the next one.
      ftruncateSync(this.#file, this.#size);
      throw error;
    }
    this.#size = end;
    return offsets;
  }

  /** Frames from `offset` on, as many as fit in `bytes` but at least one when there is one. */
  read(offset: number, bytes: number): Frame[] {
    const frames: Frame[] = [];
    const available = this.#size - offset;
    if (available <= 0) return frames;
    let chunk = readExactly(this.#file, offset, Math.min(Math.max(bytes, FRAME_HEADER_BYTES), available));
    const firstFrameBytes = FRAME_HEADER_BYTES + chunk.readUInt32LE(0);
    if (firstFrameBytes > chunk.length) chunk = readExactly(this.#file, offset, Math.min(firstFrameBytes, available));
    visitFrames(chunk, offset, this.path, (frame) => frames.push(frame));
    return frames;
  }

  close(): void {
    closeSync(this.#file);
  }
}

function readExactly(file: number, offset: number, bytes: number): Buffer {
  const buffer = Buffer.allocUnsafe(bytes);
  let filled = 0;
  while (filled < bytes) {
    const count = readSync(file, buffer, filled, bytes - filled, offset + filled);
    if (count === 0) throw new Error(`A log file became shorter while it was read: ${filled} of ${bytes} bytes at ${offset}.`);
    filled += count;
  }
  return buffer;
}

/** Visits every whole frame of the chunk; returns the bytes they take. */
function visitFrames(chunk: Buffer, chunkOffset: number, path: string, visit: ((frame: Frame) => void) | undefined): number {
  let position = 0;
  while (position + FRAME_HEADER_BYTES <= chunk.length) {
    const length = chunk.readUInt32LE(position);
    const end = position + FRAME_HEADER_BYTES + length;
    if (length === 0 || length > MAX_PAYLOAD_BYTES) throw damaged(path, chunkOffset + position);
    if (end > chunk.length) break;
    const payload = chunk.subarray(position + FRAME_HEADER_BYTES, end);
    if (crc32(payload) !== chunk.readUInt32LE(position + 4)) throw damaged(path, chunkOffset + position);
    visit?.({ payload, offset: chunkOffset + position });
    position = end;
  }
  return position;
}

function damaged(path: string, offset: number): Error {
  return new Error(
    `${path} is damaged at byte ${offset}: the frame there does not match its checksum. Move the data folder aside to ` +
      "start afresh, or cut the file at that byte to keep what precedes it.",
  );
}
