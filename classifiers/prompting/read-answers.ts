import * as z from "zod";
import type { FailureCode } from "../text-classifier.ts";
import { type Answer, type AnswerScores, readAnswer } from "./answer-schema.ts";
import { readJsonObject } from "./read-json-object.ts";
import { textId } from "./render-prompt.ts";

export type Reading = { ok: true; answer: Answer } | { ok: false; code: Extract<FailureCode, "malformed" | "unanswered">; reason: string };

const AnswersSchema = z.object({ answers: z.array(z.unknown()) });
const IdentifiedSchema = z.object({ id: z.string() });

/**
 * The answers of one call, matched to its texts by id: one reading a text, in order. An id that was not asked for answers no text and is
 * passed over; an id that comes twice leaves its text unanswered, because nothing tells which of the two is meant.
 */
export function readAnswers(input: unknown, texts: number, scores: AnswerScores): Reading[] {
  const answers = answersIn(input);
  if (answers === undefined) return Array.from({ length: texts }, (): Reading => ({ ok: false, code: "malformed", reason: "the answer holds no list of answers" }));
  const byId = new Map<string, unknown[]>();
  for (const answer of answers) {
    const { data } = IdentifiedSchema.safeParse(answer);
    if (data !== undefined) byId.set(data.id, [...(byId.get(data.id) ?? []), answer]);
  }
  return Array.from({ length: texts }, (_, index): Reading => {
    const [only, ...more] = byId.get(textId(index)) ?? [];
    if (only === undefined) return { ok: false, code: "unanswered", reason: "the model left the text out" };
    if (more.length > 0) return { ok: false, code: "unanswered", reason: `the model answered the text ${more.length + 1} times` };
    const answer = readAnswer(only, scores);
    return typeof answer === "string" ? { ok: false, code: "malformed", reason: answer } : { ok: true, answer };
  });
}

/** Some models hand the list over as a string of JSON, or with each text's answer in a tool call of its own (`input` is then a list). */
function answersIn(input: unknown): unknown[] | undefined {
  const parts = (Array.isArray(input) ? input : [input]).map((part: unknown) => {
    const whole = typeof part === "string" ? readJsonObject(part) : part;
    if (!isObjectWithAnswers(whole)) return undefined;
    const { answers } = whole;
    return AnswersSchema.safeParse({ answers: typeof answers === "string" ? parseOrUndefined(answers) : answers }).data?.answers;
  });
  return parts.includes(undefined) ? undefined : parts.flatMap((answers) => answers ?? []);
}

function isObjectWithAnswers(value: unknown): value is { answers: unknown } {
  return typeof value === "object" && value !== null && "answers" in value;
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
