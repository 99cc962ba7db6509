import { Duration, Stack } from "aws-cdk-lib";
import { EventSourceMapping } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { REJECTS_PREFIX } from "../core/contracts/reject.ts";
import type { TextClassifierEnvironment } from "../lambdas/text-classifier/env.ts";
import { classifierAccess } from "./classifier-access.ts";
import type { Configuration } from "./configuration.ts";
import type { RecordStream } from "./record-stream.ts";
import type { RejectsBucket } from "./rejects-bucket.ts";
import type { JobQueue } from "./job-queue.ts";
import { TRACING_WILDCARD, ValenceFunction } from "./valence-function.ts";

export interface TextClassificationProps {
  configuration: Configuration;
  jobs: JobQueue;
  results: RecordStream;
  rejects: RejectsBucket;
}

/** From the jobs queue through a model to the results stream. */
export class TextClassification extends Construct {
  constructor(scope: Construct, id: string, props: TextClassificationProps) {
    super(scope, id);
    const { configuration, jobs, results, rejects } = props;
    const classifier = configuration.textClassifier;
    const access = classifierAccess(classifier, Stack.of(this));
    const { "*": withoutResource, ...wildcards } = access.wildcards;
    const worker = new ValenceFunction<TextClassifierEnvironment>(this, "Function", {
      name: "text-classifier",
      stage: configuration.stage,
      description: "Classifies queued texts and publishes the results",
      logs: configuration.logs,
      memoryMiB: classifier.memoryMiB,
      timeout: Duration.seconds(classifier.timeoutSeconds),
      reservedConcurrency: classifier.reservedConcurrency,
      wildcards: {
        ...wildcards,
        [`${REJECTS_PREFIX}*`]: "The keys of rejects are made from their message.",
        ...(withoutResource === undefined ? {} : { "*": `${TRACING_WILDCARD} ${withoutResource}` }),
      },
      environment: {
        RESULTS_STREAM_NAME: results.streamName,
        REJECTS_BUCKET: rejects.bucketName,
        TEXT_CLASSIFIER: JSON.stringify(classifier.model),
        PERSONAL_DATA: classifier.personalData,
      },
    });
    for (const statement of access.statements) worker.grantPrincipal.addToPrincipalPolicy(statement);
    jobs.grantConsume(worker);
    results.grantPutRecords(worker);
    rejects.grantWriteRejects(worker);

    new EventSourceMapping(this, "TextJobsSource", {
      target: worker.function,
      eventSourceArn: jobs.queue.queueArn,
      batchSize: classifier.batchSize,
      maxBatchingWindow: Duration.seconds(classifier.windowSeconds),
      maxConcurrency: classifier.maximumConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
