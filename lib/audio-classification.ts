import { Duration, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { REJECTS_PREFIX } from "../core/contracts/reject.ts";
import type { AudioClassifierEnvironment } from "../lambdas/audio-classifier/env.ts";
import { AUDIO_KEYS } from "./audio-bucket.ts";
import { audioClassifierSpecification } from "./audio-checks.ts";
import type { AudioConfiguration } from "./audio-configuration.ts";
import type { AudioStorage } from "./audio-storage.ts";
import { endpointArn } from "./classifier-access.ts";
import type { Configuration } from "./configuration.ts";
import type { JobQueue } from "./job-queue.ts";
import type { RecordStream } from "./record-stream.ts";
import type { RejectsBucket } from "./rejects-bucket.ts";
import { ValenceFunction } from "./valence-function.ts";

export interface AudioClassificationProps {
  configuration: Configuration;
  audio: AudioConfiguration;
  voice: AudioStorage;
  results: RecordStream;
  rejects: RejectsBucket;
  jobs: JobQueue;
}

/** From the audio jobs through one or several endpoints to the results stream. */
export class AudioClassification extends Construct {
  constructor(scope: Construct, id: string, props: AudioClassificationProps) {
    super(scope, id);
    const { audio, configuration, jobs, rejects, results, voice } = props;
    const { classifier } = audio;
    const specification = audioClassifierSpecification(audio);
    const waits = specification.endpoints.some(({ answers }) => answers === "later");
    const worker = new ValenceFunction<AudioClassifierEnvironment>(this, "Function", {
      name: "audio-classifier",
      stage: configuration.stage,
      description: "Has queued speech heard by audio models and publishes the results",
      logs: configuration.logs,
      memoryMiB: classifier.memoryMiB,
      timeout: Duration.seconds(classifier.timeoutSeconds),
      reservedConcurrency: classifier.reservedConcurrency,
      remindsItself: true,
      wildcards: {
        [`${REJECTS_PREFIX}*`]: "The keys of rejects are made from their message.",
        "segments/*": AUDIO_KEYS["segments/"],
        ...(waits ? { "async-answers/*": AUDIO_KEYS["async-answers/"] } : {}),
      },
      environment: {
        RESULTS_STREAM_NAME: results.streamName,
        REJECTS_BUCKET: rejects.bucketName,
        AUDIO_BUCKET: voice.audio.bucketName,
        AUDIO_JOBS_QUEUE_URL: jobs.queue.queueUrl,
        AUDIO_CLASSIFIER: JSON.stringify(specification),
      },
    });
    for (const { answers, name } of specification.endpoints) {
      const action = answers === "later" ? "sagemaker:InvokeEndpointAsync" : "sagemaker:InvokeEndpoint";
      worker.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [endpointArn(name, Stack.of(this))] }));
    }
    voice.audio.grantRead(worker, "segments/", ...(waits ? (["async-answers/"] as const) : []));
    // Answers are kept beside the segments, so that a retry pays for nothing twice.
    voice.audio.grantWrite(worker, "segments/");
    jobs.grantConsume(worker);
    // A live conversation's segments must not wait for the queue's visibility time-out because an endpoint was busy for a moment.
    jobs.grantPostpone(worker);
    // What an asynchronous endpoint still works on is looked for again later.
    jobs.grantSend(worker);
    results.grantPutRecords(worker);
    rejects.grantWriteRejects(worker);

    new EventSourceMapping(this, "AudioJobsSource", {
      target: worker.function,
      eventSourceArn: jobs.queue.queueArn,
      batchSize: classifier.batchSize,
      maxBatchingWindow: Duration.seconds(classifier.windowSeconds),
      maxConcurrency: classifier.maximumConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
