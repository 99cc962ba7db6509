import type { SentimentResult } from "../../core/contracts/sentiment-result.ts";
import { CONVERSATION_END_VERSION, type ConversationEnd } from "../../core/conversation/conversation-end.ts";
import type { SentRow } from "../../core/conversation/conversation.ts";
import { type ArrivedOpinion, decideRound } from "../../core/conversation/round.ts";
import type { Opinion } from "../../core/conversation/opinion.ts";
import { jobMessage } from "../shared/send-jobs.ts";
import type { Loaded } from "./conversations.ts";
import { ConversationChangedError } from "./journal.ts";
import { publishAlerts } from "./publish-alerts.ts";
import type { Stage } from "./stage.ts";

/** Two functions in each other's way meet seldom; one that loses so often in a row lets Lambda try again. */
export const MAX_ROUNDS = 5;

/**
 * A shard takes 1 MiB and 1,000 records a second, and all rows of a conversation go to one: so many opinions' rows get through within the tries
 * of a call, and each round that is written need not be made again.
 */
const OPINIONS_A_ROUND = 128;

const MINUTE_MS = 60_000;

/** SQS hides a message for at most so long. */
const MAX_DELAY_SECONDS = 900;

export interface Tracked {
  /** Opinions beyond what a conversation may hold. */
  refused: ReadonlySet<Opinion>;
  learnt: number;
  turnsFused: number;
  alerts: number;
  /** Alerts that nobody is told of, because their turn is of long ago. */
  alertsTooLate: number;
  conflicts: number;
}

/**
 * Learns what came of one conversation in one batch, and says what follows from it.
 *
 * Rows, alerts and the reminder go out before the round is written: whatever fails, the records come again, find the conversation as it was and
 * say the same once more. What others write meanwhile makes the writing fail, and the round starts over what they wrote.
 *
 * @throws what a service throws; the rounds before are then written, and nothing of this one counts as learnt.
 */
export async function trackConversation(conversationId: string, arrived: readonly ArrivedOpinion[], stage: Stage): Promise<Tracked> {
  const tracked = { refused: new Set<Opinion>(), learnt: 0, turnsFused: 0, alerts: 0, alertsTooLate: 0, conflicts: 0 };
  for (let start = 0; start < arrived.length; start += OPINIONS_A_ROUND) {
    const round = await trackRound(conversationId, arrived.slice(start, start + OPINIONS_A_ROUND), stage);
    for (const opinion of round.refused) tracked.refused.add(opinion);
    for (const count of ["learnt", "turnsFused", "alerts", "alertsTooLate", "conflicts"] as const) tracked[count] += round[count];
  }
  return tracked;
}

/** What attempts at one round have said so far. */
interface Attempts {
  /** By resultId. */
  sent: Map<string, SentRow>;
  /** Names of the rules whose alert is out. */
  raised: Set<string>;
}

async function trackRound(conversationId: string, arrived: readonly ArrivedOpinion[], stage: Stage): Promise<Tracked> {
  const attempts: Attempts = { sent: new Map(), raised: new Set() };
  for (let conflicts = 0; conflicts < MAX_ROUNDS; conflicts += 1) {
    try {
      return { ...(await trackOnce(conversationId, arrived, attempts, await stage.conversations.load(conversationId, conflicts > 0, stage.signal), stage)), conflicts };
    } catch (error) {
      if (!(error instanceof ConversationChangedError)) throw error;
    }
  }
  throw new Error(`the conversation changed under each of ${MAX_ROUNDS} rounds`);
}

/** @param attempts what this one says is added. */
async function trackOnce(conversationId: string, arrived: readonly ArrivedOpinion[], { raised, sent }: Attempts, loaded: Loaded, stage: Stage): Promise<Omit<Tracked, "conflicts">> {
  const { conversations, environment, signal } = stage;
  const { conversation: known, state } = loaded;
  const { alerts, conversation, hasEnded, learnt, refused, revision, rows } = decideRound({ ...state, fired: [...state.fired, ...raised], conversation: known }, arrived, sent, conversations.rulesOf(conversationId));
  for (const { revision: _, ...row } of rows) sent.set(row.resultId, row);
  await sendRows(rows, stage);
  const { alertWithinMinutes, quietSeconds } = environment.CONVERSATION_SETTINGS;
  const timely = alerts.filter(({ at }) => alertWithinMinutes === null || Date.now() - Date.parse(at) <= alertWithinMinutes * MINUTE_MS);
  await publishAlerts(environment.ALERTS_BUS_NAME, timely, signal);
  for (const { rule } of timely) raised.add(rule.name);
  if (learnt.length > 0) {
    const isTakenUp = state.version === 0 || state.hasEnded;
    if (isTakenUp) await sendReminder({ schema: CONVERSATION_END_VERSION, conversationId }, quietSeconds, stage);
    const fired = [...new Set([...state.fired, ...raised])];
    await conversations.append(conversationId, loaded, { learnt, revision, learntAt: Date.now(), hasEnded, fired }, conversation, signal);
  }
  const turnsFused = rows.filter(({ scope, withdrawn }) => scope !== "conversation" && withdrawn !== true).length;
  return { refused, learnt: learnt.length, turnsFused, alerts: raised.size, alertsTooLate: alerts.length - timely.length };
}

/** @throws Error when the stream did not take a row. */
export async function sendRows(rows: readonly SentimentResult[], stage: Stage): Promise<void> {
  const reason = await stage.rows.send(rows);
  if (reason !== undefined) throw new Error(`a row is not on the results stream: ${reason}`);
}

/** @param seconds until it is to be looked at; where that is too long for SQS, it is looked at before. */
export async function sendReminder(message: ConversationEnd, seconds: number, stage: Stage): Promise<void> {
  const reason = await stage.reminders.send([jobMessage(message, Math.min(MAX_DELAY_SECONDS, seconds))]);
  if (reason !== undefined) throw new Error(`the reminder is not on the queue of conversation ends: ${reason}`);
}
