/** How much there is to do in a month, evenly spread: the dearest way for the same number of texts, because batches stay small. */
export interface Workload {
  texts: number;
  /** Of a text, on average, as Unicode code points. */
  characters: number;
  calls?: { minutes: number; /** Of a call, on average. */ minutesPerCall: number };
}

export const HOURS_A_MONTH = 730;
const SECONDS_A_MONTH = HOURS_A_MONTH * 3_600;
export const DAYS_A_MONTH = HOURS_A_MONTH / 24;

export const GIB = 2 ** 30;
export const MILLION = 1_000_000;

/** UTF-8, mostly Latin script with some accents and emoji. */
export const BYTES_PER_CHARACTER = 1.1;

/** How many records Lambda hands over at a time: what arrives within the window, at least one, at most the batch size. */
export function recordsPerInvocation({ texts }: Pick<Workload, "texts">, { batchSize, windowSeconds }: { batchSize: number; windowSeconds: number }, shards = 1): number {
  const perSecond = texts / SECONDS_A_MONTH / shards;
  // The record that opens the window is in it.
  return Math.min(batchSize, 1 + perSecond * windowSeconds);
}
