import type { SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import { isRight, type StageAnswer } from "./stage-answers.ts";

/** Of the surest `coverage` of the texts, the share answered wrongly. */
export interface RiskPoint {
  /** 0 to 1. */
  coverage: number;
  /** 0 to 1. */
  risk: number;
  /** The lowest confidence among them; undefined where a text without an answer is among them. */
  confidence: number | undefined;
}

/**
 * The risk–coverage curve (El-Yaniv and Wiener 2010), one point a text, surest first. Texts of the same confidence have no order among
 * each other: each counts as the mean of its group, which is what a random order would give on average. Texts without an answer
 * come last, as wrong.
 */
export function riskCoverage(answers: readonly StageAnswer[], actual: readonly SentimentLabel[]): RiskPoint[] {
  const ranked = answers.map((answer, text) => ({ confidence: answer.label === undefined ? -1 : answer.confidence, wrong: isRight(answer, actual[text]!) ? 0 : 1 }));
  ranked.sort((a, b) => b.confidence - a.confidence);
  const points: RiskPoint[] = [];
  let wrongBefore = 0;
  for (let start = 0; start < ranked.length; ) {
    const { confidence } = ranked[start]!;
    let end = start;
    let wrong = 0;
    for (; end < ranked.length && ranked[end]!.confidence === confidence; end += 1) wrong += ranked[end]!.wrong;
    for (let position = start + 1; position <= end; position += 1) {
      const expected = wrongBefore + (wrong * (position - start)) / (end - start);
      points.push({ coverage: position / ranked.length, risk: expected / position, confidence: confidence < 0 ? undefined : confidence });
    }
    wrongBefore += wrong;
    start = end;
  }
  return points;
}

/**
 * Area under the risk–coverage curve: the mean risk over all coverages (Geifman, Uziel and El-Yaniv 2019). 0 to 1, lower is better; a
 * confidence that says nothing has the error rate. NaN of no texts.
 */
export function areaUnderRiskCoverage(points: readonly RiskPoint[]): number {
  return points.reduce((sum, { risk }) => sum + risk, 0) / points.length;
}
