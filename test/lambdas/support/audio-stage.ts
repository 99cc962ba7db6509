import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Gateway, startGateway } from "../../../local/gateway/gateway.ts";
import { S3Engine } from "../../../local/s3/s3-engine.ts";
import { S3Service } from "../../../local/s3/s3-service.ts";
import { type LocalService, ServiceError, type ServiceRequest } from "../../../local/service.ts";
import { type AudioJob, AUDIO_JOB_VERSION, AudioJobSchema } from "../../../core/contracts/audio-job.ts";
import type { AudioSettings } from "../../../core/contracts/audio-settings.ts";
import { type RecordingNotice, RECORDING_NOTICE_VERSION, RecordingNoticeSchema } from "../../../core/contracts/recording-notice.ts";
import { type PreflightReport, PreflightReportSchema } from "../../../core/contracts/preflight-report.ts";
import { TRANSCRIPTION_REQUEST_VERSION, type TranscriptionRequest, TranscriptionRequestSchema } from "../../../core/contracts/transcription-request.ts";
import { type Reject, RejectSchema } from "../../../core/contracts/reject.ts";
import { AwsServer } from "./aws-server.ts";

export const SETTINGS: AudioSettings = { speakers: ["customer", "agent"], route: "direct", language: "en", maximumMinutes: 10, maximumMiB: 64, leastSnrDb: 8, quietSeconds: 60 };

/** `hook` sees each S3 request before it is served and may throw a `ServiceError`, or do something first. */
class HookedS3 implements LocalService {
  readonly signingName = "s3";
  hook: (request: ServiceRequest) => Promise<void> | void = () => undefined;
  readonly #s3: S3Service;

  constructor(s3: S3Service) {
    this.#s3 = s3;
  }

  requiredPermissions(request: ServiceRequest): ReturnType<LocalService["requiredPermissions"]> {
    return this.#s3.requiredPermissions(request);
  }

  async handle(request: ServiceRequest): ReturnType<LocalService["handle"]> {
    await this.hook(request);
    return this.#s3.handle(request);
  }

  renderError(error: ServiceError, request: ServiceRequest): ReturnType<LocalService["renderError"]> {
    return this.#s3.renderError(error, request);
  }
}

export const BUCKETS = { audio: "audio-test", recordings: "recordings-test", rejects: "rejects-test", other: "calls-of-others" } as const;

/** What the audio functions meet in a stage: the project's own S3 on the wire, and queues that record what they are sent. */
export class AudioStage {
  readonly queues = new AwsServer();
  readonly objects: S3Engine;
  readonly #s3: HookedS3;
  readonly #folder: string;
  #gateway: Gateway | undefined;

  constructor() {
    this.#folder = mkdtempSync(join(tmpdir(), "valence-test-"));
    this.objects = new S3Engine({ folder: this.#folder });
    for (const name of Object.values(BUCKETS)) this.objects.createBucket({ name });
    this.#s3 = new HookedS3(new S3Service(this.objects));
  }

  /** @returns the environment that both functions share. */
  async start(settings: Partial<AudioSettings> = {}): Promise<Record<string, string>> {
    const endpoint = await this.queues.start();
    const callerOf = () => ({ roleArn: null, name: "the owner" });
    this.#gateway = await startGateway({ port: 0, services: [this.#s3], authorizer: { authorize: () => undefined }, callerOf });
    const queue = (name: string): string => `${endpoint}/123456789012/${name}`;
    return {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_S3: this.#gateway.url,
      AUDIO_JOBS_QUEUE_URL: queue("audio-jobs"),
      TRANSCRIPTIONS_QUEUE_URL: queue("transcriptions"),
      RECORDINGS_QUEUE_URL: queue("recordings"),
      QUIET_CHECKS_QUEUE_URL: queue("quiet-checks"),
      AUDIO_BUCKET: BUCKETS.audio,
      RECORDINGS_BUCKET: BUCKETS.recordings,
      OTHER_BUCKETS: JSON.stringify([BUCKETS.other]),
      REJECTS_BUCKET: BUCKETS.rejects,
      CONTACT_LENS_TELLS: "no",
      AUDIO_SETTINGS: JSON.stringify({ ...SETTINGS, ...settings }),
    };
  }

  set hook(hook: HookedS3["hook"]) {
    this.#s3.hook = hook;
  }

  async stop(): Promise<void> {
    await Promise.all([this.queues.stop(), this.#gateway?.close()]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  keys(bucket: keyof typeof BUCKETS, prefix = ""): Promise<string[]> {
    return this.objects.list(BUCKETS[bucket], prefix).then((objects) => objects.map(({ key }) => key));
  }

  /** Every object's bytes, by key. */
  async contents(bucket: keyof typeof BUCKETS, prefix: string): Promise<Map<string, Buffer>> {
    const keys = await this.keys(bucket, prefix);
    return new Map(await Promise.all(keys.map(async (key) => [key, await this.objects.get(BUCKETS[bucket], key)] as const)));
  }

  /** Checksums by key: quicker to compare than the bytes. */
  async checksums(bucket: keyof typeof BUCKETS, prefix: string): Promise<Record<string, string>> {
    const contents = await this.contents(bucket, prefix);
    return Object.fromEntries([...contents].map(([key, bytes]) => [key, createHash("sha256").update(bytes).digest("hex")]));
  }

  jobs(): AudioJob[] {
    return this.#sent(AUDIO_JOB_VERSION).map((body) => AudioJobSchema.parse(body));
  }

  requests(): TranscriptionRequest[] {
    return this.#sent(TRANSCRIPTION_REQUEST_VERSION).map((body) => TranscriptionRequestSchema.parse(body));
  }

  notices(): RecordingNotice[] {
    return this.#sent(RECORDING_NOTICE_VERSION).map((body) => RecordingNoticeSchema.parse(body));
  }

  /** Reminders with the seconds that they wait. */
  checks(): { conversationId: string; delaySeconds: number | undefined }[] {
    const entries = this.queues.callsOf("SendMessageBatch").flatMap((call) => call.entries);
    return entries.flatMap(({ content, delaySeconds }) => (content.includes("valence.quiet-check/1") ? [{ conversationId: (JSON.parse(content) as { conversationId: string }).conversationId, delaySeconds }] : []));
  }

  async rejects(): Promise<Reject[]> {
    return [...(await this.contents("rejects", "")).values()].map((bytes) => RejectSchema.parse(JSON.parse(bytes.toString())));
  }

  async reports(): Promise<PreflightReport[]> {
    return [...(await this.contents("audio", "reports/")).values()].map((bytes) => PreflightReportSchema.parse(JSON.parse(bytes.toString())));
  }

  #sent(schema: string): unknown[] {
    return this.queues.messages.map((body) => JSON.parse(body) as { schema: string }).filter((body) => body.schema === schema);
  }
}

export function slowDown(): never {
  throw new ServiceError("SlowDown", "Please reduce your request rate.", 503);
}
