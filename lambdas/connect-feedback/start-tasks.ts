import { StartTaskContactCommand, type StartTaskContactRequest } from "@aws-sdk/client-connect";
import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import * as z from "zod";
import { AlertSchema } from "../../core/contracts/alert.ts";
import { describeError, logger, publishCounts } from "../shared/observability.ts";
import { readJob } from "../shared/read-job.ts";
import { connectClient, isRefusal } from "./connect-client.ts";
import type { Stage } from "./stage.ts";
import { taskOf } from "./supervisor-task.ts";

/** The event as EventBridge puts it on the queue; of its envelope only the detail matters. */
const AlertEventSchema = z.object({ detail: AlertSchema });

/**
 * Alerts → a task each. Whatever could not be started is reported and comes again, and in the end lies in the dead-letter queue: an alert that
 * nobody saw must not vanish.
 */
export async function startTasks(records: readonly SQSRecord[], stage: Stage): Promise<SQSBatchResponse> {
  const started = await Promise.all(records.map(async (record) => ({ messageId: record.messageId, failure: await startTask(record, stage) })));
  const failed = started.filter(({ failure }) => failure !== undefined);
  publishCounts({ AlertsReceived: records.length, TasksStarted: started.length - failed.length, TasksFailed: failed.length });
  if (failed.length > 0) logger.error("Some alerts made no task and go back to the queue.", { failed: failed.length, firstMessageId: failed[0]?.messageId, reasons: [...new Set(failed.map(({ failure }) => failure))].slice(0, 5) });
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

/** @returns why there is no task, undefined when there is one. */
async function startTask({ body }: SQSRecord, { environment, signal }: Stage): Promise<string | undefined> {
  if (environment.TASK_FLOW_ID === "") return "TASK_FLOW_ID is empty: no flow takes tasks. Set connect.taskFlowId in the stage's configuration";
  const read = readJob(AlertEventSchema, body);
  if (!read.ok) return `not an alert's event: ${read.detail}`;
  const task = taskOf(read.job.detail, { instanceId: environment.CONNECT_INSTANCE_ID, flowId: environment.TASK_FLOW_ID, attributePrefix: environment.ATTRIBUTE_PREFIX });
  try {
    await send(task, signal);
    return undefined;
  } catch (error) {
    if (task.RelatedContactId === undefined || !isRefusal(error)) return describeError(error);
    const { RelatedContactId: contactId, ...unrelated } = task;
    logger.warn("Amazon Connect starts no task related to a contact; it is started without.", { contactId, reason: describeError(error) });
    return send(unrelated, signal).then(() => undefined, describeError);
  }
}

async function send(task: StartTaskContactRequest, signal: AbortSignal): Promise<void> {
  await (await connectClient()).send(new StartTaskContactCommand(task), { abortSignal: signal });
}
