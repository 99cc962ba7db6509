import { encryptionKeyArn } from "../assembly/encryption-key.ts";
import type { LocalApplication, LocalResource } from "../assembly/local-application.ts";
import type { RequiredPermission } from "../service.ts";
import type { EventSourceMapping } from "./event-source-mapping.ts";

const KINESIS_ACTIONS = ["DescribeStream", "DescribeStreamSummary", "GetRecords", "GetShardIterator", "ListShards"].map((name) => `kinesis:${name}`);
const SQS_ACTIONS = ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map((name) => `sqs:${name}`);

/** What Lambda's poller does with the function's role: read the source, and write to the on-failure destination. */
export function pollingPermissions(mapping: EventSourceMapping, application: LocalApplication): RequiredPermission[] {
  const actions = mapping.source === "kinesis" ? KINESIS_ACTIONS : SQS_ACTIONS;
  return [
    ...actions.map((action) => ({ action, resource: mapping.sourceArn })),
    ...onKey(find(application, mapping.sourceArn), ["kms:Decrypt"]),
    ...(mapping.onFailure === undefined ? [] : destinationPermissions(mapping.onFailure, mapping, application)),
  ];
}

function destinationPermissions(destination: string, mapping: EventSourceMapping, application: LocalApplication): RequiredPermission[] {
  const resource = find(application, destination);
  switch (resource.type) {
    case "AWS::S3::Bucket":
      return [
        { action: "s3:ListBucket", resource: destination },
        { action: "s3:PutObject", resource: `${destination}/aws/lambda/${mapping.uuid}/shardId-000000000000/2026/01/01/batch` },
        ...onKey(resource, ["kms:GenerateDataKey"]),
      ];
    case "AWS::SQS::Queue":
      return [{ action: "sqs:SendMessage", resource: destination }, ...onKey(resource, ["kms:GenerateDataKey", "kms:Decrypt"])];
    default:
      throw new Error(`The on-failure destination ${destination} of ${mapping.functionName} is a ${resource.type}; the local run knows buckets and queues`);
  }
}

function onKey(resource: LocalResource, actions: readonly string[]): RequiredPermission[] {
  const key = encryptionKeyArn(resource);
  return key === undefined ? [] : actions.map((action) => ({ action, resource: key }));
}

const ADDRESSABLE = ["AWS::Kinesis::Stream", "AWS::SQS::Queue", "AWS::S3::Bucket"];

function find(application: LocalApplication, arn: string): LocalResource {
  const found = ADDRESSABLE.flatMap((type) => application.ofType(type)).find((resource) => resource.attribute("Arn") === arn);
  if (found === undefined) throw new Error(`An event source mapping refers to ${arn}, which no template defines`);
  return found;
}
