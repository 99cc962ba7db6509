import type { LiveSession } from "../../core/audio/live/live-session.ts";
import { packSession, unpackSession } from "../../core/audio/live/session-file.ts";
import { liveStateKey } from "../../core/recordings/storage-keys.ts";
import { getObject, putObject, type StoredBytes } from "../shared/s3-objects.ts";

/** A session as it was read, to be changed and saved. */
export interface LoadedSession {
  session: LiveSession;
  /** Undefined while it is stored nowhere. */
  etag: string | undefined;
}

/** Copies kept between batches: the next batch of a shard mostly comes to the same function. */
const COPIES_KEPT = 32;

/**
 * The sessions' objects in S3. A save succeeds only over what was loaded, so a copy kept in memory may be out of date: it then costs a wasted
 * round, never a wrong one.
 */
export class SessionStore {
  readonly #bucket: string;
  readonly #copies = new Map<string, StoredBytes>();

  constructor(bucket: string) {
    this.#bucket = bucket;
  }

  /** @returns undefined when the conversation is not known. */
  async load(conversationId: string, signal: AbortSignal): Promise<LoadedSession | undefined> {
    const stored = this.#copies.get(conversationId) ?? (await getObject(this.#bucket, liveStateKey(conversationId), signal));
    if (stored === undefined) return undefined;
    const session = unpackSession(stored.bytes);
    // Nothing is saved over one that has ended, so nothing would find out that it was taken up again.
    if (session.phase === "open") this.#keep(conversationId, stored);
    else this.forget(conversationId);
    return { session, etag: stored.etag };
  }

  /** @throws ObjectChangedError when somebody else saved it meanwhile. */
  async save(loaded: LoadedSession, signal: AbortSignal): Promise<void> {
    const { etag, session } = loaded;
    const { conversationId } = session.identity;
    const bytes = packSession(session);
    const condition = etag === undefined ? { ifAbsent: true } : { ifMatch: etag };
    loaded.etag = await putObject(this.#bucket, liveStateKey(conversationId), bytes, { contentType: "application/octet-stream", ...condition }, signal);
    this.#keep(conversationId, { bytes, etag: loaded.etag });
  }

  /** The next load asks S3. */
  forget(conversationId: string): void {
    this.#copies.delete(conversationId);
  }

  #keep(conversationId: string, stored: StoredBytes): void {
    this.#copies.delete(conversationId);
    this.#copies.set(conversationId, stored);
    const [oldest] = this.#copies.keys();
    if (this.#copies.size > COPIES_KEPT && oldest !== undefined) this.#copies.delete(oldest);
  }
}
