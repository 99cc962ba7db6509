/** Tells how far a shard is done when its records finish out of order, because lanes work in parallel. */
export class ShardProgress {
  #order: string[] = [];
  #head = 0;
  readonly #done = new Set<string>();

  /** Records handed out and not yet behind the checkpoint. */
  get open(): number {
    return this.#order.length - this.#head;
  }

  handOut(sequenceNumber: string): void {
    this.#order.push(sequenceNumber);
  }

  /** @returns the new checkpoint: the last record before which all are done; `undefined` when it did not move. */
  finish(sequenceNumbers: readonly string[]): string | undefined {
    for (const sequenceNumber of sequenceNumbers) this.#done.add(sequenceNumber);
    let checkpoint: string | undefined;
    for (;;) {
      const next = this.#order[this.#head];
      if (next === undefined || !this.#done.delete(next)) break;
      checkpoint = next;
      this.#head += 1;
    }
    if (this.#head > 10_000) {
      this.#order = this.#order.slice(this.#head);
      this.#head = 0;
    }
    return checkpoint;
  }
}
