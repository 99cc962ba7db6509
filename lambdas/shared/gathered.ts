/**
 * One call for what many have to send at the same time: what comes while a call is under way goes with the next one. Nobody waits for company, so
 * one who is alone is as fast as without it.
 */
export class Gathered<Entry> {
  readonly #deliver: (entries: readonly Entry[]) => Promise<ReadonlyMap<Entry, string>>;
  #waiting: Entry[] = [];
  #next: Promise<ReadonlyMap<Entry, string>> | undefined;
  #current: Promise<unknown> = Promise.resolve();

  /** @param deliver gives entry → why it was not taken. Where it throws, so does `send`. */
  constructor(deliver: (entries: readonly Entry[]) => Promise<ReadonlyMap<Entry, string>>) {
    this.#deliver = deliver;
  }

  /** @returns why one of them was not taken; undefined when all were. */
  async send(entries: readonly Entry[]): Promise<string | undefined> {
    if (entries.length === 0) return undefined;
    this.#waiting.push(...entries);
    this.#next ??= this.#whenFree();
    const refused = await this.#next;
    return entries.map((entry) => refused.get(entry)).find((reason) => reason !== undefined);
  }

  async #whenFree(): Promise<ReadonlyMap<Entry, string>> {
    await this.#current;
    const entries = this.#waiting;
    this.#waiting = [];
    this.#next = undefined;
    const call = this.#deliver(entries);
    this.#current = call.catch(() => undefined);
    return call;
  }
}
