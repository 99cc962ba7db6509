import type { KinesisStreamBatchResponse, SQSBatchResponse } from "aws-lambda";
import { type TextJob, TEXT_JOB_VERSION, TextJobSchema } from "../../../core/contracts/text-job.ts";
import { TRANSCRIPTION_REQUEST_VERSION, type TranscriptionRequest } from "../../../core/contracts/transcription-request.ts";
import { requestKey, transcriptionJobName, transcriptKey } from "../../../core/transcripts/storage-keys.ts";
import type * as Router from "../../../lambdas/transcript-router/handler.ts";
import { AudioStage, BUCKETS } from "../support/audio-stage.ts";
import { kinesisEvent, lambdaContext, sqsRecord } from "../support/events.ts";
import { coldStart, functionEnvironment } from "../support/load-handler.ts";
import { TranscribeServer, type WireJob } from "./transcribe-server.ts";

export const JOB_PREFIX = "valence-test-";
export const TRANSCRIPTIONS_QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:valence-test-transcriptions";
const CHECK_SECONDS = 45;

export function requestOf(overrides: Partial<TranscriptionRequest> = {}): TranscriptionRequest {
  return {
    schema: TRANSCRIPTION_REQUEST_VERSION,
    id: "recording-1",
    conversationId: "conversation-1",
    channel: "call",
    occurredAt: "2026-03-02T09:00:00Z",
    recording: { bucket: BUCKETS.recordings, key: "calls/1.wav", version: '"etag"' },
    format: "wav",
    channels: 2,
    speakers: ["customer", "agent"],
    durationMs: 60_000,
    route: "both",
    flags: [],
    arrivedAt: "2026-03-02T09:05:00.000Z",
    ...overrides,
  };
}

/** What the router meets in a stage: S3 and queues on the wire, and a Transcribe that knows the jobs it is told of. */
export class RouterStage extends AudioStage {
  readonly transcribe = new TranscribeServer();
  #handler: typeof Router.handler = () => Promise.reject(new Error("load() comes first"));

  async load(more: Record<string, string> = {}): Promise<void> {
    const [shared, transcribe] = await Promise.all([this.start(), this.transcribe.start()]);
    const endpoint = shared["AWS_ENDPOINT_URL"]!;
    const environment = functionEnvironment(endpoint, {
      ...shared,
      POWERTOOLS_SERVICE_NAME: "transcript-router",
      AWS_ENDPOINT_URL_TRANSCRIBE: transcribe,
      TEXT_JOBS_QUEUE_URL: `${endpoint}/123456789012/text-jobs`,
      TRANSCRIPTS_QUEUE_URL: `${endpoint}/123456789012/transcripts`,
      TRANSCRIPTIONS_QUEUE_ARN,
      JOB_PREFIX,
      TRANSCRIPTION_SETTINGS: JSON.stringify({ languages: ["en-US"], vocabularies: {}, vocabularyFilters: {}, redaction: "none", checkSeconds: CHECK_SECONDS }),
      CONTACT_LENS_FILES: "original",
      ...more,
    });
    ({ handler: this.#handler } = await coldStart<typeof Router>(environment, () => import("../../../lambdas/transcript-router/handler.ts")));
  }

  override async stop(): Promise<void> {
    await Promise.all([super.stop(), this.transcribe.stop()]);
  }

  /** A job that Transcribe has done, with its request and its transcript in the bucket. @returns its name. */
  async completed(request: TranscriptionRequest, transcript: object | string, job: Partial<WireJob> = {}): Promise<string> {
    const name = await this.asked(request, { TranscriptionJobStatus: "COMPLETED", ...job });
    const key = transcriptKey(name);
    await this.objects.put(BUCKETS.audio, key, Buffer.from(typeof transcript === "string" ? transcript : JSON.stringify(transcript)));
    const known = this.transcribe.jobs.get(name)!;
    known.Transcript ??= { TranscriptFileUri: `https://s3.us-east-1.amazonaws.com/${BUCKETS.audio}/${key}` };
    return name;
  }

  async asked(request: TranscriptionRequest, job: Partial<WireJob>): Promise<string> {
    const name = transcriptionJobName(JOB_PREFIX, request);
    await this.objects.put(BUCKETS.audio, requestKey(name), Buffer.from(JSON.stringify(request)));
    this.transcribe.jobs.set(name, { TranscriptionJobName: name, TranscriptionJobStatus: "IN_PROGRESS", CreationTime: 1_772_442_000.5, ...job });
    return name;
  }

  route(messages: readonly object[], remainingMs = 60_000): Promise<SQSBatchResponse> {
    const Records = messages.map((message, position) => ({ ...sqsRecord(JSON.stringify(message), position), eventSourceARN: "arn:aws:sqs:us-east-1:123456789012:valence-test-transcripts" }));
    return this.#handler({ Records }, lambdaContext(remainingMs));
  }

  stream(records: readonly (object | string)[]): Promise<KinesisStreamBatchResponse> {
    return this.#handler(kinesisEvent(records.map((record) => (typeof record === "string" ? record : JSON.stringify(record)))), lambdaContext());
  }

  textJobs(): TextJob[] {
    return this.queues.messages.map((body) => JSON.parse(body) as { schema: string }).filter(({ schema }) => schema === TEXT_JOB_VERSION).map((body) => TextJobSchema.parse(body));
  }

  /** Checks that wait, with the seconds that they do. */
  waiting(): { jobName: string; delaySeconds: number | undefined }[] {
    const entries = this.queues.callsOf("SendMessageBatch").flatMap(({ entries: sent }) => sent);
    return entries.flatMap(({ content, delaySeconds }) => (content.includes("valence.transcription-check/1") ? [{ jobName: (JSON.parse(content) as { jobName: string }).jobName, delaySeconds }] : []));
  }
}

export function jobEvent(jobName: string, status: "COMPLETED" | "FAILED" = "COMPLETED"): object {
  return { version: "0", id: "e", "detail-type": "Transcribe Job State Change", source: "aws.transcribe", account: "123456789012", time: "2026-03-02T09:10:00Z", region: "us-east-1", resources: [], detail: { TranscriptionJobName: jobName, TranscriptionJobStatus: status } };
}

export function checkOf(jobName: string): object {
  return { schema: "valence.transcription-check/1", jobName };
}
