import type { Cost, Flag, ModelIdentity } from "../core/contracts/sentiment-result.ts";
import { addCosts } from "./add-costs.ts";
import { askClassifier } from "./ask-classifier.ts";
import { shareOfTime } from "./calling/deadline.ts";
import { composedIdentity } from "./composed-identity.ts";
import type { Classified, TextClassification, TextClassifier, TextToClassify } from "./text-classifier.ts";

/** A text on its way along the chain, and what the links that failed cost. */
interface Travelling {
  position: number;
  text: TextToClassify;
  cost: Cost;
  milliseconds: number;
}

/**
 * A chain of classifiers: each text that a link gives no answer for, and only that one, goes to the next link, whatever the failure. An answer of any link but
 * the first carries the flag `fallback`.
 *
 * Time: the links share what is left evenly, each the time that those before it did not use included. The last one is asked without a deadline:
 * it must be one that answers at once and always, the embedded model.
 */
export class FallbackClassifier implements TextClassifier {
  readonly model: ModelIdentity;
  readonly #links: readonly TextClassifier[];
  readonly #last: TextClassifier;

  constructor(links: readonly TextClassifier[], last: TextClassifier) {
    this.#links = links;
    this.#last = last;
    this.model = composedIdentity(
      "fallback",
      [...links, last].map(({ model }) => model),
    );
  }

  async classify(texts: readonly TextToClassify[], signal?: AbortSignal): Promise<readonly TextClassification[]> {
    const outcomes: TextClassification[] = [];
    let travelling: Travelling[] = texts.map((text, position) => ({ position, text, cost: { usd: 0 }, milliseconds: 0 }));
    for (const [index, link] of [...this.#links, this.#last].entries()) {
      const isLast = index === this.#links.length;
      // Without time a link could only say that it had none.
      if (!isLast && signal?.aborted === true) continue;
      const asked = await askClassifier(
        link,
        travelling.map(({ text }) => text),
        isLast ? undefined : shareOfTime(signal, this.#links.length - index),
      );
      travelling = travelling.flatMap((one, at) => {
        const outcome = asked.outcomes[at]!;
        const cost = addCosts([one.cost, outcome.cost]);
        outcomes[one.position] = outcome.ok ? answered(outcome, one, cost, index > 0) : { ...outcome, cost };
        return outcome.ok ? [] : [{ ...one, cost, milliseconds: one.milliseconds + asked.millisecondsEach }];
      });
      if (travelling.length === 0) break;
    }
    return outcomes;
  }
}

function answered(outcome: Classified, { milliseconds }: Travelling, cost: Cost, fellBack: boolean): Classified {
  const flags: readonly Flag[] = fellBack ? [...new Set<Flag>([...outcome.flags, "fallback"])] : outcome.flags;
  return { ...outcome, flags, cost, modelMs: milliseconds + outcome.modelMs };
}
