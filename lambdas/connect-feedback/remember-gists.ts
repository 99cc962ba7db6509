/** How long an unchanged gist is not written again. */
const SAME_FOR_MS = 30_000;
const MOST_CONTACTS = 5_000;

/**
 * What this process last wrote for each contact. Only for half a minute: another process may have written something else since, and what is skipped
 * here then stays wrong no longer than that, or than the result that ends the conversation, whose gist is always new.
 */
export class RememberedGists {
  readonly #written = new Map<string, { gist: string; at: number }>();

  has(contactId: string, gist: string, now: number): boolean {
    const known = this.#written.get(contactId);
    return known !== undefined && known.gist === gist && now - known.at < SAME_FOR_MS;
  }

  add(contactId: string, gist: string, now: number): void {
    // Deleted first, so that the map's order is that of writing, and the oldest is the first.
    this.#written.delete(contactId);
    this.#written.set(contactId, { gist, at: now });
    if (this.#written.size > MOST_CONTACTS) this.#written.delete(this.#written.keys().next().value!);
  }
}
