import * as z from "zod";
import { LOW_SERVICE_CONFIDENCE, sentimentOfScores, weighByLabel } from "../../core/classification/sentiment-of-scores.ts";
import type { SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import type { Reply } from "../ask-in-batches.ts";
import type { Classified, FailureCode } from "../text-classifier.ts";

export type EncoderAnswer = Pick<Classified, "sentiment" | "flags">;

type ReadText = { ok: true; answer: EncoderAnswer } | Omit<Extract<Reply<never>, { ok: false }>, "usd">;

const ScoredLabelsSchema = z.array(z.object({ label: z.string().min(1), score: z.number().min(0) })).min(1);

/**
 * The body of Hugging Face's text-classification container: for each text, in order, the scores of all labels. Texts are matched by
 * position, so of an answer with another number of them nothing can be believed: each text is then asked alone.
 */
export function readEncoderAnswer(body: string, texts: number, labels: ReadonlyMap<string, SentimentLabel>): ReadText[] {
  const parsed = z.array(z.unknown()).safeParse(parse(body));
  if (!parsed.success) return Array.from({ length: texts }, () => failed("malformed", "the container's answer is not a JSON array"));
  if (parsed.data.length !== texts) {
    return Array.from({ length: texts }, () => failed("unanswered", `the container answered ${parsed.data.length} texts where ${texts} were asked`));
  }
  return parsed.data.map((scored) => readText(scored, labels));
}

function readText(scored: unknown, labels: ReadonlyMap<string, SentimentLabel>): ReadText {
  const named = ScoredLabelsSchema.safeParse(scored);
  if (!named.success) return failed("malformed", "the container's answer holds no scores of all labels for the text; it has to serve the task text-classification and to heed top_k");
  const weighed = weighByLabel(named.data.map(({ label, score }) => ({ name: label, score })), labels);
  if (!weighed.ok) {
    const reason = `the label ${JSON.stringify(weighed.unknown.slice(0, 100))} stands for none of ours; add it to "labels" of the classifier's configuration`;
    return { ...failed("malformed", reason), askAlone: false };
  }
  const { positive, neutral, negative } = weighed.weights;
  if (positive + neutral + negative === 0) return failed("malformed", "all scores of the text are 0");
  const sentiment = sentimentOfScores(weighed.weights, "service");
  return { ok: true, answer: { sentiment, flags: sentiment.confidence < LOW_SERVICE_CONFIDENCE ? ["low_confidence"] : [] } };
}

function failed(code: FailureCode, reason: string): Extract<ReadText, { ok: false }> {
  return { ok: false, failure: { code, retryable: true, reason }, askAlone: true };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
