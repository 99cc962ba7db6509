import { createHash } from "node:crypto";
import { type ClosedSegment, hearWaiting } from "../../../../core/audio/live/hear-waiting.ts";
import { type ArrivedChunk, type LiveSession, openSession } from "../../../../core/audio/live/live-session.ts";
import { type ChunkVerdict, giveUpGaps, receiveChunk } from "../../../../core/audio/live/receive-chunk.ts";
import { recordingPieces } from "../../../../core/audio/live/recording-pieces.ts";
import { packSession, unpackSession } from "../../../../core/audio/live/session-file.ts";
import type { AudioFormat } from "../../../../core/audio/decode/audio-format.ts";

export const START = Date.parse("2026-03-02T09:00:00.000Z");
const SETTINGS = { speakers: ["customer", "agent"] as ["customer", "agent"], maximumMinutes: 2 };

/** @param position when it arrives, in seconds after the start. */
export function chunkOf(sequence: number, samples: Int16Array, format: Pick<AudioFormat, "sampleRate" | "channels">, overrides: Partial<ArrivedChunk> = {}): ArrivedChunk {
  return {
    sequence,
    final: false,
    identity: { conversationId: "conversation-1", channel: "call", occurredAt: "2026-03-02T09:00:00Z" },
    speaker: undefined,
    arrivedAt: new Date(START + sequence * 1_000).toISOString(),
    audio: { ok: true, format: { container: "raw", codec: "pcm_s16le", lossy: false, ...format }, samples },
    ...overrides,
  };
}

export function bytesOf(samples: Int16Array): Buffer {
  return Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** A live conversation in memory: what the function keeps in S3 lies in maps here, and the session is written and read back between batches. */
export class Conversation {
  readonly stored = new Map<number, Int16Array>();
  readonly closed: ClosedSegment[] = [];
  #state: Buffer | undefined;

  get session(): LiveSession {
    if (this.#state === undefined) throw new Error("no chunk has arrived yet");
    return unpackSession(this.#state);
  }

  async take(chunks: readonly ArrivedChunk[]): Promise<ChunkVerdict[]> {
    const session = this.#state === undefined ? openSession(chunks[0]!, START) : this.session;
    const verdicts = chunks.map((chunk) => receiveChunk(session, chunk, SETTINGS));
    for (const [index, { audio, sequence }] of chunks.entries()) if (verdicts[index]?.kind === "taken" && audio.ok) this.stored.set(sequence, audio.samples);
    giveUpGaps(session, false);
    await this.#hear(session, false);
    return verdicts;
  }

  async end(): Promise<void> {
    const { session } = this;
    giveUpGaps(session, true);
    session.phase = "ending";
    await this.#hear(session, true);
  }

  /** The samples of the recording, interleaved, as bytes: those are quickly compared. */
  recording(): Buffer {
    const { session } = this;
    return Buffer.concat([...recordingPieces(session)].map(({ frames, isStored, sequence }) => bytesOf(isStored ? this.#read(sequence) : new Int16Array(frames * session.format!.channels))));
  }

  /** The segments, their samples as a checksum. */
  heard(): unknown[] {
    return this.closed.map(({ samples, ...segment }) => ({ ...segment, checksum: createHash("sha256").update(bytesOf(samples)).digest("hex") }));
  }

  async #hear(session: LiveSession, ends: boolean): Promise<void> {
    this.closed.push(...(await hearWaiting(session, async (sequence) => this.#read(sequence), { ...SETTINGS, ends })));
    this.#state = packSession(session);
  }

  #read(sequence: number): Int16Array {
    const samples = this.stored.get(sequence);
    if (samples === undefined) throw new Error(`chunk ${sequence} was read and never stored`);
    return samples;
  }
}
