import type { Context, KinesisStreamBatchResponse, KinesisStreamEvent, SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { SentimentResult } from "../../core/contracts/sentiment-result.ts";
import { deadlineOf } from "../shared/call-limits.ts";
import { readEnvironment } from "../shared/environment.ts";
import { Gathered } from "../shared/gathered.ts";
import { logger } from "../shared/observability.ts";
import { putResults } from "../shared/put-results.ts";
import { type JobMessage, sendJobs } from "../shared/send-jobs.ts";
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
  const signal = deadlineOf(context);
  const stage = {
    environment,
    conversations,
    rows: new Gathered<SentimentResult>((rows) => putResults(environment.RESULTS_STREAM_NAME, rows, signal)),
    reminders: new Gathered<JobMessage>((messages) => sendJobs(environment.CONVERSATION_ENDS_QUEUE_URL, messages, signal)),
    signal,
  };
  return isOfStream(event) ? trackBatch(event.Records, stage) : checkEnds(event.Records, stage);
}

function isOfStream(event: KinesisStreamEvent | SQSEvent): event is KinesisStreamEvent {
  return event.Records[0]?.eventSource === "aws:kinesis";
}
