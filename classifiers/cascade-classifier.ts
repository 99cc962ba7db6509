import type { Cost, Flag, ModelIdentity } from "../core/contracts/sentiment-result.ts";
import { addCosts } from "./add-costs.ts";
import { askClassifier } from "./ask-classifier.ts";
import { shareOfTime } from "./calling/deadline.ts";
import { composedIdentity } from "./composed-identity.ts";
import type { Classified, TextClassification, TextClassifier, TextToClassify } from "./text-classifier.ts";

export interface CascadeStage {
  classifier: TextClassifier;
  /** The confidence from which this stage's answer stands, 0 to 1. */
  answerFrom: number;
}

/** A text on its way through the stages. */
interface Travelling {
  position: number;
  text: TextToClassify;
  cost: Cost;
  milliseconds: number;
  /** What an earlier stage answered without being sure enough. */
  unsure?: Classified;
}

/**
 * Asks cheap classifiers first and passes a text on only where the answer is not sure enough, is about a language the stage does not know, or is
 * missing. The last classifier's answer stands whatever its confidence; where it fails, or its own end only repeats an earlier stage, the surest answer does,
 * with the flags `fallback` and `low_confidence`. Everything passed on carries `escalated`; costs and times of all stages add up.
 *
 * Time: the stages share what is left evenly, each the time that those before it did not use included.
 */
export class CascadeClassifier implements TextClassifier {
  readonly model: ModelIdentity;
  readonly #stages: readonly CascadeStage[];

  constructor(stages: readonly CascadeStage[], last: TextClassifier) {
    // No confidence is below 0: the last stage's answers all stand.
    this.#stages = [...stages, { classifier: last, answerFrom: 0 }];
    const members = this.#stages.map(({ classifier }) => classifier.model);
    this.model = composedIdentity("cascade", members, stages.map(({ answerFrom }) => answerFrom));
  }

  async classify(texts: readonly TextToClassify[], signal?: AbortSignal): Promise<readonly TextClassification[]> {
    const outcomes: TextClassification[] = [];
    let travelling: Travelling[] = texts.map((text, position) => ({ position, text, cost: { usd: 0 }, milliseconds: 0 }));
    for (const [index, stage] of this.#stages.entries()) {
      const isLast = index === this.#stages.length - 1;
      const asked = await askClassifier(
        stage.classifier,
        travelling.map(({ text }) => text),
        shareOfTime(signal, this.#stages.length - index),
      );
      travelling = travelling.flatMap((before, at) => {
        const outcome = asked.outcomes[at]!;
        const one = withAttempt(before, outcome, asked.millisecondsEach);
        if (!isLast && !(outcome.ok && isSure(outcome, stage.answerFrom))) return [one];
        outcomes[one.position] = conclude(outcome, one, index > 0, isLast && this.#hasHeard(outcome));
        return [];
      });
      if (travelling.length === 0) break;
    }
    return outcomes;
  }

  /** Whether a chain, its own links all down, could only repeat what an earlier stage was not sure enough of. */
  #hasHeard(outcome: TextClassification): boolean {
    if (!outcome.ok || !outcome.flags.includes("fallback")) return false;
    const { provider, id, version } = outcome.model;
    return this.#stages.slice(0, -1).some(({ classifier: { model } }) => model.provider === provider && model.id === id && model.version === version);
  }
}

function isSure(answer: Classified, answerFrom: number): boolean {
  return answer.sentiment.confidence >= answerFrom && !knowsNothing(answer);
}

function knowsNothing(answer: Classified): boolean {
  return answer.flags.includes("language_unsupported");
}

function withAttempt(before: Travelling, outcome: TextClassification, millisecondsEach: number): Travelling {
  const milliseconds = before.milliseconds + (outcome.ok ? outcome.modelMs : millisecondsEach);
  const unsure = outcome.ok ? surer(before.unsure, outcome) : before.unsure;
  return { ...before, cost: addCosts([before.cost, outcome.cost]), milliseconds, ...(unsure !== undefined && { unsure }) };
}

/** Of two answers that were both not sure enough; of equals the later one, from the better model. */
function surer(earlier: Classified | undefined, later: Classified): Classified {
  if (earlier === undefined || (knowsNothing(earlier) && !knowsNothing(later))) return later;
  if (knowsNothing(later) && !knowsNothing(earlier)) return earlier;
  return later.sentiment.confidence >= earlier.sentiment.confidence ? later : earlier;
}

function conclude(outcome: TextClassification, { cost, milliseconds, unsure }: Travelling, passedOn: boolean, isRepeated: boolean): TextClassification {
  const stands = outcome.ok && !isRepeated;
  const answer = stands ? outcome : unsure;
  if (answer === undefined) return { ...outcome, cost };
  const added: Flag[] = [...(passedOn ? (["escalated"] as const) : []), ...(stands ? [] : (["fallback", "low_confidence"] as const))];
  return { ...answer, flags: [...new Set<Flag>([...answer.flags, ...added])], cost, modelMs: milliseconds };
}
