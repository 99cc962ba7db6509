import type { KinesisStreamRecord } from "aws-lambda";
import { decodeAudioRecord } from "../../core/audio/live/decode-audio-record.ts";
import { decodeChunk, headerlessFormat, type InlineAudio } from "../../core/audio/live/decode-chunk.ts";
import type { ArrivedChunk } from "../../core/audio/live/live-session.ts";
import type { AudioRecord } from "../../core/contracts/audio-record.ts";
import { RECORDING_NOTICE_VERSION, type RecordingNotice } from "../../core/contracts/recording-notice.ts";
import type { Reject } from "../../core/contracts/reject.ts";
import { inlineRecordingKey } from "../../core/recordings/storage-keys.ts";
import { type ArrivedRecord, readKinesisRecord, rejectRecord } from "../shared/kinesis-record.ts";
import { wavHeader } from "./recording-upload.ts";

/** What to do with one record of the batch; each has exactly one step, in the batch's order. */
export type Step = { record: ArrivedRecord } & (
  | { kind: "chunk"; conversationId: string; chunk: ArrivedChunk }
  /** `put`: bytes that go into the recordings bucket first, where the notice says. */
  | { kind: "recording"; notice: RecordingNotice; put: Buffer | undefined }
  | { kind: "reject"; reject: Reject }
);

/** Decides and decodes; touches nothing outside. @throws never for what a producer sent. */
export async function planBatch(records: readonly KinesisStreamRecord[], recordingsBucket: string, rejectedBy: string): Promise<Step[]> {
  const steps: Step[] = [];
  for (const one of records) {
    const record = readKinesisRecord(one);
    const decoded = decodeAudioRecord(record.data);
    steps.push(decoded.ok ? await planRecord(record, decoded.record, recordingsBucket, rejectedBy) : { record, kind: "reject", reject: rejectRecord(record, decoded.reason, decoded.detail, rejectedBy) });
  }
  return steps;
}

async function planRecord(record: ArrivedRecord, content: AudioRecord, recordingsBucket: string, rejectedBy: string): Promise<Step> {
  const { audio, final, schema: _schema, sequence, ...rest } = content;
  const { arrivedAt } = record;
  if (!("inline" in audio)) return { record, kind: "recording", notice: { schema: RECORDING_NOTICE_VERSION, ...rest, audio: audio.s3, arrivedAt }, put: undefined };
  if (sequence === undefined) {
    const file = await wholeFile(audio);
    if (!file.ok) return { record, kind: "reject", reject: rejectRecord(record, file.reason, file.detail, rejectedBy) };
    const key = inlineRecordingKey({ id: rest.id, conversationId: rest.conversationId ?? rest.id }, rest.occurredAt, file.extension);
    return { record, kind: "recording", notice: { schema: RECORDING_NOTICE_VERSION, ...rest, audio: { bucket: recordingsBucket, key }, arrivedAt }, put: file.bytes };
  }
  const conversationId = content.conversationId!;
  const { id: _id, speaker, ...identity } = rest;
  return { record, kind: "chunk", conversationId, chunk: { sequence, final: final ?? false, identity: { ...identity, conversationId }, speaker, arrivedAt, audio: await decodeChunk(audio) } };
}

type WholeFile = { ok: true; bytes: Buffer; extension: string } | Extract<ArrivedChunk["audio"], { ok: false }>;

/** A recording as a file that says itself what it is, for whoever reads it later, Transcribe too: headerless samples become a WAV file. */
async function wholeFile(audio: InlineAudio): Promise<WholeFile> {
  if (headerlessFormat(audio) === undefined) return { ok: true, bytes: Buffer.from(audio.inline, "base64"), extension: audio.encoding };
  const decoded = await decodeChunk(audio, Infinity);
  if (!decoded.ok) return decoded;
  const { format, samples } = decoded;
  const bytes = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return { ok: true, bytes: Buffer.concat([wavHeader(format.channels, format.sampleRate, bytes.length), bytes]), extension: "wav" };
}
