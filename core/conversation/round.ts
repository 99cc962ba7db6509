import type { Alert } from "../contracts/alert.ts";
import type { SentimentResult } from "../contracts/sentiment-result.ts";
import { alertsOf } from "./alerts.ts";
import { changedRows, type Conversation, conversationOf, isNews, merge, MOST_OPINIONS, type Opinions, rowsInDoubt, type SentRow } from "./conversation.ts";
import { type Opinion, opinionKey } from "./opinion.ts";
import type { Rules } from "./turns.ts";

export interface ArrivedOpinion {
  opinion: Opinion;
  /** Milliseconds since 1970: when Kinesis took it. */
  arrivedMs: number;
}

/** A conversation as it is written down, and what is to be said of that. */
export interface Known {
  opinions: Opinions;
  /** Of the last round, 0 before the first. */
  revision: number;
  hasEnded: boolean;
  /** Names of the alert rules that have fired. */
  fired: readonly string[];
  conversation: Conversation;
}

/** What follows from one round. Rows and alerts are to go out before the round is written down. */
export interface Round {
  /** The opinions that are new and stand; none where an earlier attempt's rows are to be set right, nothing is to be written then. */
  learnt: readonly Opinion[];
  /** Beyond what a conversation may hold. */
  refused: ReadonlySet<Opinion>;
  conversation: Conversation;
  revision: number;
  hasEnded: boolean;
  rows: readonly SentimentResult[];
  alerts: readonly Alert[];
}

/**
 * What becomes of the opinions that came of one conversation in one batch: it runs, or runs again.
 * @param sent rows of earlier attempts of this round, which others forestalled.
 */
export function decideRound(known: Known, arrived: readonly ArrivedOpinion[], sent: ReadonlyMap<string, SentRow>, rules: Rules): Round {
  const { learnt, refused, seen } = selectNews(known.opinions, arrived.map(({ opinion }) => opinion));
  const revision = Math.max(known.revision + 1, ...arrived.map(({ arrivedMs }) => arrivedMs));
  if (learnt.length === 0 && sent.size === 0) return { learnt, refused, conversation: known.conversation, revision, hasEnded: known.hasEnded, rows: [], alerts: [] };
  const hasEnded = learnt.length === 0 && known.hasEnded;
  const conversation = conversationOf(merge(known.opinions, learnt), hasEnded, rules, known.conversation);
  const inDoubt = rowsInDoubt(known.opinions, seen, conversation, hasEnded, rules);
  // Where others have learnt it all, they have raised what follows.
  const alerts = learnt.length === 0 ? [] : alertsOf(conversation, known.fired, rules);
  return { learnt, refused, conversation, revision, hasEnded, rows: changedRows({ rows: known.conversation.rows, sent, inDoubt }, conversation.rows, revision), alerts };
}

/** The conversation was quiet for long enough. @param now milliseconds since 1970. */
export function decideEnd(known: Known, now: number, rules: Rules): Round {
  const revision = Math.max(known.revision + 1, now);
  const conversation = conversationOf(known.opinions, true, rules, known.conversation);
  return { learnt: [], refused: new Set(), conversation, revision, hasEnded: true, rows: changedRows({ rows: known.conversation.rows }, conversation.rows, revision), alerts: [] };
}

/** Of several opinions with one key the one that stands is learnt, and all that stood in between are seen; what goes beyond the bound is refused. */
function selectNews(known: Opinions, arrived: readonly Opinion[]): { learnt: Opinion[]; seen: Opinion[]; refused: Set<Opinion> } {
  const seen: Opinion[] = [];
  const news = new Map<string, Opinion>();
  const refused = new Set<Opinion>();
  for (const opinion of arrived) {
    const key = opinionKey(opinion);
    if (!isNews(known, opinion) || !isNews(news, opinion)) continue;
    if (!known.has(key) && !news.has(key) && known.size + news.size >= MOST_OPINIONS) {
      refused.add(opinion);
      continue;
    }
    news.set(key, opinion);
    seen.push(opinion);
  }
  return { learnt: [...news.values()], seen, refused };
}
