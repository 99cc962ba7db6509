import type { SQSEvent } from "aws-lambda";
import { AUDIO_JOB_VERSION, type AudioJob, type AudioSegment } from "../../../core/contracts/audio-job.ts";
import { sqsRecord } from "../support/events.ts";

/** A recording of two voices, who speak in turn. */
export const STEREO_SEGMENTS: readonly AudioSegment[] = [
  { index: 0, track: 0, speaker: "customer", startMs: 500, endMs: 3_000 },
  { index: 1, track: 1, speaker: "agent", startMs: 3_200, endMs: 4_700 },
  { index: 2, track: 0, speaker: "customer", startMs: 5_000, endMs: 9_500 },
  { index: 3, track: 1, speaker: "agent", startMs: 10_000, endMs: 12_000 },
];

export function audioJob(overrides: Partial<AudioJob> = {}, segments: readonly AudioSegment[] = STEREO_SEGMENTS): AudioJob {
  return {
    schema: AUDIO_JOB_VERSION,
    id: "call-1",
    conversationId: "conversation-1",
    channel: "call",
    language: "en",
    occurredAt: "2026-03-02T09:00:00Z",
    attributes: { queue: "billing" },
    route: "direct",
    flags: ["narrowband"],
    arrivedAt: "2026-03-02T09:10:00.123Z",
    recording: "s3://recordings-test/calls/1.wav",
    audio: { bucket: "audio-test", prefix: "segments/0123456789abcdef0123456789abcdef/", segments: [...segments] },
    complete: true,
    answered: false,
    ...overrides,
  };
}

/** As Lambda hands jobs over. @param receives how often the queue has given each of them out. */
export function audioEvent(jobs: readonly (AudioJob | string)[], receives = 1): SQSEvent {
  return {
    Records: jobs.map((job, position) => {
      const record = sqsRecord(typeof job === "string" ? job : JSON.stringify(job), position);
      return { ...record, eventSourceARN: "arn:aws:sqs:us-east-1:123456789012:valence-test-audio-jobs", attributes: { ...record.attributes, ApproximateReceiveCount: String(receives) } };
    }),
  };
}
