import type { ClassificationFailure } from "./text-classifier.ts";

/** What one call said about one of its texts. `usd` is what asking cost, answered or not. */
export type Reply<Answer> = { ok: true; answer: Answer; milliseconds: number; usd: number } | { ok: false; failure: ClassificationFailure; usd: number; askAlone: boolean };

/**
 * Asks for many items, at most `size` a call, and once more, alone, for each whose reply says so: what was left out, repeated or unreadable, and every
 * item of a call that was refused as a whole, so that only the guilty one fails. All calls start at once; the caller's limit queues them.
 *
 * @param ask gives one reply an item, in order; never throws.
 */
export async function askInBatches<Item, Answer>(items: readonly Item[], size: number, ask: (batch: readonly Item[]) => Promise<readonly Reply<Answer>[]>): Promise<Reply<Answer>[]> {
  const batches = Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
  const first = (await Promise.all(batches.map((batch) => ask(batch)))).flat();
  return Promise.all(
    first.map(async (reply, position) => {
      if (reply.ok || !reply.askAlone) return reply;
      const [again] = await ask([items[position]!]);
      return again === undefined ? reply : { ...again, usd: reply.usd + again.usd };
    }),
  );
}

/** A call that failed as a whole, for each of its texts. Only a request that is wrong in itself can be right for its parts. */
export function failTogether(failure: ClassificationFailure, texts: number): Extract<Reply<never>, { ok: false }>[] {
  return Array.from({ length: texts }, () => ({ ok: false as const, failure, usd: 0, askAlone: !failure.retryable && texts > 1 }));
}
