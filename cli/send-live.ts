import { createReadStream } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import { decodeAudio } from "../core/audio/decode/decode-audio.ts";
import { toPcm16 } from "../core/audio/wav-file.ts";
import { AUDIO_RECORD_VERSION, type AudioRecord, type AudioRoute, MAX_INLINE_AUDIO_BYTES } from "../core/contracts/audio-record.ts";
import { AudioRefusedError } from "../core/contracts/audio-refusal.ts";
import type { Channel } from "../core/contracts/identity.ts";
import type { AudioFile } from "./audio-files.ts";
import { CommandError, EXIT } from "./command-error.ts";
import { putRecords } from "./put-records.ts";

export interface SendLiveOptions {
  stream: string;
  conversationId: string;
  /** Seconds of a chunk. */
  chunk: number;
  /** How many times faster than real time. */
  pace: number;
  channel: Channel;
  speaker?: "customer" | "agent";
  route?: AudioRoute;
  language?: string;
  /** ISO 8601: when the call began; now, when absent. */
  occurredAt?: string;
  signal?: AbortSignal;
}

// As far as the pipeline's own longest.
const LIMITS = { maximumSeconds: 240 * 60, maximumBytes: 5_120 * 1024 * 1024 };

/** Plays a recording onto the audio stream, as a telephone system would: each chunk when it would have been spoken. */
export async function sendLive(client: KinesisClient, file: AudioFile, options: SendLiveOptions): Promise<void> {
  const { chunk, conversationId, pace, signal, stream } = options;
  const started = Date.now();
  const { occurredAt = new Date(started).toISOString() } = options;
  for await (const { bytes, channels, final, sampleRate, sequence } of chunksOf(file, chunk)) {
    // A chunk can only be sent once it was spoken.
    const due = started + ((sequence + 1) * chunk * 1_000) / pace;
    await pause(Math.max(0, due - Date.now()));
    if (signal?.aborted === true) return;
    const { channel, language, route, speaker } = options;
    const record: AudioRecord = {
      schema: AUDIO_RECORD_VERSION,
      id: `${conversationId.slice(0, 110)}:${sequence}`,
      conversationId,
      channel,
      ...(speaker === undefined ? {} : { speaker }),
      ...(language === undefined ? {} : { language }),
      ...(route === undefined ? {} : { route }),
      occurredAt,
      audio: { inline: bytes.toString("base64"), encoding: "pcm_s16le", sampleRate, channels },
      sequence,
      ...(final ? { final } : {}),
    };
    const { failed } = await putRecords(client, [{ data: Buffer.from(JSON.stringify(record)), partitionKey: conversationId, origin: `${file.name}, chunk ${sequence}` }], {
      stream,
      onFailure: ({ origin }, reason) => console.error(`${origin}: ${reason}`),
    });
    if (failed > 0) throw new CommandError(`${file.name}: chunk ${sequence} could not be sent (named above).`);
  }
}

interface Chunk {
  sequence: number;
  sampleRate: number;
  channels: number;
  /** Interleaved PCM of 16 bits, little-endian. */
  bytes: Buffer;
  final: boolean;
}

/** Pieces of `seconds`, the last one shorter and final. @throws CommandError for audio that cannot be decoded or a chunk too large for a record. */
export async function* chunksOf(file: AudioFile, seconds: number): AsyncGenerator<Chunk> {
  try {
    const { blocks, format } = await decodeAudio(createReadStream(file.path), LIMITS);
    const size = Math.round(format.sampleRate * seconds) * format.channels * 2;
    if (size > MAX_INLINE_AUDIO_BYTES) {
      const most = Math.floor((MAX_INLINE_AUDIO_BYTES / (format.sampleRate * format.channels * 2)) * 100) / 100;
      throw new CommandError(`A chunk of ${seconds} s of ${file.name} has ${size} bytes, and a record holds ${MAX_INLINE_AUDIO_BYTES}: use --chunk ${most} or less.`, EXIT.usage);
    }
    let held: Buffer = Buffer.alloc(0);
    let sequence = 0;
    for await (const block of blocks) {
      held = Buffer.concat([held, interleaved(block)]);
      // One is always kept back: only the end of the file tells which one is the last.
      while (held.length > size) {
        yield { sequence, sampleRate: format.sampleRate, channels: format.channels, bytes: held.subarray(0, size), final: false };
        held = held.subarray(size);
        sequence += 1;
      }
    }
    yield { sequence, sampleRate: format.sampleRate, channels: format.channels, bytes: held, final: true };
  } catch (error) {
    if (error instanceof AudioRefusedError) throw new CommandError(`${file.path} cannot be sent live (${error.code}): ${error.message}`, EXIT.inputFailed, { cause: error });
    throw error;
  }
}

function interleaved(channels: readonly Float32Array[]): Buffer {
  const pcm = channels.map(toPcm16);
  const length = pcm[0]?.length ?? 0;
  const bytes = Buffer.alloc(length * pcm.length * 2);
  for (let index = 0; index < length; index += 1) {
    for (const [channel, samples] of pcm.entries()) bytes.writeInt16LE(samples[index] ?? 0, (index * pcm.length + channel) * 2);
  }
  return bytes;
}
