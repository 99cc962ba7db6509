import type { KinesisStreamRecord } from "aws-lambda";
import { decodeAudioRecord } from "../../core/audio/live/decode-audio-record.ts";
import { decodeChunk, headerlessFormat, type InlineAudio } from "../../core/audio/live/decode-chunk.ts";
import type { ArrivedChunk } from "../../core/audio/live/live-session.ts";
import type { AudioRecord } from "../../core/contracts/audio-record.ts";
import { RECORDING_NOTICE_VERSION, type RecordingNotice } from "../../core/contracts/recording-notice.ts";
import type { Reject } from "../../core/contracts/reject.ts";
import { inlineRecordingKey } from "../../core/recordings/storage-keys.ts";
import { type ArrivedRecord, readKinesisRecord, rejectRecord } from "../shared/kinesis-record.ts";

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
    steps.push(decoded.ok ? await planRecord(record, decoded.record, recordingsBucket) : { record, kind: "reject", reject: rejectRecord(record, decoded.reason, decoded.detail, rejectedBy) });
  }
  return steps;
}

async function planRecord(record: ArrivedRecord, content: AudioRecord, recordingsBucket: string): Promise<Step> {
  const { audio, final, schema: _schema, sequence, ...rest } = content;
  const { arrivedAt } = record;
  if (!("inline" in audio)) return { record, kind: "recording", notice: { schema: RECORDING_NOTICE_VERSION, ...rest, audio: audio.s3, arrivedAt }, put: undefined };
  if (sequence === undefined) return { record, kind: "recording", notice: inlineNotice(content, audio, recordingsBucket, arrivedAt), put: Buffer.from(audio.inline, "base64") };
  const conversationId = content.conversationId!;
  const { id: _id, speaker, ...identity } = rest;
  return { record, kind: "chunk", conversationId, chunk: { sequence, final: final ?? false, identity: { ...identity, conversationId }, speaker, arrivedAt, audio: await decodeChunk(audio) } };
}

function inlineNotice({ audio: _audio, final: _final, schema: _schema, sequence: _sequence, ...identity }: AudioRecord, audio: InlineAudio, bucket: string, arrivedAt: string): RecordingNotice {
  const headerless = headerlessFormat(audio);
  const key = inlineRecordingKey({ id: identity.id, conversationId: identity.conversationId ?? identity.id }, identity.occurredAt, audio.encoding);
  return { schema: RECORDING_NOTICE_VERSION, ...identity, audio: { bucket, key, ...(headerless !== undefined && { headerless }) }, arrivedAt };
}
