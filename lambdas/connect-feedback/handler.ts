import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { deadlineOf } from "../shared/call-limits.ts";
import { readEnvironment } from "../shared/environment.ts";
import { logger } from "../shared/observability.ts";
import { ConnectFeedbackEnvironmentSchema } from "./env.ts";
import { startTasks } from "./start-tasks.ts";
import { writeAttributes } from "./write-attributes.ts";

const environment = readEnvironment(ConnectFeedbackEnvironmentSchema);

/** Back to Amazon Connect: conversation results of calls into the attributes of their contacts, alerts into tasks for a supervisor. */
export async function handler(event: KinesisStreamEvent | SQSEvent, context: Context): Promise<KinesisStreamBatchResponse | SQSBatchResponse> {
  logger.addContext(context);
  const stage = { environment, signal: deadlineOf(context) };
  return isOfStream(event) ? writeAttributes(event.Records, stage) : startTasks(event.Records, stage);
}

function isOfStream(event: KinesisStreamEvent | SQSEvent): event is KinesisStreamEvent {
  return event.Records[0]?.eventSource === "aws:kinesis";
}
