import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { deadlineOf } from "../shared/call-limits.ts";
import { readEnvironment } from "../shared/environment.ts";
import { logger } from "../shared/observability.ts";
import { checkEnds } from "./check-ends.ts";
import { Conversations } from "./conversations.ts";
import { ConversationTrackerEnvironmentSchema } from "./env.ts";
import { Journal } from "./journal.ts";
import { trackBatch } from "./track-batch.ts";

const environment = readEnvironment(ConversationTrackerEnvironmentSchema);
const { CONVERSATION_SETTINGS: settings, CONVERSATIONS_TABLE, FUSION_WEIGHTS: weights } = environment;
const conversations = new Conversations(new Journal(CONVERSATIONS_TABLE, settings.rememberDays), (conversationId) => ({ conversationId, settings, weights }));

/**
 * Follows conversations: results of words and voice from the results stream become fused turns, conversation results and alerts. The queue of
 * conversation ends comes here, too, because ending a conversation needs all that following it does.
 */
export async function handler(event: KinesisStreamEvent | SQSEvent, context: Context): Promise<KinesisStreamBatchResponse | SQSBatchResponse> {
  logger.addContext(context);
  const stage = { environment, conversations, signal: deadlineOf(context) };
  return isOfStream(event) ? trackBatch(event.Records, stage) : checkEnds(event.Records, stage);
}

function isOfStream(event: KinesisStreamEvent | SQSEvent): event is KinesisStreamEvent {
  return event.Records[0]?.eventSource === "aws:kinesis";
}
