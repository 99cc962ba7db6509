import { setImmediate as nextTurn } from "node:timers/promises";
import type { LiveSession } from "../../core/audio/live/live-session.ts";
import { asBlocks, type RecordingPiece, recordingPieces } from "../../core/audio/live/recording-pieces.ts";
import type { AudioFormat } from "../../core/audio/decode/audio-format.ts";
import { type HeardSegment, type Hearing, hearRecording } from "../../core/audio/hear-recording.ts";
import { AudioRefusedError } from "../../core/contracts/audio-refusal.ts";
import { getChunk } from "./live-chunks.ts";
import { RecordingUpload, wavHeader } from "./recording-upload.ts";
import type { Stage } from "./stage.ts";

/** Chunks read ahead of the one that is being written. */
const CHUNKS_AHEAD = 16;
const BYTES_PER_SAMPLE = 2;

export interface Assembled {
  durationMs: number;
  hearing: Hearing | undefined;
  refusal: AudioRefusedError | undefined;
}

/**
 * Puts all chunks together to one WAV file and hears it as it passes by, for its report. The file depends on the chunks alone, not on the order
 * in which they came.
 *
 * @param onSegment gets what was heard in it.
 */
export async function assembleRecording(session: LiveSession, format: AudioFormat, key: string, onSegment: (segment: HeardSegment) => Promise<void>, stage: Stage): Promise<Assembled> {
  const { environment, signal } = stage;
  const upload = new RecordingUpload(environment.RECORDINGS_BUCKET, key, signal);
  const frames = [...recordingPieces(session)].reduce((sum, piece) => sum + piece.frames, 0);
  const pieces = writtenBlocks();
  try {
    await upload.write(wavHeader(format.channels, format.sampleRate, frames * format.channels * BYTES_PER_SAMPLE));
    const heard = await hear();
    // Whatever the hearing made of it, the recording is kept whole.
    while ((await pieces.next()).done !== true);
    await upload.finish();
    return { ...heard, durationMs: Math.round((frames * 1_000) / format.sampleRate) };
  } finally {
    // Where a segment could not be put, the reading ends here and not with the next call of this function.
    await pieces.return();
  }

  async function* writtenBlocks(): AsyncGenerator<Float32Array[], void, undefined> {
    for await (const samples of readAhead(session, format.channels, stage)) {
      signal.throwIfAborted();
      await nextTurn();
      await upload.write(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength));
      yield* asBlocks(samples, format.channels);
    }
  }

  async function hear(): Promise<Omit<Assembled, "durationMs">> {
    const speaker = onlySpeaker(session);
    const { route } = session.identity;
    // Without `return`: a hearing that ends early must not end the writing.
    const blocks = { [Symbol.asyncIterator]: () => ({ next: () => pieces.next() }) };
    try {
      return { hearing: await hearRecording({ format, blocks }, environment.AUDIO_SETTINGS, { ...(route !== undefined && { route }), ...(speaker !== undefined && { speaker }), onSegment }), refusal: undefined };
    } catch (error) {
      if (error instanceof AudioRefusedError) return { hearing: undefined, refusal: error };
      throw error;
    }
  }
}

/** The pieces' samples in order, interleaved; stored chunks are fetched a few ahead. */
async function* readAhead(session: LiveSession, channels: number, { environment, signal }: Stage): AsyncGenerator<Int16Array, void, undefined> {
  const read = (piece: RecordingPiece): Promise<Int16Array> =>
    piece.isStored ? getChunk(environment.AUDIO_BUCKET, session.identity.conversationId, piece.sequence, signal) : Promise.resolve(new Int16Array(piece.frames * channels));
  const ahead: Promise<Int16Array>[] = [];
  try {
    for (const piece of recordingPieces(session)) {
      const reading = read(piece);
      // One that fails before its turn must not end the process; in its turn it is thrown.
      reading.catch(() => undefined);
      ahead.push(reading);
      if (ahead.length >= CHUNKS_AHEAD) yield await ahead.shift()!;
    }
    while (ahead.length > 0) yield await ahead.shift()!;
  } finally {
    await Promise.allSettled(ahead);
  }
}

/** Of a conversation on one channel, where it is one person throughout. */
export function onlySpeaker({ format, speakers }: LiveSession): NonNullable<LiveSession["speakers"][number]["speaker"]> | undefined {
  const names = new Set(speakers.map(({ speaker }) => speaker));
  const [name] = names;
  return format?.channels === 1 && names.size === 1 ? (name ?? undefined) : undefined;
}
