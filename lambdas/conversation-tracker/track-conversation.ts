import type { SentimentResult } from "../../core/contracts/sentiment-result.ts";
import { CONVERSATION_END_VERSION, type ConversationEnd } from "../../core/conversation/conversation-end.ts";
import type { SentRow } from "../../core/conversation/conversation.ts";
import { type ArrivedOpinion, decideRound } from "../../core/conversation/round.ts";
import type { Opinion } from "../../core/conversation/opinion.ts";
import { putResults } from "../shared/put-results.ts";
import { sendAll } from "../shared/send-all.ts";
import { jobMessage } from "../shared/send-jobs.ts";
import type { Loaded } from "./conversations.ts";
import { ConversationChangedError } from "./journal.ts";
import { publishAlerts } from "./publish-alerts.ts";
import type { Stage } from "./stage.ts";

/** Two functions in each other's way meet seldom; one that loses so often in a row lets Lambda try again. */
export const MAX_ROUNDS = 5;

/** SQS hides a message for at most so long. */
const MAX_DELAY_SECONDS = 900;

export interface Tracked {
  /** Opinions beyond what a conversation may hold. */
  refused: ReadonlySet<Opinion>;
  learnt: number;
  turnsFused: number;
  alerts: number;
  conflicts: number;
}

/**
 * Learns what came of one conversation in one batch, and says what follows from it.
 *
 * Rows, alerts and the reminder go out before the round is written: whatever fails, the records come again, find the conversation as it was and
 * say the same once more. What others write meanwhile makes the writing fail, and the round starts over what they wrote.
 *
 * @throws what a service throws; nothing of the batch then counts as learnt.
 */
export async function trackConversation(conversationId: string, arrived: readonly ArrivedOpinion[], stage: Stage): Promise<Tracked> {
  const sent = new Map<string, SentRow>();
  for (let conflicts = 0; conflicts < MAX_ROUNDS; conflicts += 1) {
    try {
      return { ...(await trackOnce(conversationId, arrived, sent, await stage.conversations.load(conversationId, conflicts > 0, stage.signal), stage)), conflicts };
    } catch (error) {
      if (!(error instanceof ConversationChangedError)) throw error;
    }
  }
  throw new Error(`the conversation changed under each of ${MAX_ROUNDS} rounds`);
}

/** @param sent what attempts so far have sent; what this one sends is added. */
async function trackOnce(conversationId: string, arrived: readonly ArrivedOpinion[], sent: Map<string, SentRow>, loaded: Loaded, stage: Stage): Promise<Omit<Tracked, "conflicts">> {
  const { conversations, environment, signal } = stage;
  const { conversation: known, state } = loaded;
  const { alerts, conversation, hasEnded, learnt, refused, revision, rows } = decideRound({ ...state, conversation: known }, arrived, sent, conversations.rulesOf(conversationId));
  for (const { revision: _, ...row } of rows) sent.set(row.resultId, row);
  await sendRows(rows, stage);
  await publishAlerts(environment.ALERTS_BUS_NAME, alerts, signal);
  if (learnt.length > 0) {
    const isTakenUp = state.version === 0 || state.hasEnded;
    if (isTakenUp) await sendReminder({ schema: CONVERSATION_END_VERSION, conversationId }, environment.CONVERSATION_SETTINGS.quietSeconds, stage);
    const fired = [...state.fired, ...alerts.map(({ rule }) => rule.name)];
    await conversations.append(conversationId, loaded, { learnt, revision, learntAt: Date.now(), hasEnded, fired }, conversation, signal);
  }
  const turnsFused = rows.filter(({ scope, withdrawn }) => scope !== "conversation" && withdrawn !== true).length;
  return { refused, learnt: learnt.length, turnsFused, alerts: alerts.length };
}

/** @throws Error when the stream did not take a row. */
export async function sendRows(rows: readonly SentimentResult[], { environment, signal }: Stage): Promise<void> {
  const [reason] = (await putResults(environment.RESULTS_STREAM_NAME, rows, signal)).values();
  if (reason !== undefined) throw new Error(`a row is not on the results stream: ${reason}`);
}

/** @param seconds until it is to be looked at; where that is too long for SQS, it is looked at before. */
export async function sendReminder(message: ConversationEnd, seconds: number, { environment, signal }: Stage): Promise<void> {
  await sendAll(environment.CONVERSATION_ENDS_QUEUE_URL, [jobMessage(message, Math.min(MAX_DELAY_SECONDS, seconds))], signal);
}
