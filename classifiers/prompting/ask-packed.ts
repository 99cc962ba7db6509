import type { ClassificationFailure, FailureCode } from "../text-classifier.ts";
import type { Answer, AnswerScores } from "./answer-schema.ts";
import type { LanguageModel } from "./language-model.ts";
import { packTexts } from "./pack-texts.ts";
import { readAnswers } from "./read-answers.ts";
import { renderPrompt, renderText, textsPerOutput } from "./render-prompt.ts";
import { charge, type Spending } from "./spending.ts";
import type { Strategy } from "./strategy.ts";

export interface AskedText {
  text: string;
  spending: Spending;
}

export type Asked = { ok: true; answer: Answer } | { ok: false; failure: ClassificationFailure };

export interface Asking {
  model: LanguageModel;
  strategy: Strategy;
  scores: AnswerScores;
  textsPerCall: number;
  temperature: number;
  signal: AbortSignal | undefined;
}

/**
 * Asks for one answer a text, many texts to a call, and gives one outcome a text, in order. A text whose answer is missing, repeated or
 * malformed is asked again alone, once. A call that was cut off is halved, a text alone asked once more; one that was refused or blocked is taken apart, because one text may
 * have spoiled it for all. What a call used is charged to its texts whatever came of it.
 */
export async function askPacked(texts: readonly AskedText[], asking: Asking): Promise<Asked[]> {
  const atMost = Math.min(asking.textsPerCall, textsPerOutput(asking.strategy, asking.scores));
  const packs = packTexts(texts, ({ text }) => Buffer.byteLength(renderText("t10", text)), atMost, asking.model.maximumTextBytes);
  return (await Promise.all(packs.map((pack) => askPack(pack, asking, false)))).flat();
}

async function askPack(pack: readonly AskedText[], asking: Asking, isLastTry: boolean): Promise<Asked[]> {
  const { model, strategy, scores, temperature, signal } = asking;
  const words = pack.map(({ text }) => text);
  const outcome = await model.ask({ render: (form) => renderPrompt(strategy, scores, form, words), temperature }, signal);
  const isAlone = pack.length === 1;
  if (!outcome.ok) {
    // A request that will never pass may be the fault of one text in it.
    if (!outcome.failure.retryable && !isAlone) return askHalves(pack, asking);
    return pack.map(() => ({ ok: false, failure: outcome.failure }));
  }
  charge(
    pack.map(({ spending }) => spending),
    words.map((text) => text.length),
    outcome.usage,
  );
  const { reply } = outcome;
  switch (reply.kind) {
    case "answers":
      return settle(pack, asking, isLastTry, readAnswers(reply.input, pack.length, scores));
    case "malformed":
      return settle(pack, asking, isLastTry, pack.map(() => ({ ok: false, code: "malformed", reason: reply.reason })));
    case "cut_off":
      if (!isAlone) return askHalves(pack, asking);
      return isLastTry ? [failed("cut_off", REASONS.cut_off)] : askPack(pack, asking, true);
    case "too_long":
      return isAlone ? [failed("too_long", REASONS.too_long)] : askHalves(pack, asking);
    case "refused":
    case "blocked":
      return isAlone ? [failed(reply.kind, REASONS[reply.kind])] : askAlone(pack, asking);
  }
}

const REASONS = {
  cut_off: "the answer for this text alone reached the limit of output tokens, twice",
  too_long: "the text alone is longer than the model's context",
  refused: "the model answered with something other than a classification, for this text alone",
  blocked: "a guardrail blocked this text",
} as const;

/** Keeps the good answers and asks again for the others. */
async function settle(
  pack: readonly AskedText[],
  asking: Asking,
  isLastTry: boolean,
  readings: readonly ({ ok: true; answer: Answer } | { ok: false; code: FailureCode; reason: string })[],
): Promise<Asked[]> {
  return Promise.all(
    pack.map(async (text, index): Promise<Asked> => {
      const reading = readings[index]!;
      if (reading.ok) return reading;
      if (isLastTry) return failed(reading.code, `${reading.reason}, twice`);
      return (await askPack([text], asking, true))[0]!;
    }),
  );
}

async function askAlone(pack: readonly AskedText[], asking: Asking): Promise<Asked[]> {
  return (await Promise.all(pack.map((text) => askPack([text], asking, true)))).flat();
}

async function askHalves(pack: readonly AskedText[], asking: Asking): Promise<Asked[]> {
  const middle = Math.ceil(pack.length / 2);
  return (await Promise.all([askPack(pack.slice(0, middle), asking, false), askPack(pack.slice(middle), asking, false)])).flat();
}

function failed(code: FailureCode, reason: string): Asked {
  return { ok: false, failure: { code, retryable: false, reason } };
}
