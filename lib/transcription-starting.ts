import { Duration, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { REJECTS_PREFIX } from "../core/contracts/reject.ts";
import { TRANSCRIPTS_PREFIX } from "../core/transcripts/storage-keys.ts";
import type { TranscriptionStarterEnvironment } from "../lambdas/transcription-starter/env.ts";
import { AUDIO_KEYS } from "./audio-bucket.ts";
import type { TranscriptionProps } from "./transcription.ts";
import { jobArns, jobPrefix } from "./transcription-jobs.ts";
import type { JobQueue } from "./job-queue.ts";
import { grantReadOtherBuckets } from "./other-buckets.ts";
import { RECORDINGS_KEYS, TranscribeRole } from "./transcribe-role.ts";
import { TRACING_WILDCARD, ValenceFunction } from "./valence-function.ts";

export interface TranscriptionStartingProps extends Omit<TranscriptionProps, "textJobs"> {
  requests: JobQueue;
  transcripts: JobQueue;
}

/** From a recording whose words are wanted to a job of Amazon Transcribe. */
export class TranscriptionStarting extends Construct {
  constructor(scope: Construct, id: string, props: TranscriptionStartingProps) {
    super(scope, id);
    const { audio, configuration, data, requests, transcripts, voice } = props;
    const { settings, starter } = audio.transcription;
    const stack = Stack.of(this);
    const transcribe = new TranscribeRole(this, "TranscribeRole", { voice, otherBuckets: audio.recordings.otherBuckets });
    const worker = new ValenceFunction<TranscriptionStarterEnvironment>(this, "Function", {
      name: "transcription-starter",
      stage: configuration.stage,
      description: "Starts one job of Amazon Transcribe for each recording whose words are wanted",
      logs: configuration.logs,
      memoryMiB: starter.memoryMiB,
      timeout: Duration.seconds(starter.timeoutSeconds),
      reservedConcurrency: starter.reservedConcurrency,
      wildcards: {
        "*": `${TRACING_WILDCARD} Nor does Transcribe's StartTranscriptionJob.`,
        "/*": RECORDINGS_KEYS,
        [`${REJECTS_PREFIX}*`]: "The keys of rejects are made from their message.",
        [`${TRANSCRIPTS_PREFIX}*`]: AUDIO_KEYS[TRANSCRIPTS_PREFIX],
        [`transcription-job/${jobPrefix(configuration.stage)}*`]: "The names of jobs are made from their recording.",
      },
      environment: {
        TRANSCRIPTIONS_QUEUE_URL: requests.queue.queueUrl,
        TRANSCRIPTS_QUEUE_URL: transcripts.queue.queueUrl,
        AUDIO_BUCKET: voice.audio.bucketName,
        REJECTS_BUCKET: data.rejects.bucketName,
        JOB_PREFIX: jobPrefix(configuration.stage),
        TRANSCRIBE_ROLE_ARN: transcribe.role.roleArn,
        OUTPUT_KEY_ARN: data.key.key.keyArn,
        TRANSCRIPTION_SETTINGS: JSON.stringify(settings),
      },
    });
    const allow = (actions: string[], resource: string) => worker.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [resource] }));
    allow(["transcribe:StartTranscriptionJob"], "*");
    // A failed job makes room for the next under its name.
    allow(["transcribe:DeleteTranscriptionJob", "transcribe:GetTranscriptionJob"], jobArns(configuration.stage, stack));
    transcribe.grantPass(worker);
    // Who asks must be able to read the recording, too (Amazon Transcribe developer guide, "Permissions required for IAM roles"); the role is for what waits.
    voice.recordings.grantRead(worker);
    grantReadOtherBuckets(worker, audio.recordings.otherBuckets, stack);
    voice.audio.grantWrite(worker, TRANSCRIPTS_PREFIX);
    requests.grantConsume(worker);
    // What Transcribe throttles waits as long as the function says, not for the queue's visibility time-out.
    requests.grantPostpone(worker);
    transcripts.grantSend(worker);
    data.rejects.grantWriteRejects(worker);

    new EventSourceMapping(this, "RequestsSource", {
      target: worker.function,
      eventSourceArn: requests.queue.queueArn,
      batchSize: starter.batchSize,
      maxConcurrency: starter.maximumConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
