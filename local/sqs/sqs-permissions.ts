import type { RequiredPermission } from "../service.ts";
import type { SqsEngine } from "./sqs-engine.ts";
import type { SqsInput, SqsOperation } from "./sqs-requests.ts";

/** What IAM asks for each call. A batch asks for the permission of the single operation; an encrypted queue for its key. */
export function requiredSqsPermissions(engine: SqsEngine, operation: SqsOperation, input: object): RequiredPermission[] {
  if (operation === "ListQueues") return [{ action: "sqs:ListQueues", resource: "*" }];
  if (operation === "StartMessageMoveTask") return movePermissions(engine, input as SqsInput<"StartMessageMoveTask">);
  if (operation === "ListMessageMoveTasks") return [{ action: "sqs:ListMessageMoveTasks", resource: (input as SqsInput<"ListMessageMoveTasks">).SourceArn }];
  const url = "QueueUrl" in input ? String(input.QueueUrl) : "";
  const name = "QueueName" in input ? String(input.QueueName) : url.slice(url.lastIndexOf("/") + 1);
  const action = operation.replace(/Batch$/u, "");
  return [{ action: `sqs:${action}`, resource: engine.queueArn(name) }, ...keyPermissions(engine, name, action)];
}

function movePermissions(engine: SqsEngine, input: SqsInput<"StartMessageMoveTask">): RequiredPermission[] {
  const source = engine.queueNameOf(input.SourceArn);
  const destinations = typeof input.DestinationArn === "string" ? [engine.queueNameOf(input.DestinationArn)] : engine.sourcesOf(source);
  const taking = ["StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map((action) => ({ action: `sqs:${action}`, resource: input.SourceArn }));
  const sending = destinations.flatMap((name) => [{ action: "sqs:SendMessage", resource: engine.queueArn(name) }, ...keyPermissions(engine, name, "SendMessage")]);
  return [...taking, ...keyPermissions(engine, source, "ReceiveMessage"), ...sending];
}

function keyPermissions(engine: SqsEngine, name: string, action: string): RequiredPermission[] {
  const resource = engine.queueNames().includes(name) ? engine.describe(name).kmsKeyArn : undefined;
  if (resource === undefined) return [];
  if (action === "SendMessage") return ["kms:GenerateDataKey", "kms:Decrypt"].map((keyAction) => ({ action: keyAction, resource }));
  return action === "ReceiveMessage" ? [{ action: "kms:Decrypt", resource }] : [];
}
