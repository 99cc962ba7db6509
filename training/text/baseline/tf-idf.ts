/** A text as weighted words: `features` ascending is not promised; repeats are merged. */
export interface SparseVector {
  features: Int32Array;
  values: Float64Array;
}

const RAREST = 2;
// The words of scikit-learn's vectorizer: two letters, digits or underscores at least.
const WORDS = /[\p{L}\p{N}_]{2,}/gu;

/**
 * Term frequency × inverse document frequency of single words and pairs of neighbours, as scikit-learn's TfidfVectorizer computes it with
 * ngram_range (1, 2), min_df 2 and sublinear_tf: (1 + ln tf) × (ln((1 + n) / (1 + df)) + 1), each text scaled to length 1.
 */
export class TfIdf {
  readonly #ids = new Map<string, number>();
  readonly #weights: number[] = [];

  constructor(texts: readonly string[]) {
    const frequencies = new Map<string, number>();
    for (const text of texts) for (const term of new Set(termsOf(text))) frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
    for (const [term, frequency] of frequencies) {
      if (frequency < RAREST) continue;
      this.#ids.set(term, this.#weights.length);
      this.#weights.push(Math.log((1 + texts.length) / (1 + frequency)) + 1);
    }
  }

  get features(): number {
    return this.#weights.length;
  }

  vectorOf(text: string): SparseVector {
    const counts = new Map<number, number>();
    for (const term of termsOf(text)) {
      const id = this.#ids.get(term);
      if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    const values = Float64Array.from(counts, ([id, count]) => (1 + Math.log(count)) * this.#weights[id]!);
    const length = Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
    return { features: Int32Array.from(counts.keys()), values: values.map((value) => value / (length || 1)) };
  }
}

function termsOf(text: string): string[] {
  const words = text.toLowerCase().match(WORDS) ?? [];
  return [...words, ...words.slice(1).map((word, index) => `${words[index]!} ${word}`)];
}
