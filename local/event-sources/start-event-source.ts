import { join } from "node:path";
import type { LocalApplication } from "../assembly/local-application.ts";
import { encryptionKeyArn } from "../assembly/encryption-key.ts";
import type { FunctionHost } from "../functions/function-host.ts";
import type { Authorizer, RequiredPermission } from "../service.ts";
import type { StorageEngines } from "../storage-engines.ts";
import { CheckpointStore } from "./checkpoint-store.ts";
import type { EventSourceMapping } from "./event-source-mapping.ts";
import { type DiscardedBatch, sendToFailureDestination } from "./failure-destination.ts";
import { KinesisPoller } from "./kinesis-poller.ts";
import { SqsPoller } from "./sqs-poller.ts";

export interface EventSourceOptions {
  mapping: EventSourceMapping;
  host: FunctionHost;
  engines: StorageEngines;
  application: LocalApplication;
  authorizer: Authorizer;
  dataFolder: string;
  log: (line: string) => void;
}

export interface EventSource {
  mapping: EventSourceMapping;
  /** Records of a stream that are not done; 0 for queues, whose own numbers say it. */
  lag: () => number;
  stop: () => void;
}

/** Starts delivering. Permissions were checked before. */
export function startEventSource(options: EventSourceOptions): EventSource {
  const { mapping, host, engines, log } = options;
  if (mapping.source === "sqs") {
    const { visibilityTimeoutSeconds } = engines.sqs.describe(mapping.sourceName);
    const poller = new SqsPoller({ mapping, sqs: engines.sqs, host, visibilityTimeoutSeconds, log });
    return { mapping, lag: () => 0, stop: () => poller.stop() };
  }
  const checkpoints = new CheckpointStore(join(options.dataFolder, "checkpoints", `${mapping.functionName}.${mapping.sourceName}.json`));
  const poller = new KinesisPoller({ mapping, kinesis: engines.kinesis, host, checkpoints, discard: (batch) => discard(batch, options), log });
  return { mapping, lag: () => poller.lag(), stop: () => poller.stop() };
}

async function discard(batch: DiscardedBatch, options: EventSourceOptions): Promise<void> {
  const { mapping, host, application, authorizer, engines, log } = options;
  const first = batch.records[0]?.sequenceNumber ?? "";
  const what = `${mapping.functionName} gave up ${batch.records.length} records of ${mapping.sourceName} ${batch.shardId} from ${first} on (${batch.condition})`;
  if (mapping.onFailure === undefined) {
    // As in the account, where they would be gone without a word.
    log(`${what}; there is no on-failure destination, so they are lost`);
    return;
  }
  authorizer.authorize({ roleArn: host.definition.roleArn, name: host.definition.name }, destinationPermissions(mapping, batch, application));
  await sendToFailureDestination(mapping.onFailure, batch, { mappingUuid: mapping.uuid, functionArn: host.definition.arn, streamArn: mapping.sourceArn }, engines);
  log(`${what}; they are kept in ${mapping.onFailure}`);
}

function destinationPermissions(mapping: EventSourceMapping, batch: DiscardedBatch, application: LocalApplication): RequiredPermission[] {
  const destination = mapping.onFailure ?? "";
  if (destination.split(":")[2] !== "s3") return [{ action: "sqs:SendMessage", resource: destination }];
  const bucket = application.ofType("AWS::S3::Bucket").find((candidate) => candidate.attribute("Arn") === destination);
  const key = bucket === undefined ? undefined : encryptionKeyArn(bucket);
  return [
    { action: "s3:PutObject", resource: `${destination}/aws/lambda/${mapping.uuid}/${batch.shardId}/batch` },
    ...(key === undefined ? [] : [{ action: "kms:GenerateDataKey", resource: key }]),
  ];
}
