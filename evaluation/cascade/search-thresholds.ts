import { LABEL_INDEX, type LabelCounts } from "./metric.ts";
import { isRight, surer, type CascadeAnswers, type StageAnswer } from "./stage-answers.ts";

/** One way to set the thresholds, and what comes of it. The search reuses the object: copy what is kept. */
export interface Setting {
  readonly thresholds: (number | null)[];
  /** Right answers by actual label. */
  readonly right: LabelCounts;
  /** By actual label, texts that this setting and the last stage alone do not both answer rightly or both wrongly. */
  readonly discordant: LabelCounts;
  /** US dollars of all texts. */
  usd: number;
  /** Texts that reach the last stage. */
  lastAsked: number;
}

/** Thresholds are written into configurations by people: three decimals. */
const STEPS = 1_000;
/** For the stages before the one that is swept whole: with three stages 101 each, with four 31. */
const OUTER_CANDIDATES: readonly number[] = [1, 1, 101, 31];

export const MAXIMUM_STAGES = 4;

/** How many thresholds are tried for each stage before the last but one. */
export function outerCandidates(stages: number): number {
  return OUTER_CANDIDATES[stages - 1] ?? Number.NaN;
}

/**
 * Visits settings of all thresholds jointly. The threshold of the last but one stage takes every value (in thousandths) that changes
 * anything, in one sweep; those of the stages before it the quantiles of their confidences. Each stage may also be left out, and may
 * answer everything. Time and visits: texts × candidates ^ (stages − 2), at most 1,000 times as many visits.
 * @throws RangeError for fewer than two stages or more than four.
 */
export function searchThresholds(data: CascadeAnswers, visit: (setting: Setting) => void): void {
  const stages = data.stages.length;
  if (stages < 2 || stages > MAXIMUM_STAGES) throw new RangeError(`a cascade to tune has from 2 to ${MAXIMUM_STAGES} stages, not ${stages}`);
  new ThresholdSearch(data, visit).descend(0, data.actual.map(() => true), { right: [0, 0, 0], discordant: [0, 0, 0], usd: 0, asked: [] });
}

/** What the stages before have settled: right answers and dollars so far, and who was asked. */
interface Settled {
  right: LabelCounts;
  discordant: LabelCounts;
  usd: number;
  asked: readonly number[];
}

class ThresholdSearch {
  readonly #data: CascadeAnswers;
  readonly #visit: (setting: Setting) => void;
  /** Of each stage, the texts whose answer may stand, surest first. */
  readonly #surestFirst: number[][];
  readonly #candidates: number[][];
  readonly #thresholds: (number | null)[] = [];

