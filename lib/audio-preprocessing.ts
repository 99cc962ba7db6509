import { Duration, Stack } from "aws-cdk-lib";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { REJECTS_PREFIX } from "../core/contracts/reject.ts";
import type { AudioPreprocessorEnvironment } from "../lambdas/audio-preprocessor/env.ts";
import { AUDIO_KEYS } from "./audio-bucket.ts";
import type { AudioConfiguration } from "./audio-configuration.ts";
import type { AudioStorage } from "./audio-storage.ts";
import type { Configuration } from "./configuration.ts";
import type { JobQueue } from "./job-queue.ts";
import { grantReadOtherBuckets } from "./other-buckets.ts";
import type { RejectsBucket } from "./rejects-bucket.ts";
import { ValenceFunction } from "./valence-function.ts";

export interface AudioPreprocessingProps {
  configuration: Configuration;
  audio: AudioConfiguration;
  voice: AudioStorage;
  rejects: RejectsBucket;
  recordings: JobQueue;
  jobs: JobQueue;
  transcriptions: JobQueue;
}

/** From a recording in S3 to the audio jobs. */
export class AudioPreprocessing extends Construct {
  constructor(scope: Construct, id: string, props: AudioPreprocessingProps) {
    super(scope, id);
    const { audio, configuration, jobs, recordings, rejects, transcriptions, voice } = props;
    const { preprocessor } = audio;
    const { otherBuckets } = audio.recordings;
    const { contactLens } = audio.transcription;
    const worker = new ValenceFunction<AudioPreprocessorEnvironment>(this, "Function", {
      name: "audio-preprocessor",
      stage: configuration.stage,
      description: "Decodes recordings, finds the speech in them and queues it for a model",
      logs: configuration.logs,
      memoryMiB: preprocessor.memoryMiB,
      timeout: Duration.seconds(preprocessor.timeoutSeconds),
      reservedConcurrency: preprocessor.reservedConcurrency,
      wildcards: {
        [`${REJECTS_PREFIX}*`]: "The keys of rejects are made from their message.",
        "segments/*": AUDIO_KEYS["segments/"],
        "reports/*": AUDIO_KEYS["reports/"],
        "/*": "Producers lay their recordings out as they like.",
      },
      environment: {
        AUDIO_JOBS_QUEUE_URL: jobs.queue.queueUrl,
        TRANSCRIPTIONS_QUEUE_URL: transcriptions.queue.queueUrl,
        AUDIO_BUCKET: voice.audio.bucketName,
        RECORDINGS_BUCKET: voice.recordings.bucketName,
        OTHER_BUCKETS: JSON.stringify(otherBuckets.map(({ name }) => name)),
        REJECTS_BUCKET: rejects.bucketName,
        CONTACT_LENS_TELLS: contactLens.files !== "none" || contactLens.segmentsStream !== null ? "yes" : "no",
        AUDIO_SETTINGS: JSON.stringify(audio.settings),
      },
    });
    voice.recordings.grantRead(worker);
    grantReadOtherBuckets(worker, otherBuckets, Stack.of(this));
    voice.audio.grantWrite(worker, "segments/", "reports/");
    recordings.grantConsume(worker);
    for (const queue of [jobs, transcriptions]) queue.grantSend(worker);
    rejects.grantWriteRejects(worker);

    new EventSourceMapping(this, "RecordingsSource", {
      target: worker.function,
      eventSourceArn: recordings.queue.queueArn,
      batchSize: preprocessor.batchSize,
      maxConcurrency: preprocessor.maximumConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
