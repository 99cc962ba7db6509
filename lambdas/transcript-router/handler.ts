import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { deadlineOf } from "../shared/call-limits.ts";
import { readEnvironment } from "../shared/environment.ts";
import { logger } from "../shared/observability.ts";
import { TranscriptRouterEnvironmentSchema } from "./env.ts";
import { routeMessages } from "./route-messages.ts";
import { routeSegments } from "./route-segments.ts";

const environment = readEnvironment(TranscriptRouterEnvironmentSchema);

/**
 * Turns what was written down of speech into jobs for the models of text: transcripts of Amazon Transcribe and files of Contact Lens, told of on
 * the transcripts queue, and Contact Lens's real-time segments on a Kinesis stream. Reports exactly what is to be seen again.
 */
export async function handler(event: KinesisStreamEvent | SQSEvent, context: Context): Promise<KinesisStreamBatchResponse | SQSBatchResponse> {
  logger.addContext(context);
  const stage = { environment, signal: deadlineOf(context) };
  return isOfStream(event) ? routeSegments(event.Records, stage) : routeMessages(event.Records, stage);
}

function isOfStream(event: KinesisStreamEvent | SQSEvent): event is KinesisStreamEvent {
  return event.Records[0]?.eventSource === "aws:kinesis";
}
