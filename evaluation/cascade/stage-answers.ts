import type { SentimentLabel } from "../../core/contracts/sentiment-result.ts";

/** What one stage said about one text. `label` is undefined where it gave no answer; the attempt may have cost something all the same. */
export interface StageAnswer {
  label: SentimentLabel | undefined;
  /** 0 to 1. */
  confidence: number;
  /** US dollars. */
  usd: number;
  /** The stage does not know the text's language: a cascade passes the text on, however sure it says it is. */
  languageUnsupported?: boolean;
}

/** The answers of one stage, in the order of the texts. */
export interface StageAnswers {
  name: string;
  answers: readonly StageAnswer[];
}

/** Every stage's answers to the same labelled texts, cheapest stage first. All lists have the same length. */
export interface CascadeAnswers {
  actual: readonly SentimentLabel[];
  stages: readonly StageAnswers[];
}

/** The texts at these positions only, in this order. */
export function pickTexts(data: CascadeAnswers, positions: readonly number[]): CascadeAnswers {
  return {
    actual: positions.map((position) => data.actual[position]!),
    stages: data.stages.map(({ name, answers }) => ({ name, answers: positions.map((position) => answers[position]!) })),
  };
}

/** Of two answers of which neither was sure enough, the one that stands in the end: of equals the later. */
export function surer(earlier: StageAnswer | undefined, later: StageAnswer): StageAnswer {
  if (earlier === undefined) return later;
  const [earlierKnows, laterKnows] = [earlier.languageUnsupported !== true, later.languageUnsupported !== true];
  if (earlierKnows !== laterKnows) return laterKnows ? later : earlier;
  return later.confidence >= earlier.confidence ? later : earlier;
}

export function isRight(answer: StageAnswer, actual: SentimentLabel): boolean {
  return answer.label === actual;
}