  constructor(data: CascadeAnswers, visit: (setting: Setting) => void) {
    this.#data = data;
    this.#visit = visit;
    this.#surestFirst = data.stages.map(({ answers }) =>
      answers.flatMap(({ label, languageUnsupported }, text) => (label === undefined || languageUnsupported ? [] : [text])).sort((a, b) => answers[b]!.confidence - answers[a]!.confidence),
    );
    this.#candidates = this.#surestFirst.map((texts, stage) => thousandthsBelow(texts.map((text) => data.stages[stage]!.answers[text]!.confidence)));
  }

  descend(stage: number, remaining: readonly boolean[], settled: Settled): void {
    if (stage === this.#data.stages.length - 2) {
      this.#sweep(stage, remaining, settled);
      return;
    }
    this.#thresholds[stage] = null;
    this.descend(stage + 1, remaining, settled);

    const { answers } = this.#data.stages[stage]!;
    const spent = remaining.reduce((sum, remains, text) => (remains ? sum + answers[text]!.usd : sum), settled.usd);
    for (const threshold of quantiles(this.#candidates[stage]!, this.#surestFirst[stage]!, (text) => answers[text]!.confidence, OUTER_CANDIDATES[this.#data.stages.length - 1]!)) {
      this.#thresholds[stage] = threshold;
      const left = [...remaining];
      const right: LabelCounts = [...settled.right];
      const discordant: LabelCounts = [...settled.discordant];
      for (const text of this.#surestFirst[stage]!) {
        if (answers[text]!.confidence < threshold) break;
        if (!remaining[text]) continue;
        left[text] = false;
        const actual = this.#data.actual[text]!;
        const answeredRight = isRight(answers[text]!, actual);
        if (answeredRight) right[LABEL_INDEX[actual]] += 1;
        if (answeredRight !== this.#isRightAtTheEnd(text, [])) discordant[LABEL_INDEX[actual]] += 1;
      }
      this.descend(stage + 1, left, { right, discordant, usd: spent, asked: [...settled.asked, stage] });
    }
  }

  /** From "the last stage gets everything" on, its texts move one by one to this stage, surest first. */
  #sweep(stage: number, remaining: readonly boolean[], settled: Settled): void {
    this.#thresholds[stage] = null;
    const setting = this.#passAllOn(remaining, settled);
    this.#visit(setting);

    const asked = [...settled.asked, stage];
    const { answers } = this.#data.stages[stage]!;
    const { answers: lastAnswers } = this.#data.stages.at(-1)!;
    const spent = remaining.reduce((sum, remains, text) => (remains ? sum + answers[text]!.usd : sum), settled.usd);
    const moving = this.#passAllOn(remaining, { ...settled, usd: spent, asked });
    let next = 0;
    const order = this.#surestFirst[stage]!;
    for (const threshold of this.#candidates[stage]!) {
      let moved = 0;
      for (; next < order.length && answers[order[next]!]!.confidence >= threshold; next += 1) {
        const text = order[next]!;
        if (!remaining[text]) continue;
        const actual = this.#data.actual[text]!;
        const [before, after, alone] = [this.#isRightAtTheEnd(text, asked), isRight(answers[text]!, actual), this.#isRightAtTheEnd(text, [])];
        moving.right[LABEL_INDEX[actual]] += Number(after) - Number(before);
        moving.discordant[LABEL_INDEX[actual]] += Number(after !== alone) - Number(before !== alone);
        moving.usd -= lastAnswers[text]!.usd;
        moved += 1;
      }
      moving.lastAsked -= moved;
      moving.thresholds[stage] = threshold;
      if (moved > 0) this.#visit(moving);
    }
  }

  #passAllOn(remaining: readonly boolean[], settled: Settled): Setting {
    const setting: Setting = { thresholds: [...this.#thresholds], right: [...settled.right], discordant: [...settled.discordant], usd: settled.usd, lastAsked: 0 };
    for (const [text, remains] of remaining.entries()) {
      if (!remains) continue;
      setting.lastAsked += 1;
      setting.usd += this.#data.stages.at(-1)!.answers[text]!.usd;
      const label = LABEL_INDEX[this.#data.actual[text]!];
      const right = this.#isRightAtTheEnd(text, settled.asked);
      if (right) setting.right[label] += 1;
      if (right !== this.#isRightAtTheEnd(text, [])) setting.discordant[label] += 1;
    }
    return setting;
  }

  /** Whether a text that reaches the last stage is answered rightly: where that gives no answer, the surest so far stands. */
  #isRightAtTheEnd(text: number, asked: readonly number[]): boolean {
    const { stages, actual } = this.#data;
    const last = stages.at(-1)!.answers[text]!;
    if (last.label !== undefined) return isRight(last, actual[text]!);
    const earlier = asked.map((stage) => stages[stage]!.answers[text]!).filter(({ label }) => label !== undefined);
    const surest = earlier.reduce<StageAnswer | undefined>(surer, undefined);
    return surest !== undefined && isRight(surest, actual[text]!);
  }
}

/** Every threshold in thousandths, highest first, at which one more of these confidences is reached; 0, which reaches all, is the last. */
function thousandthsBelow(confidences: readonly number[]): number[] {
  const thresholds = new Set(confidences.map((confidence) => floorToStep(confidence)));
  return [...thresholds.add(0)].sort((a, b) => b - a);
}

function floorToStep(confidence: number): number {
  // 0.57 × 1000 is 569.9999…, and still 0.57 has to be found.
  const nearest = Math.round(confidence * STEPS);
  return (nearest / STEPS <= confidence ? nearest : nearest - 1) / STEPS;
}

/** At most `wanted` of the candidates, so that about the same number of texts lies between two of them; 0 is always among them. */
function quantiles(candidates: readonly number[], surestFirst: readonly number[], confidenceOf: (text: number) => number, wanted: number): number[] {
  if (candidates.length <= wanted) return [...candidates];
  const chosen = new Set<number>([0]);
  for (let quantile = 0; quantile < wanted - 1; quantile += 1) {
    const text = surestFirst[Math.floor((quantile * (surestFirst.length - 1)) / (wanted - 2))]!;
    chosen.add(floorToStep(confidenceOf(text)));
  }
  return [...chosen].sort((a, b) => b - a);
}
