import { alertsOf } from "../../core/conversation/alerts.ts";
import { CONVERSATION_END_VERSION, type ConversationEnd } from "../../core/conversation/conversation-end.ts";
import { type Before, changedRows, type Conversation, conversationOf, isNews, merge, MOST_OPINIONS, type Opinions, rowsInBetween } from "../../core/conversation/conversation.ts";
import type { FusedRow } from "../../core/conversation/fused-row.ts";
import { type Opinion, opinionKey } from "../../core/conversation/opinion.ts";
import { putResults } from "../shared/put-results.ts";
import { sendAll } from "../shared/send-all.ts";
import { jobMessage } from "../shared/send-jobs.ts";
import type { Loaded } from "./conversations.ts";
import { ConversationChangedError, type Round } from "./journal.ts";
import { publishAlerts } from "./publish-alerts.ts";
import type { Stage } from "./stage.ts";

/** Two functions in each other's way meet seldom; one that loses so often in a row lets Lambda try again. */
const MAX_ROUNDS = 5;

export interface ArrivedOpinion {
  opinion: Opinion;
  /** Milliseconds since 1970: when Kinesis took it. */
  arrivedMs: number;
}

/** What a round came to; sums where several were needed. */
export interface Tracked {
  /** Opinions beyond what a conversation may hold. */
  refused: ReadonlySet<Opinion>;
  learnt: number;
  turnsFused: number;
  alerts: number;
  conflicts: number;
}

/** What earlier attempts of the same invocation sent of a conversation, before they lost it. */
export type SentRows = Map<string, FusedRow>;

/**
 * Learns what came of one conversation in one batch, and says what follows from it.
 *
 * Rows, alerts and the reminder go out before the round is written: whatever fails, the records come again, find the conversation as it was and
 * say the same once more. What others write meanwhile makes the writing fail, and the round starts over what they wrote.
 *
 * @throws what a service throws; nothing of the batch then counts as learnt.
 */
export async function trackConversation(conversationId: string, arrived: readonly ArrivedOpinion[], stage: Stage): Promise<Tracked> {
  const sent: SentRows = new Map();
  for (let conflicts = 0; conflicts < MAX_ROUNDS; conflicts += 1) {
    try {
      return { ...(await trackOnce(conversationId, arrived, sent, await stage.conversations.load(conversationId, conflicts > 0, stage.signal), stage)), conflicts };
    } catch (error) {
      if (!(error instanceof ConversationChangedError)) throw error;
    }
  }
  throw new Error(`the conversation changed under each of ${MAX_ROUNDS} rounds`);
}

async function trackOnce(conversationId: string, arrived: readonly ArrivedOpinion[], sent: SentRows, loaded: Loaded, stage: Stage): Promise<Omit<Tracked, "conflicts">> {
  const { conversations, environment, signal } = stage;
  const { state } = loaded;
  const rules = conversations.rulesOf(conversationId);
  const { learnt, refused } = selectNews(state.opinions, arrived.map(({ opinion }) => opinion));
  if (learnt.length === 0 && sent.size === 0) return { refused, learnt: 0, turnsFused: 0, alerts: 0 };

  const hasEnded = learnt.length === 0 && state.hasEnded;
  const conversation = conversationOf(merge(state.opinions, learnt), hasEnded, rules, loaded.conversation);
  const revision = Math.max(state.revision + 1, ...arrived.map(({ arrivedMs }) => arrivedMs));
  const turnsFused = await sendRows(conversation, { rows: loaded.conversation.rows, sent, possible: rowsInBetween(state.opinions, learnt, hasEnded, rules) }, revision, stage);
  const alerts = alertsOf(conversation, state.fired, rules);
  await publishAlerts(environment.ALERTS_BUS_NAME, alerts, signal);
  if (learnt.length === 0) return { refused, learnt: 0, turnsFused, alerts: alerts.length };

  if (state.version === 0 || state.hasEnded) await sendReminder({ schema: CONVERSATION_END_VERSION, conversationId }, environment.CONVERSATION_SETTINGS.quietSeconds, stage);
  const round: Round = { learnt, revision, learntAt: Date.now(), hasEnded, fired: [...state.fired, ...alerts.map(({ rule }) => rule.name)] };
  await conversations.append(conversationId, loaded, round, conversation, signal);
  return { refused, learnt: learnt.length, turnsFused, alerts: alerts.length };
}

/** Sends what differs, and notes it in `before.sent`. @returns how many turns have a new or another row. @throws Error when the stream did not take a row. */
export async function sendRows(after: Conversation, before: Before & { sent: SentRows }, revision: number, { environment, signal }: Stage): Promise<number> {
  const rows = changedRows(before, after.rows, revision);
  for (const { revision: _, withdrawn: __, ...row } of rows) before.sent.set(row.resultId, row);
  const [reason] = (await putResults(environment.RESULTS_STREAM_NAME, rows, signal)).values();
  if (reason !== undefined) throw new Error(`a row is not on the results stream: ${reason}`);
  return rows.filter(({ scope, withdrawn }) => scope !== "conversation" && withdrawn !== true).length;
}

/** @param seconds until it is to be looked at, any number. */
export async function sendReminder(message: ConversationEnd, seconds: number, { environment, signal }: Stage): Promise<void> {
  await sendAll(environment.CONVERSATION_ENDS_QUEUE_URL, [jobMessage(message, Math.min(900, seconds))], signal);
}

/** Of several opinions with one key the one that stands; what goes beyond the bound is refused. */
function selectNews(known: Opinions, arrived: readonly Opinion[]): { learnt: Opinion[]; refused: Set<Opinion> } {
  const news = new Map<string, Opinion>();
  const refused = new Set<Opinion>();
  let room = MOST_OPINIONS - known.size;
  for (const opinion of arrived) {
    const key = opinionKey(opinion);
    if (!isNews(known, opinion) || !isNews(news, opinion)) continue;
    const isKnown = known.has(key) || news.has(key);
    if (!isKnown && room <= 0) refused.add(opinion);
    else news.set(key, opinion);
    if (!isKnown) room -= 1;
  }
  return { learnt: [...news.values()], refused };
}
