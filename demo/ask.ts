import type { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import type { Deployment } from "../cli/deployment.ts";
import { REFRESH_STATEMENT, runQuery } from "../cli/run-query.ts";
import type { Cell } from "../cli/table.ts";
import { SentimentLabelSchema } from "../core/contracts/sentiment-result.ts";
import { agreement } from "./agreement.ts";
import type { LabelPair } from "./agreement.ts";
import type { DemoFigures, LabelCounts, NegativeConversation, SentimentGroup } from "./figures.ts";
import { QUESTIONS } from "./questions.ts";

export type SqlAnswers = Pick<
  DemoFigures,
  "labels" | "kinds" | "channels" | "languages" | "confidences" | "lowConfidence" | "redacted" | "unsupported" | "models" | "negative" | "agreement"
> & {
  /** Rows about texts. */
  texts: number;
  /** Results about texts on the stream, repeats included. */
  delivered: number;
};

/** Asks the warehouse everything the demo shows, through the Redshift Data API. */
export async function askWarehouse(client: RedshiftDataClient, deployment: Deployment): Promise<SqlAnswers> {
  const rows = async (sql: string): Promise<Cell[][]> => (await runQuery(client, deployment, sql)).rows;
  await rows(REFRESH_STATEMENT);
  const [labels = []] = await rows(QUESTIONS.labels);
  const [[texts = 0] = []] = await rows(QUESTIONS.texts);
  const [[delivered = 0] = []] = await rows(QUESTIONS.delivered);
  const [kinds = []] = await rows(QUESTIONS.kinds);
  const flags = await rows(QUESTIONS.flags);
  const sumOf = (index: number): number => flags.reduce((sum, row) => sum + Number(row[index] ?? 0), 0);
  return {
    labels: toLabels(labels.slice(1, 4)),
    kinds: toKinds(kinds),
    texts: Number(texts),
    delivered: Number(delivered),
    channels: (await rows(QUESTIONS.channels)).map(toGroup),
    languages: (await rows(QUESTIONS.languages)).map(toGroup),
    confidences: (await rows(QUESTIONS.confidences)).map(([tenth, number]) => ({ tenth: Number(tenth), rows: Number(number) })),
    lowConfidence: sumOf(1),
    redacted: sumOf(2),
    unsupported: flags.map((row) => ({ language: String(row[0]), rows: Number(row[3] ?? 0) })).filter(({ rows: number }) => number > 0),
    models: (await rows(QUESTIONS.models)).map(([provider, id, version]) => `${provider}/${id} ${version}`),
    negative: {
      conversations: (await rows(QUESTIONS.negativeConversations)).map(toConversation),
      messages: (await rows(QUESTIONS.negativeMessages)).map(toConversation),
    },
    agreement: agreement((await rows(QUESTIONS.labelled)).flatMap(toPair)),
  };
}

function toGroup([name = null, rows = 0, positive = 0, neutral = 0, negative = 0, confidence = 0]: Cell[]): SentimentGroup {
  return { name: String(name), rows: Number(rows), labels: toLabels([positive, neutral, negative]), confidence: Number(confidence) };
}

function toConversation([conversationId, channel, language, turns, valence, words]: Cell[]): NegativeConversation {
  return {
    conversationId: String(conversationId),
    channel: String(channel),
    language: String(language),
    turns: Number(turns),
    valence: Number(valence),
    words: String(words ?? ""),
  };
}

// SUM over no rows is NULL, not 0.
function toKinds([written = 0, spoken = 0, voices = 0, turns = 0, conversations = 0]: Cell[]): DemoFigures["kinds"] {
  return { written: Number(written ?? 0), spoken: Number(spoken ?? 0), voices: Number(voices ?? 0), turns: Number(turns ?? 0), conversations: Number(conversations ?? 0) };
}

function toLabels([positive = 0, neutral = 0, negative = 0]: Cell[]): LabelCounts {
  return { positive: Number(positive ?? 0), neutral: Number(neutral ?? 0), negative: Number(negative ?? 0) };
}

/** Other vocabularies (stars, emotions) are no sentiment labels and say nothing about agreement. */
function toPair([given = null, answered = null, rows = 0]: Cell[]): LabelPair[] {
  const [givenLabel, answeredLabel] = [SentimentLabelSchema.safeParse(given), SentimentLabelSchema.safeParse(answered)];
  if (!givenLabel.success || !answeredLabel.success) return [];
  return [{ given: givenLabel.data, answered: answeredLabel.data, rows: Number(rows) }];
}
