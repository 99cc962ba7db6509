import { BatchDetectSentimentCommand, type LanguageCode } from "@aws-sdk/client-comprehend";
import * as z from "zod";
import { LOW_SERVICE_CONFIDENCE, sentimentOfScores } from "../../core/classification/sentiment-of-scores.ts";
import type { Flag } from "../../core/contracts/sentiment-result.ts";
import { comprehendCostUsd } from "../../core/models/comprehend-cost.ts";
import { askInBatches, failTogether, type Reply } from "../ask-in-batches.ts";
import type { TextToClassify } from "../text-classifier.ts";
import { charactersOf, type ComprehendAccess, type ComprehendAnswer, type ComprehendModel } from "./comprehend-access.ts";
import { detectLanguages, MAXIMUM_DOCUMENTS } from "./detect-languages.ts";
import { sentimentLanguage } from "./languages.ts";
import { readBatch } from "./read-batch.ts";

const ShareSchema = z.number().min(0).max(1.001);
const ItemSchema = z.object({
  Sentiment: z.enum(["POSITIVE", "NEGATIVE", "NEUTRAL", "MIXED"]),
  SentimentScore: z.object({ Positive: ShareSchema, Negative: ShareSchema, Neutral: ShareSchema, Mixed: ShareSchema }),
});

/** A text, the language it is asked in, and what finding that out took. */
interface Document {
  text: string;
  language: LanguageCode;
  usd: number;
  milliseconds: number;
}

/** `BatchDetectSentiment`: 25 documents of one language a call. */
export class SentimentModel implements ComprehendModel {
  readonly #access: ComprehendAccess;
  readonly #detectsLanguage: boolean;

  constructor(access: ComprehendAccess, detectsLanguage: boolean) {
    this.#access = access;
    this.#detectsLanguage = detectsLanguage;
  }

  async ask(texts: readonly TextToClassify[], signal: AbortSignal | undefined): Promise<readonly Reply<ComprehendAnswer>[]> {
    const languages = await this.#languagesOf(texts, signal);
    const replies: Reply<ComprehendAnswer>[] = [];
    const byLanguage = new Map<LanguageCode, { position: number; document: Document }[]>();
    texts.forEach(({ text }, position) => {
      const detected = languages[position]!;
      if (!detected.ok) {
        replies[position] = detected;
        return;
      }
      const language = sentimentLanguage(detected.answer);
      if (language === undefined) {
        replies[position] = { ok: false, failure: { code: "unsupported_language", retryable: false, reason: `Comprehend has no sentiment model for the language ${detected.answer}` }, usd: detected.usd, askAlone: false };
        return;
      }
      const group = byLanguage.get(language) ?? [];
      group.push({ position, document: { text, language, usd: detected.usd, milliseconds: detected.milliseconds } });
      byLanguage.set(language, group);
    });
    await Promise.all(
      [...byLanguage].map(async ([language, group]) => {
        const answered = await askInBatches(group.map(({ document }) => document), MAXIMUM_DOCUMENTS, (batch) => this.#askBatch(batch, language, signal));
        group.forEach(({ position, document }, order) => {
          const reply = answered[order]!;
          replies[position] = { ...reply, usd: reply.usd + document.usd, ...(reply.ok && { milliseconds: reply.milliseconds + document.milliseconds }) };
        });
      }),
    );
    return replies;
  }

  /** The tag of each text; Comprehend is asked only for those without one, and only if it may be. */
  async #languagesOf(texts: readonly TextToClassify[], signal: AbortSignal | undefined): Promise<Reply<string>[]> {
    const known = texts.map(({ language }): Reply<string> => ({ ok: true, answer: language, milliseconds: 0, usd: 0 }));
    if (!this.#detectsLanguage) return known;
    const unknown = texts.flatMap(({ text, language }, position) => (language === "und" ? [{ position, text }] : []));
    const detected = await detectLanguages(this.#access, unknown.map(({ text }) => text), signal);
    unknown.forEach(({ position }, order) => {
      known[position] = detected[order]!;
    });
    return known;
  }

  async #askBatch(batch: readonly Document[], language: LanguageCode, signal: AbortSignal | undefined): Promise<readonly Reply<ComprehendAnswer>[]> {
    const { client, caller } = this.#access;
    const command = new BatchDetectSentimentCommand({ LanguageCode: language, TextList: batch.map(({ text }) => text) });
    const outcome = await caller.call(async (abortSignal) => (await client()).send(command, { abortSignal }), signal);
    if (!outcome.ok) return failTogether(outcome.failure, batch.length);
    return readBatch(outcome.value, batch.length, ItemSchema).map((item, order): Reply<ComprehendAnswer> => {
      const usd = comprehendCostUsd(charactersOf(batch[order]!.text));
      if (!item.ok) return { ...item, usd: item.failure.code === "malformed" ? usd : 0 };
      return { ok: true, answer: answerOf(item.result), milliseconds: outcome.milliseconds / batch.length, usd };
    });
  }
}

/** Four scores become three: mixed is a flag, the others are shares of what remains. */
function answerOf({ Sentiment, SentimentScore: { Positive, Neutral, Negative } }: z.infer<typeof ItemSchema>): ComprehendAnswer {
  const sentiment = sentimentOfScores({ positive: Positive, neutral: Neutral, negative: Negative }, "service");
  const flags: Flag[] = [];
  if (sentiment.confidence < LOW_SERVICE_CONFIDENCE) flags.push("low_confidence");
  if (Sentiment === "MIXED") flags.push("mixed");
  return { sentiment, flags };
}
