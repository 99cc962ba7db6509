import * as z from "zod";
import { SENTIMENT_LABELS, type SentimentLabel, SentimentLabelSchema } from "../../core/contracts/sentiment-result.ts";
import type { Strategy } from "./strategy.ts";

/** Whether each answer states percentages or only a label, because its share among several answers is the score. */
export type AnswerScores = "stated" | "samples";

/** Rounded percentages of three labels may miss 100 by this much and are normalised; what misses it by more was not thought through. */
const PERCENT_TOLERANCE = 5;

const percent = z.number().min(0).max(100);

const LabelledSchema = z.object({ label: SentimentLabelSchema, mixed: z.boolean().optional() });

/**
 * What one text's answer has to be. A label that its own percentages contradict is malformed: nothing tells which of the two was meant.
 * Thinking fields are for the model; they are paid for, and not read.
 */
const StatedSchema = LabelledSchema.extend({ positive: percent, neutral: percent, negative: percent })
  .refine((answer) => Math.abs(sum(answer) - 100) <= PERCENT_TOLERANCE, { error: "the percentages do not sum to 100" })
  .refine((answer) => answer[answer.label] === Math.max(answer.positive, answer.neutral, answer.negative), { error: "the label is not the one with the highest percentage" });

/** Three shares that sum to 1; absent where the answer only names a label. */
export interface Answer {
  label: SentimentLabel;
  mixed: boolean;
  scores?: Record<SentimentLabel, number>;
}

/** @returns the answer, or in one line and without quoting it why it is none. */
export function readAnswer(value: unknown, scores: AnswerScores): Answer | string {
  if (scores === "samples") {
    const read = LabelledSchema.safeParse(value);
    return read.success ? { label: read.data.label, mixed: read.data.mixed ?? false } : describe(read.error);
  }
  const read = StatedSchema.safeParse(value);
  if (!read.success) return describe(read.error);
  const total = sum(read.data);
  const { label, mixed = false, positive, neutral, negative } = read.data;
  return { label, mixed, scores: { positive: positive / total, neutral: neutral / total, negative: negative / total } };
}

function sum({ positive, neutral, negative }: Record<SentimentLabel, number>): number {
  return positive + neutral + negative;
}

function describe(error: z.ZodError): string {
  const { path, message } = error.issues[0]!;
  return path.length === 0 ? message : `${path.join(".")}: ${message}`;
}

/** The JSON Schema of a call's answers, for a tool's input. */
export function answersJsonSchema(strategy: Strategy, scores: AnswerScores): Record<string, unknown> {
  const thinking = strategy.thinking.map(({ name, description, oneOf }) => [name, { type: "string", description, ...(oneOf !== undefined && { enum: [...oneOf] }) }]);
  const percentages = scores === "samples" ? [] : SENTIMENT_LABELS.map((label) => [label, { type: "number", minimum: 0, maximum: 100, description: `How likely ${label} is, in percent.` }]);
  // Models write fields in this order: thinking comes before what should follow from it.
  const properties: Record<string, unknown> = {
    id: { type: "string", description: "The text's id, copied." },
    ...Object.fromEntries(thinking),
    label: { type: "string", enum: [...SENTIMENT_LABELS] },
    mixed: { type: "boolean", description: "Whether the text holds clear positive and clear negative sentiment." },
    ...Object.fromEntries(percentages),
  };
  const item = { type: "object", properties, required: Object.keys(properties) };
  return { type: "object", properties: { answers: { type: "array", description: "One answer for each text, in order.", items: item } }, required: ["answers"] };
}

/** The same for models without tools, as they would write it: given a schema, weaker ones send the schema back. */
export function answersShape(strategy: Strategy, scores: AnswerScores): string {
  const thinking = strategy.thinking.map(({ name, description, oneOf }) => `"${name}":"<${oneOf === undefined ? description : `one of ${oneOf.join(", ")}`}>"`);
  const percentages = scores === "samples" ? [] : SENTIMENT_LABELS.map((label) => `"${label}":<0 to 100>`);
  const fields = ['"id":"<the text\'s id>"', ...thinking, `"label":"<${SENTIMENT_LABELS.join(" or ")}>"`, '"mixed":<true or false>', ...percentages];
  return `{"answers":[{${fields.join(",")}}]}`;
}
