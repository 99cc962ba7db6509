import type { SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import { seededRandom } from "../../core/seeded-random.ts";

/** Positions in the list of texts. */
export interface Halves {
  tuning: number[];
  holding: number[];
}

/**
 * Two halves with the same share of each label in each language, the same for the same seed. Sizes differ by at most one, and so do
 * those of every label in every language.
 */
export function splitHalves(texts: readonly { label: SentimentLabel; language: string }[], seed: number): Halves {
  const strata = new Map<string, number[]>();
  for (const [position, { label, language }] of texts.entries()) {
    const key = `${language} ${label}`;
    const stratum = strata.get(key);
    if (stratum === undefined) strata.set(key, [position]);
    else stratum.push(position);
  }
  const random = seededRandom(seed);
  const halves: Halves = { tuning: [], holding: [] };
  // Sorted, because the order in which labels first occur in a file should not decide anything.
  for (const key of [...strata.keys()].sort()) {
    for (const position of shuffled(strata.get(key)!, random)) {
      // The shorter half takes the next: a stratum of odd size is made up for by the following one.
      const half = halves.tuning.length <= halves.holding.length ? halves.tuning : halves.holding;
      half.push(position);
    }
  }
  return { tuning: halves.tuning.sort((a, b) => a - b), holding: halves.holding.sort((a, b) => a - b) };
}

/** Fisher and Yates. */
export function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  const order = [...items];
  for (let end = order.length - 1; end > 0; end -= 1) {
    const other = Math.floor(random() * (end + 1));
    [order[end], order[other]] = [order[other]!, order[end]!];
  }
  return order;
}
