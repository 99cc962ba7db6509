import { Duration } from "aws-cdk-lib";
import { EventSourceMapping, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { REJECTS_PREFIX } from "../core/contracts/reject.ts";
import type { TextPreprocessorEnvironment } from "../lambdas/text-preprocessor/env.ts";
import type { Configuration } from "./configuration.ts";
import type { RecordStream } from "./record-stream.ts";
import { LAMBDA_PREFIX, type RejectsBucket } from "./rejects-bucket.ts";
import type { JobQueue } from "./job-queue.ts";
import { ValenceFunction } from "./valence-function.ts";

export interface TextPreprocessingProps {
  configuration: Configuration;
  text: RecordStream;
  jobs: JobQueue;
  rejects: RejectsBucket;
}

/** From the text stream to the jobs queue. Parallel within a shard: order is restored by turn, never relied on here. */
export class TextPreprocessing extends Construct {
  constructor(scope: Construct, id: string, props: TextPreprocessingProps) {
    super(scope, id);
    const { configuration, text, jobs, rejects } = props;
    const preprocessor = configuration.textPreprocessor;
    const worker = new ValenceFunction<TextPreprocessorEnvironment>(this, "Function", {
      name: "text-preprocessor",
      stage: configuration.stage,
      description: "Validates and normalises text records and queues them for a model",
      logs: configuration.logs,
      memoryMiB: preprocessor.memoryMiB,
      timeout: Duration.seconds(preprocessor.timeoutSeconds),
      reservedConcurrency: preprocessor.reservedConcurrency,
      wildcards: {
        [`${REJECTS_PREFIX}*`]: "The keys of rejects are made from their stream position.",
        [`${LAMBDA_PREFIX}*`]: "Lambda makes up the keys of the batches that it gave up.",
      },
      environment: { TEXT_JOBS_QUEUE_URL: jobs.queue.queueUrl, REJECTS_BUCKET: rejects.bucketName },
    });
    text.grantRead(worker);
    jobs.grantSend(worker);
    rejects.grantWriteRejects(worker);

    new EventSourceMapping(this, "TextStreamSource", {
      target: worker.function,
      eventSourceArn: text.streamArn,
      // From the oldest: what producers wrote before the first deployment counts too.
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: preprocessor.batchSize,
      maxBatchingWindow: Duration.seconds(preprocessor.windowSeconds),
      parallelizationFactor: preprocessor.parallelization,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: preprocessor.retries,
      maxRecordAge: Duration.seconds(preprocessor.maximumRecordAgeSeconds),
      onFailure: rejects.asFailureDestination(),
      supportS3OnFailureDestination: true,
    });
  }
}
