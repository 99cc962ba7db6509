import { SENTIMENT_LABELS, type SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import { seededRandom } from "../../core/seeded-random.ts";
import { drawBeta } from "./draw-beta.ts";
import { shuffled } from "./split-halves.ts";
import { isRight, type StageAnswer, type StageAnswers } from "./stage-answers.ts";

/** A stage that does not exist: what one of this accuracy and price would answer. */
export interface Simulation {
  /** Share of right answers over all texts, 0 to 1; met exactly, up to one text. */
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
  const right = drawRight(name, simulation, actual, first, random);
  const answers = actual.map((label, text): StageAnswer => ({
    label: right.has(text) ? label : drawWrong(simulation, label, random),
    confidence: drawConfidence(simulation, right.has(text), random),
    usd: simulation.usd,
  }));
  return { name, answers };
}

/** Which texts get the right answer: so many of those the first stage has right, so many of the others. */
function drawRight(name: string, { accuracy, correlation }: Simulation, actual: readonly SentimentLabel[], first: StageAnswers | undefined, random: () => number): Set<number> {
  const texts = actual.map((_, text) => text);
  const total = Math.round(accuracy * texts.length);
  if (first === undefined || correlation === 0) return new Set(shuffled(texts, random).slice(0, total));
  const easy = texts.filter((text) => isRight(first.answers[text]!, actual[text]!));
  const hard = texts.filter((text) => !isRight(first.answers[text]!, actual[text]!));
  const share = easy.length / texts.length;
  const both = Math.round(texts.length * (accuracy * share + correlation * Math.sqrt(accuracy * (1 - accuracy) * share * (1 - share))));
  const [fewest, most] = [Math.max(0, total - hard.length), Math.min(total, easy.length)];
  if (both < fewest || both > most) {
    const limit = ((both > most ? most : fewest) / texts.length - accuracy * share) / Math.sqrt(accuracy * (1 - accuracy) * share * (1 - share));
    throw new SimulationError(`${name}: accuracy=${accuracy} and correlation=${correlation} do not go together with a first stage of accuracy ${share.toFixed(3)}; ${both > most ? "at most" : "at least"} correlation=${limit.toFixed(2)}`);
  }
  return new Set([...shuffled(easy, random).slice(0, both), ...shuffled(hard, random).slice(0, total - both)]);
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
