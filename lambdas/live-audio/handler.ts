import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { deadlineOf } from "../shared/call-limits.ts";
import { readEnvironment } from "../shared/environment.ts";
import { logger } from "../shared/observability.ts";
import { checkQuiet } from "./check-quiet.ts";
import { LiveAudioEnvironmentSchema } from "./env.ts";
import { hearBatch } from "./hear-batch.ts";
import { SessionStore } from "./session-store.ts";

const environment = readEnvironment(LiveAudioEnvironmentSchema);
const sessions = new SessionStore(environment.AUDIO_BUCKET);

/**
 * Hears the audio stream: chunks of live conversations go through their session, recordings on to the recordings queue. The queue of quiet checks
 * comes here, too, because ending a conversation needs all that hearing it does.
 */
export async function handler(event: KinesisStreamEvent | SQSEvent, context: Context): Promise<KinesisStreamBatchResponse | SQSBatchResponse> {
  logger.addContext(context);
  const stage = { environment, sessions, signal: deadlineOf(context) };
  return isOfStream(event) ? hearBatch(event.Records, stage) : checkQuiet(event.Records, stage);
}

function isOfStream(event: KinesisStreamEvent | SQSEvent): event is KinesisStreamEvent {
  return event.Records[0]?.eventSource === "aws:kinesis";
}
