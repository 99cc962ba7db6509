import { Duration, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { EventSourceMapping, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { REJECTS_PREFIX } from "../core/contracts/reject.ts";
import { TRANSCRIPTS_PREFIX } from "../core/transcripts/storage-keys.ts";
import type { TranscriptRouterEnvironment } from "../lambdas/transcript-router/env.ts";
import { AUDIO_KEYS } from "./audio-bucket.ts";
import { ANALYSES } from "./contact-lens-files.ts";
import type { JobQueue } from "./job-queue.ts";
import { READ_STREAM } from "./record-stream.ts";
import { LAMBDA_PREFIX } from "./rejects-bucket.ts";
import { jobArns, jobPrefix } from "./transcription-jobs.ts";
import type { TranscriptionProps } from "./transcription.ts";
import { ValenceFunction } from "./valence-function.ts";

export interface TranscriptRoutingProps extends TranscriptionProps {
  requests: JobQueue;
  transcripts: JobQueue;
}

/** Segments come a few at a time: each call has some seconds of speech. */
const SEGMENTS_AT_A_TIME = 100;
const SEGMENT_RETRIES = 10;

/** From transcripts, wherever they come from, to the text jobs. */
export class TranscriptRouting extends Construct {
  constructor(scope: Construct, id: string, props: TranscriptRoutingProps) {
    super(scope, id);
    const { audio, configuration, data, requests, textJobs, transcripts, voice } = props;
    const { contactLens, router, settings } = audio.transcription;
    const { segmentsStream } = contactLens;
    const analyses = contactLens.files === "none" ? undefined : ANALYSES[contactLens.files];
    const worker = new ValenceFunction<TranscriptRouterEnvironment>(this, "Function", {
      name: "transcript-router",
      stage: configuration.stage,
      description: "Turns transcripts into utterances and queues them for a model",
      logs: configuration.logs,
      memoryMiB: router.memoryMiB,
      timeout: Duration.seconds(router.timeoutSeconds),
      reservedConcurrency: router.reservedConcurrency,
      remindsItself: true,
      wildcards: {
        [`${REJECTS_PREFIX}*`]: "The keys of rejects are made from their message or stream position.",
        [`${TRANSCRIPTS_PREFIX}*`]: AUDIO_KEYS[TRANSCRIPTS_PREFIX],
        [`transcription-job/${jobPrefix(configuration.stage)}*`]: "The names of jobs are made from their recording.",
        ...(analyses === undefined ? {} : { [`${analyses}*`]: "Contact Lens makes up the keys of the files it writes." }),
        ...(segmentsStream === null ? {} : { [`${LAMBDA_PREFIX}*`]: "Lambda makes up the keys of the batches that it gave up." }),
      },
      environment: {
        TEXT_JOBS_QUEUE_URL: textJobs.queue.queueUrl,
        TRANSCRIPTS_QUEUE_URL: transcripts.queue.queueUrl,
        TRANSCRIPTIONS_QUEUE_ARN: requests.queue.queueArn,
        AUDIO_BUCKET: voice.audio.bucketName,
        RECORDINGS_BUCKET: voice.recordings.bucketName,
        REJECTS_BUCKET: data.rejects.bucketName,
        JOB_PREFIX: jobPrefix(configuration.stage),
        TRANSCRIPTION_SETTINGS: JSON.stringify(settings),
        AUDIO_SETTINGS: JSON.stringify(audio.settings),
        CONTACT_LENS_FILES: contactLens.files,
      },
    });
    worker.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["transcribe:GetTranscriptionJob"], resources: [jobArns(configuration.stage, Stack.of(this))] }),
    );
    voice.audio.grantRead(worker, TRANSCRIPTS_PREFIX);
    // What was routed is marked: a job is told of by its event and by its check, a contact by its segments and by its file.
    voice.audio.grantWrite(worker, TRANSCRIPTS_PREFIX);
    if (analyses !== undefined) voice.recordings.grantRead(worker, `${analyses}*`);
    transcripts.grantConsume(worker);
    for (const queue of [textJobs, transcripts]) queue.grantSend(worker);
    data.rejects.grantWriteRejects(worker);

    new EventSourceMapping(this, "TranscriptsSource", {
      target: worker.function,
      eventSourceArn: transcripts.queue.queueArn,
      batchSize: router.batchSize,
      maxConcurrency: router.maximumConcurrency,
      reportBatchItemFailures: true,
    });
    if (segmentsStream === null) return;
    worker.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [...READ_STREAM], resources: [segmentsStream.arn] }));
    if (segmentsStream.keyArn !== undefined) worker.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ["kms:Decrypt"], resources: [segmentsStream.keyArn] }));
    new EventSourceMapping(this, "ContactLensSegmentsSource", {
      target: worker.function,
      eventSourceArn: segmentsStream.arn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: SEGMENTS_AT_A_TIME,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      // How long somebody else's stream keeps its records is not known here: tries end, age does not count.
      retryAttempts: SEGMENT_RETRIES,
      onFailure: data.rejects.asFailureDestination(),
      supportS3OnFailureDestination: true,
    });
  }
}
