import type { KinesisStreamEvent, SQSEvent } from "aws-lambda";
import { AUDIO_RECORD_VERSION, type AudioRecord } from "../../../core/contracts/audio-record.ts";
import { QUIET_CHECK_VERSION } from "../../../core/audio/live/quiet-check.ts";
import { kinesisRecord, sqsRecord } from "../support/events.ts";

export function audioRecord(overrides: Partial<AudioRecord> = {}): AudioRecord {
  return { schema: AUDIO_RECORD_VERSION, id: "record-1", channel: "call", occurredAt: "2026-03-02T09:00:00Z", audio: { s3: { bucket: "recordings-test", key: "call.wav" } }, ...overrides };
}

/** A chunk of 8 kHz in two channels, as headerless samples. */
export function chunkRecord(sequence: number, samples: Int16Array, overrides: Partial<AudioRecord> = {}): AudioRecord {
  const inline = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString("base64");
  return audioRecord({ id: `chunk-${sequence}`, conversationId: "conversation-1", sequence, audio: { inline, encoding: "pcm_s16le", sampleRate: 8_000, channels: 2 }, ...overrides });
}

export function streamEvent(records: readonly (Buffer | string | AudioRecord)[], first = 0): KinesisStreamEvent {
  return { Records: records.map((record, index) => kinesisRecord(typeof record === "string" || Buffer.isBuffer(record) ? record : JSON.stringify(record), first + index)) };
}

export function checkEvent(conversationId = "conversation-1"): SQSEvent {
  return { Records: [sqsRecord(JSON.stringify({ schema: QUIET_CHECK_VERSION, conversationId }))] };
}
