/** Where every record of a run ended. */
export interface Accounting {
  /** Records on the text stream. */
  received: number;
  /** Rows of `valence.results`. */
  rows: number;
  rejects: number;
  /** Repeats that the preprocessor met within a batch and dropped. */
  dropped: number;
  /** Repeats that met in their `resultId`: results on the stream beyond one a row. */
  merged: number;
  /** Messages that no try could handle. */
  deadLetters: number;
}

/** Records that ended nowhere (positive) or twice (negative); 0 is the promise. */
export function unaccounted({ received, rows, rejects, dropped, merged, deadLetters }: Accounting): number {
  return received - rows - rejects - dropped - merged - deadLetters;
}
