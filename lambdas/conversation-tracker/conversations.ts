import { type Conversation, conversationOf } from "../../core/conversation/conversation.ts";
import type { Rules } from "../../core/conversation/turns.ts";
import { type Journal, type Round, type State, UNKNOWN } from "./journal.ts";

/** A conversation as it is written down, and what is to be said of it. */
export interface Loaded {
  state: State;
  conversation: Conversation;
}

/** Opinions kept in memory, of all conversations together: some 2 KiB each with their rows. */
const OPINIONS_KEPT = 40_000;
const CONVERSATIONS_KEPT = 4_000;

/**
 * The conversations of a warm function, over their journal. A copy may be out of date, when another function took the conversation up: the journal
 * then refuses what follows from it. The least recently used go first.
 */
export class Conversations {
  readonly #journal: Journal;
  readonly #rulesOf: (conversationId: string) => Rules;
  readonly #kept = new Map<string, Loaded>();
  #opinionsKept = 0;

  constructor(journal: Journal, rulesOf: (conversationId: string) => Rules) {
    this.#journal = journal;
    this.#rulesOf = rulesOf;
  }

  rulesOf(conversationId: string): Rules {
    return this.#rulesOf(conversationId);
  }

  /** @param isToBeFresh asks the journal for what is newer than the copy. */
  async load(conversationId: string, isToBeFresh: boolean, signal: AbortSignal): Promise<Loaded> {
    const kept = this.#kept.get(conversationId);
    if (kept !== undefined && !isToBeFresh) return kept;
    const state = await this.#journal.read(conversationId, kept?.state ?? UNKNOWN, signal);
    if (kept !== undefined && state === kept.state) return kept;
    const loaded = { state, conversation: conversationOf(state.opinions, state.hasEnded, this.#rulesOf(conversationId), kept?.conversation) };
    this.#keep(conversationId, loaded);
    return loaded;
  }

  /** @param conversation what is to be said once the round is written. @throws ConversationChangedError */
  async append(conversationId: string, { state }: Loaded, round: Round, conversation: Conversation, signal: AbortSignal): Promise<void> {
    this.#keep(conversationId, { state: await this.#journal.append(conversationId, state, round, signal), conversation });
  }

  #keep(conversationId: string, loaded: Loaded): void {
    this.#forget(conversationId);
    this.#kept.set(conversationId, loaded);
    this.#opinionsKept += loaded.state.opinions.size;
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= CONVERSATIONS_KEPT && this.#opinionsKept <= OPINIONS_KEPT) break;
      this.#forget(oldest);
    }
  }

  #forget(conversationId: string): void {
    this.#opinionsKept -= this.#kept.get(conversationId)?.state.opinions.size ?? 0;
    this.#kept.delete(conversationId);
  }
}
