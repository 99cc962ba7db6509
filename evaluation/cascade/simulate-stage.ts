import { SENTIMENT_LABELS, type SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import { seededRandom } from "../../core/seeded-random.ts";
import { drawBeta } from "./draw-beta.ts";
import { isRight, type StageAnswer, type StageAnswers } from "./stage-answers.ts";

/** A stage that does not exist: what one of this accuracy and price would answer. */
export interface Simulation {
  /**
   * How likely each answer is right, 0 to 1. Drawn text by text, so that the accuracy on a file differs a little from it: an exact number
   * would make what one half has too many of the other have too few.
   */
  accuracy: number;
  /** US dollars a text. */
  usd: number;
  /**
   * `informative`: confidences are calibrated, and right answers tend to have higher ones. `uninformative`: every answer has the same
   * confidence, the accuracy.
   */
  confidence: "informative" | "uninformative";
  /** Correlation (phi) between its being right and the first stage's being right about the same text; 0: hard texts are no harder for it. */
  correlation: number;
  /** Of the wrong answers on texts of the first label, the share that says the second; the rest says the third. Half each when not stated. */
  confusion: Partial<Record<`${SentimentLabel}>${SentimentLabel}`, number>>;
}

/** How far apart right and wrong answers lie in confidence: alpha plus beta of the beta distribution over all answers. */
const SPREAD = 4;

export class SimulationError extends Error {
  override readonly name = "SimulationError";
}

/**
 * @param first the answers of the first stage, which `correlation` is about; undefined when this is the first stage.
 * @throws SimulationError when no answers can have this accuracy and this correlation.
 */
export function simulateStage(name: string, simulation: Simulation, actual: readonly SentimentLabel[], first: StageAnswers | undefined, seed: number): StageAnswers {
  const random = seededRandom(seed);
  const shares = sharesRight(name, simulation, actual, first);
  const answers = actual.map((label, text): StageAnswer => {
    const right = random() < (first !== undefined && isRight(first.answers[text]!, label) ? shares.easy : shares.hard);
    return { label: right ? label : drawWrong(simulation, label, random), confidence: drawConfidence(simulation, right, random), usd: simulation.usd };
  });
  return { name, answers };
}

/** How often it is right where the first stage is, and where that is not: together the accuracy, apart the correlation (phi). */
function sharesRight(name: string, { accuracy, correlation }: Simulation, actual: readonly SentimentLabel[], first: StageAnswers | undefined): { easy: number; hard: number } {
  if (first === undefined || correlation === 0) return { easy: accuracy, hard: accuracy };
  const easyShare = first.answers.filter((answer, text) => isRight(answer, actual[text]!)).length / actual.length;
  const spread = Math.sqrt(accuracy * (1 - accuracy));
  const odds = Math.sqrt((1 - easyShare) / easyShare);
  const [easy, hard] = [accuracy + correlation * spread * odds, accuracy - (correlation * spread) / odds];
  if (easy >= 0 && easy <= 1 && hard >= 0 && hard <= 1) return { easy, hard };
  const strongest = correlation > 0 ? Math.min((1 - accuracy) / odds, accuracy * odds) / spread : Math.min(accuracy / odds, (1 - accuracy) * odds) / spread;
  throw new SimulationError(
    `${name}: accuracy=${accuracy} and correlation=${correlation} do not go together with a first stage of accuracy ${easyShare.toFixed(3)}; ${correlation > 0 ? "at most correlation=" : "at least correlation=-"}${(Math.floor(100 * strongest) / 100).toFixed(2)}`,
  );
}

function drawWrong({ confusion }: Simulation, actual: SentimentLabel, random: () => number): SentimentLabel {
  const [one, other] = SENTIMENT_LABELS.filter((label) => label !== actual) as [SentimentLabel, SentimentLabel];
  const stated = confusion[`${actual}>${one}`] ?? (confusion[`${actual}>${other}`] === undefined ? 0.5 : 1 - confusion[`${actual}>${other}`]!);
  return random() < stated ? one : other;
}

/**
 * Confidences c have a beta density f over all answers, with the accuracy as mean. Right answers draw from c·f(c) and wrong ones from
 * (1 − c)·f(c), which are beta densities too, so that of the answers with confidence c just the share c is right (Bayes).
 */
function drawConfidence({ accuracy, confidence }: Simulation, right: boolean, random: () => number): number {
  if (confidence === "uninformative" || accuracy === 0 || accuracy === 1) return accuracy;
  const [alpha, beta] = [accuracy * SPREAD, (1 - accuracy) * SPREAD];
  return right ? drawBeta(alpha + 1, beta, random) : drawBeta(alpha, beta + 1, random);
}
