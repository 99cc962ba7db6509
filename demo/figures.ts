import type { Alert } from "../core/contracts/alert.ts";
import type { SentimentLabel } from "../core/contracts/sentiment-result.ts";
import type { Accounting } from "./accounting.ts";
import type { Agreement } from "./agreement.ts";
import type { ConfidenceBand } from "./confidence.ts";
import { everyTurnFused, type FusedCalls } from "./conversations.ts";
import { type HeardCall, unheardMs } from "./voice.ts";

export type LabelCounts = Record<SentimentLabel, number>;

export interface SentimentGroup {
  name: string;
  rows: number;
  labels: LabelCounts;
  /** Mean over the rows, 0 to 1. */
  confidence: number;
}

export interface NegativeConversation {
  conversationId: string;
  channel: string;
  language: string;
  turns: number;
  /** Mean of positive minus negative score over the conversation, -1 to 1. */
  valence: number;
  /** The most negative words in it, as stored: redacted. */
  words: string;
}

/** Everything the demo shows; the terminal and the picture print the same object. */
export interface DemoFigures {
  source: string;
  accounting: Accounting;
  rejectReasons: { reason: string; records: number }[];
  /** Lines of the user's own file that could not be read, hence never sent. */
  unreadable: number;
  labels: LabelCounts;
  /** The same counts from the Parquet files of the lake. */
  parquetLabels: LabelCounts;
  parquetFiles: number;
  channels: SentimentGroup[];
  languages: SentimentGroup[];
  /** In rising order; a band without rows is left out. */
  confidences: ConfidenceBand[];
  lowConfidence: number;
  redacted: number;
  unsupported: { language: string; rows: number }[];
  models: string[];
  /** Apart, because a mean over many turns is never as low as one angry line. */
  negative: { conversations: NegativeConversation[]; messages: NegativeConversation[] };
  agreement: Agreement | undefined;
  /** Calls sent, and what was heard in them; none with a person's own text files. */
  calls: { sent: number; heard: HeardCall[] };
  /** What words and voice say together; none with a person's own text files. */
  fused: FusedCalls | undefined;
  alerts: Alert[];
  /** Rows of valence.results by what they are about. */
  kinds: { written: number; spoken: number; voices: number; turns: number; conversations: number };
  functions: { name: string; invocations: number; errors: number }[];
  denied: string[];
  elapsed: { sendMs: number; settleMs: number };
  places: { dataFolder: string; alerts: string; parquetFolder: string; picture: string };
}

/** `und` is BCP 47 for a text whose language could not be told. */
export const UNDETERMINED = "und";

/** How many languages were told apart. */
export function languagesMet({ languages }: Pick<DemoFigures, "languages">): number {
  return languages.filter(({ name }) => name !== UNDETERMINED).length;
}

/** True when each record ended in one place, all speech that was found has its rows, and both ways to count the labels agree. */
export function addsUp(figures: DemoFigures, unaccountedRecords: number): boolean {
  const { calls, fused, labels, parquetLabels } = figures;
  return (
    unaccountedRecords === 0 &&
    everyCallHeard(calls) &&
    (fused === undefined || everyTurnFused(fused)) &&
    labels.positive === parquetLabels.positive &&
    labels.neutral === parquetLabels.neutral &&
    labels.negative === parquetLabels.negative
  );
}

/** True when each call has its report, and its rows last as long as the speech in it. */
export function everyCallHeard({ heard, sent }: DemoFigures["calls"]): boolean {
  return heard.length === sent && heard.every(({ refusal }) => refusal === undefined) && unheardMs(heard) === 0;
}
