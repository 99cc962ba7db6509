import { ClassifyDocumentCommand } from "@aws-sdk/client-comprehend";
import * as z from "zod";
import { LOW_SERVICE_CONFIDENCE, sentimentOfScores, weighByLabel } from "../../core/classification/sentiment-of-scores.ts";
import { SENTIMENT_LABELS, type SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import { comprehendEndpointCostUsd } from "../../core/models/comprehend-cost.ts";
import { askInBatches, failTogether, type Reply } from "../ask-in-batches.ts";
import type { ClassificationFailure, TextToClassify } from "../text-classifier.ts";
import { charactersOf, type ComprehendAccess, type ComprehendAnswer, type ComprehendModel } from "./comprehend-access.ts";
import { isCustomLanguage } from "./languages.ts";

const NamedSchema = z.object({ Name: z.string().min(1), Score: z.number().min(0).max(1.001) });
/** Classes exclude each other (multi-class mode), labels do not (multi-label mode). */
const AnswerSchema = z.union([z.object({ Classes: z.array(NamedSchema).min(1) }), z.object({ Labels: z.array(NamedSchema).min(1) })]);

/** The endpoint of a custom classifier: `ClassifyDocument`, one text a call, its classes mapped to our labels by configuration. */
export class CustomClasses implements ComprehendModel {
  readonly #access: ComprehendAccess;
  readonly #endpointArn: string;
  readonly #labels: ReadonlyMap<string, SentimentLabel>;

  /** @param classes class → label; without it the classes are our labels, in lower, upper or title case. */
  constructor(access: ComprehendAccess, endpointArn: string, classes: Readonly<Record<string, SentimentLabel>> | undefined) {
    this.#access = access;
    this.#endpointArn = endpointArn;
    this.#labels = new Map(classes === undefined ? SENTIMENT_LABELS.flatMap((label) => writtenForms(label).map((form) => [form, label] as const)) : Object.entries(classes));
  }

  ask(texts: readonly TextToClassify[], signal: AbortSignal | undefined): Promise<readonly Reply<ComprehendAnswer>[]> {
    return askInBatches(texts, 1, async ([text]) => [await this.#askOne(text!, signal)]);
  }

  async #askOne({ text, language }: TextToClassify, signal: AbortSignal | undefined): Promise<Reply<ComprehendAnswer>> {
    if (!isCustomLanguage(language)) {
      return { ok: false, failure: { code: "unsupported_language", retryable: false, reason: `Comprehend trains no custom classifier for the language ${language}` }, usd: 0, askAlone: false };
    }
    const { client, caller } = this.#access;
    const command = new ClassifyDocumentCommand({ EndpointArn: this.#endpointArn, Text: text });
    const outcome = await caller.call(async (abortSignal) => (await client()).send(command, { abortSignal }), signal);
    if (!outcome.ok) return failTogether(outcome.failure, 1)[0]!;
    const usd = comprehendEndpointCostUsd(charactersOf(text));
    const parsed = AnswerSchema.safeParse(outcome.value);
    if (!parsed.success) return { ok: false, failure: malformed("the answer has neither Classes nor Labels with a Name and a Score each"), usd, askAlone: true };
    const named = "Classes" in parsed.data ? parsed.data.Classes : parsed.data.Labels;
    const weighed = weighByLabel(named.map(({ Name, Score }) => ({ name: Name, score: Score })), this.#labels);
    if (!weighed.ok) {
      const reason = `the class ${JSON.stringify(weighed.unknown)} stands for no label; add it to "classes" of the classifier's configuration`;
      return { ok: false, failure: malformed(reason), usd, askAlone: false };
    }
    const sentiment = sentimentOfScores(weighed.weights, "service");
    return { ok: true, answer: { sentiment, flags: sentiment.confidence < LOW_SERVICE_CONFIDENCE ? ["low_confidence"] : [] }, milliseconds: outcome.milliseconds, usd };
  }
}

function writtenForms(label: string): string[] {
  return [label, label.toUpperCase(), `${label.charAt(0).toUpperCase()}${label.slice(1)}`];
}

function malformed(what: string): ClassificationFailure {
  return { code: "malformed", retryable: true, reason: `Comprehend's custom classifier: ${what}` };
}
