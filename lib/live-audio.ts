import { Duration } from "aws-cdk-lib";
import { EventSourceMapping, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { OWN_RECORDINGS_PREFIX } from "../core/contracts/recording-notice.ts";
import { REJECTS_PREFIX } from "../core/contracts/reject.ts";
import type { LiveAudioEnvironment } from "../lambdas/live-audio/env.ts";
import { AUDIO_KEYS } from "./audio-bucket.ts";
import { QUIET_CHECKS_AT_A_TIME } from "./audio-checks.ts";
import type { AudioConfiguration } from "./audio-configuration.ts";
import type { AudioStorage } from "./audio-storage.ts";
import type { Configuration } from "./configuration.ts";
import type { JobQueue } from "./job-queue.ts";
import { LAMBDA_PREFIX, type RejectsBucket } from "./rejects-bucket.ts";
import { ValenceFunction } from "./valence-function.ts";

export interface LiveAudioProps {
  configuration: Configuration;
  audio: AudioConfiguration;
  voice: AudioStorage;
  rejects: RejectsBucket;
  jobs: JobQueue;
  recordings: JobQueue;
  quietChecks: JobQueue;
  transcriptions: JobQueue;
}

/** From the audio stream to the audio jobs: live conversations, chunk by chunk; whole recordings are handed on. */
export class LiveAudio extends Construct {
  constructor(scope: Construct, id: string, props: LiveAudioProps) {
    super(scope, id);
    const { audio, configuration, jobs, quietChecks, recordings, rejects, transcriptions, voice } = props;
    const { live } = audio;
    const worker = new ValenceFunction<LiveAudioEnvironment>(this, "Function", {
      name: "live-audio",
      stage: configuration.stage,
      description: "Hears live conversations chunk by chunk and queues their speech for a model",
      logs: configuration.logs,
      memoryMiB: live.memoryMiB,
      timeout: Duration.seconds(live.timeoutSeconds),
      reservedConcurrency: live.reservedConcurrency,
      remindsItself: true,
      wildcards: {
        [`${REJECTS_PREFIX}*`]: "The keys of rejects are made from their stream position.",
        [`${LAMBDA_PREFIX}*`]: "Lambda makes up the keys of the batches that it gave up.",
        [`${OWN_RECORDINGS_PREFIX}*`]: "The keys of our own recordings are made from their conversation.",
        "live/*": AUDIO_KEYS["live/"],
        "segments/*": AUDIO_KEYS["segments/"],
        "reports/*": AUDIO_KEYS["reports/"],
      },
      environment: {
        AUDIO_JOBS_QUEUE_URL: jobs.queue.queueUrl,
        TRANSCRIPTIONS_QUEUE_URL: transcriptions.queue.queueUrl,
        RECORDINGS_QUEUE_URL: recordings.queue.queueUrl,
        QUIET_CHECKS_QUEUE_URL: quietChecks.queue.queueUrl,
        AUDIO_BUCKET: voice.audio.bucketName,
        RECORDINGS_BUCKET: voice.recordings.bucketName,
        REJECTS_BUCKET: rejects.bucketName,
        AUDIO_SETTINGS: JSON.stringify(audio.settings),
      },
    });
    voice.stream.grantRead(worker);
    voice.audio.grantRead(worker, "live/");
    voice.audio.grantWrite(worker, "live/", "segments/", "reports/");
    voice.recordings.grantWriteOwn(worker);
    for (const queue of [jobs, recordings, quietChecks, transcriptions]) queue.grantSend(worker);
    quietChecks.grantConsume(worker);
    rejects.grantWriteRejects(worker);

    // Chunks of one conversation share a partition key, and so are never worked on by two batches at a time.
    new EventSourceMapping(this, "AudioStreamSource", {
      target: worker.function,
      eventSourceArn: voice.stream.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: live.batchSize,
      maxBatchingWindow: Duration.seconds(live.windowSeconds),
      parallelizationFactor: live.parallelization,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: live.retries,
      maxRecordAge: Duration.seconds(live.maximumRecordAgeSeconds),
      onFailure: rejects.asFailureDestination(),
      supportS3OnFailureDestination: true,
    });
    new EventSourceMapping(this, "QuietChecksSource", {
      target: worker.function,
      eventSourceArn: quietChecks.queue.queueArn,
      // A check that ends a conversation may have an hour of chunks to put together: one for itself.
      batchSize: 1,
      maxConcurrency: QUIET_CHECKS_AT_A_TIME,
      reportBatchItemFailures: true,
    });
  }
}
