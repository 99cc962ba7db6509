import { Duration } from "aws-cdk-lib";
import { EventSourceMapping, FilterCriteria, StartingPosition } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { REJECTS_PREFIX } from "../core/contracts/reject.ts";
import type { ConversationTrackerEnvironment } from "../lambdas/conversation-tracker/env.ts";
import type { Alerts } from "./alerts.ts";
import type { Configuration } from "./configuration.ts";
import { ENDS_AT_A_TIME, ENDS_IN_A_BATCH } from "./conversation-checks.ts";
import type { ConversationsConfiguration } from "./conversations-configuration.ts";
import type { ConversationsTable } from "./conversations-table.ts";
import type { DataStack } from "./data-stack.ts";
import { fusionWeightsOf } from "./fusion-weights-file.ts";
import type { JobQueue } from "./job-queue.ts";
import { LAMBDA_PREFIX } from "./rejects-bucket.ts";
import { ValenceFunction } from "./valence-function.ts";

export interface ConversationTrackingProps {
  configuration: Configuration;
  conversations: ConversationsConfiguration;
  data: DataStack;
  table: ConversationsTable;
  ends: JobQueue;
  alerts: Alerts;
}

/** From results of words and voice to fused and conversation results, on the same stream, and to alerts. */
export class ConversationTracking extends Construct {
  constructor(scope: Construct, id: string, props: ConversationTrackingProps) {
    super(scope, id);
    const { alerts, configuration, conversations, data, ends, table } = props;
    const { rejects, resultsStream } = data;
    const { tracker } = conversations;
    const worker = new ValenceFunction<ConversationTrackerEnvironment>(this, "Function", {
      name: "conversation-tracker",
      stage: configuration.stage,
      description: "Fuses the results of words and voice, follows conversations and raises alerts",
      logs: configuration.logs,
      memoryMiB: tracker.memoryMiB,
      timeout: Duration.seconds(tracker.timeoutSeconds),
      reservedConcurrency: tracker.reservedConcurrency,
      remindsItself: true,
      wildcards: {
        [`${REJECTS_PREFIX}*`]: "The keys of rejects are made from their stream position.",
        [`${LAMBDA_PREFIX}*`]: "Lambda makes up the keys of the batches that it gave up.",
      },
      environment: {
        CONVERSATIONS_TABLE: table.tableName,
        RESULTS_STREAM_NAME: resultsStream.streamName,
        REJECTS_BUCKET: rejects.bucketName,
        ALERTS_BUS_NAME: alerts.bus.eventBusName,
        CONVERSATION_ENDS_QUEUE_URL: ends.queue.queueUrl,
        CONVERSATION_SETTINGS: JSON.stringify(conversations.settings),
        FUSION_WEIGHTS: JSON.stringify(fusionWeightsOf(conversations.fusionWeights)),
      },
    });
    resultsStream.grantRead(worker);
    resultsStream.grantPutRecords(worker);
    table.grantJournal(worker);
    alerts.grantPublish(worker);
    ends.grantConsume(worker);
    ends.grantSend(worker);
    rejects.grantWriteRejects(worker);

    // Results of one conversation share a partition key, and so are never worked on by two batches at a time.
    new EventSourceMapping(this, "ResultsSource", {
      target: worker.function,
      eventSourceArn: resultsStream.streamArn,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: tracker.batchSize,
      maxBatchingWindow: Duration.seconds(tracker.windowSeconds),
      parallelizationFactor: tracker.parallelization,
      // What it writes itself is fused: left out here, or each round would cause the next.
      filters: [FilterCriteria.filter({ data: { modality: ["text", "audio"], scope: ["turn", "segment"] } })],
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: tracker.retries,
      maxRecordAge: Duration.seconds(tracker.maximumRecordAgeSeconds),
      onFailure: rejects.asFailureDestination(),
      supportS3OnFailureDestination: true,
    });
    new EventSourceMapping(this, "EndsSource", {
      target: worker.function,
      eventSourceArn: ends.queue.queueArn,
      batchSize: ENDS_IN_A_BATCH,
      maxConcurrency: ENDS_AT_A_TIME,
      reportBatchItemFailures: true,
    });
  }
}
