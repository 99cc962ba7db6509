import { describe, expect, it } from "vitest";
import type { SentimentResult } from "../../../core/contracts/sentiment-result.ts";
import { conversationOf, merge } from "../../../core/conversation/conversation.ts";
import type { FusedRow } from "../../../core/conversation/fused-row.ts";
import { opinionOf, packOpinion, unpackOpinion } from "../../../core/conversation/opinion.ts";
import { decideEnd, decideRound, type Known } from "../../../core/conversation/round.ts";
import { seededRandom } from "../../../core/seeded-random.ts";
import { ANGRY, at, GLAD, RULES, voice, words } from "./made-conversation.ts";
import { KINDS, randomConversation } from "./random-conversation.ts";
import { visibleRows, withoutRevision } from "./visible-rows.ts";

const SEEDS = 15;
const ORDERS = 2;
const TURNS = 8;

/** A tracker whose journal is a list, which sometimes dies between sending its rows and writing its round. */
class FrailTracker {
  readonly sent: SentimentResult[] = [];
  readonly alertIds = new Set<string>();
  readonly #random: () => number;
  /** Milliseconds: of the newest record that it was given. */
  #now = 0;
  #known: Known = { opinions: new Map(), revision: 0, hasEnded: false, fired: [], conversation: conversationOf(new Map(), false, RULES) };

  constructor(random: () => number) {
    this.#random = random;
  }

  /** Delivers in batches, as Lambda does: what failed comes again, in a batch that may be shorter or longer. */
  follow(results: readonly SentimentResult[]): void {
    let start = 0;
    while (start < results.length) {
      const end = Math.min(results.length, start + 1 + Math.floor(this.#random() * 12));
      const isWritten = this.#take(results.slice(start, end), start);
      if (isWritten) start = end;
      if (this.#random() < 0.1) this.#end();
    }
    this.#end();
  }

  #take(results: readonly SentimentResult[], first: number): boolean {
    const arrived = results.flatMap((result, index) => {
      const opinion = opinionOf(result);
      return opinion === undefined ? [] : [{ opinion, arrivedMs: 1_000 + first + index }];
    });
    this.#now = Math.max(this.#now, ...arrived.map(({ arrivedMs }) => arrivedMs));
    const round = decideRound(this.#known, arrived, new Map(), RULES);
    this.sent.push(...round.rows);
    if (this.#random() < 0.4) return false;
    this.#write(round);
    return true;
  }

  #end(): void {
    if (this.#known.hasEnded) return;
    const round = decideEnd(this.#known, this.#now, RULES);
    this.sent.push(...round.rows);
    this.#write(round);
  }

  #write({ alerts, hasEnded, learnt, revision }: ReturnType<typeof decideRound>): void {
    if (learnt.length === 0 && !hasEnded) return;
    const opinions = merge(this.#known.opinions, learnt.map((opinion) => unpackOpinion(packOpinion(opinion))));
    const fired = [...this.#known.fired, ...alerts.map(({ rule }) => rule.name)];
    // Sometimes another function goes on, which has read everything anew.
    const isWarm = this.#random() < 0.5;
    this.#known = { opinions, revision, hasEnded, fired, conversation: conversationOf(opinions, hasEnded, RULES, isWarm ? this.#known.conversation : undefined) };
  }
}

describe("a conversation", () => {
  it.each(KINDS)("of %s ends in the same rows, whatever came first, together, again or late", (kind) => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const random = seededRandom(seed);
      const results = randomConversation(kind, TURNS, random);
      const opinions = merge(new Map(), results.flatMap((result) => opinionOf(result) ?? []));
      const expected = Object.fromEntries(conversationOf(opinions, true, RULES).rows);
      expect(Object.keys(expected).length).toBeGreaterThan(0);
      for (let order = 0; order < ORDERS; order += 1) {
        const tracker = new FrailTracker(random);

        tracker.follow(shuffled([...results, ...results.filter(() => random() < 0.3)], random));

        expect(visible(tracker.sent), `seed ${seed}, order ${order}`).toEqual(expected);
      }
    }
  });

  it("ends in the same rows wherever a round died that is made anew with more in it", () => {
    const said = voice({ speaker: "customer", scores: ANGRY });
    const written = words({ speaker: "customer", scores: GLAD });
    const results = [said, { ...said, timings: { ...said.timings, classifiedAt: at(90_000) } }, { ...said, speaker: "agent" as const, revision: 7 }, written, { ...written, speaker: "agent" as const, revision: 8 }];
    const arrivals = results.map((result, index) => ({ opinion: opinionOf(result)!, arrivedMs: 1_000 + index }));
    const nothing: Known = { opinions: new Map(), revision: 0, hasEnded: false, fired: [], conversation: conversationOf(new Map(), false, RULES) };
    const expected = Object.fromEntries(conversationOf(merge(new Map(), arrivals.map(({ opinion }) => opinion)), false, RULES).rows);
    for (const order of permutations(arrivals)) {
      for (let died = 0; died <= order.length; died += 1) {
        const sent = [...decideRound(nothing, order.slice(0, died), new Map(), RULES).rows, ...decideRound(nothing, order, new Map(), RULES).rows];

        expect(visible(sent), `${order.map(({ arrivedMs }) => arrivedMs - 1_000).join(" ")}, died after ${died}`).toEqual(expected);
      }
    }
  });
});

function permutations<Item>(items: readonly Item[]): Item[][] {
  return items.length === 0 ? [[]] : items.flatMap((item, place) => permutations(items.toSpliced(place, 1)).map((rest) => [item, ...rest]));
}

function visible(sent: readonly SentimentResult[]): Record<string, FusedRow> {
  return Object.fromEntries([...visibleRows(sent)].map(([id, row]) => [id, withoutRevision(row)]));
}

function shuffled<Item>(items: readonly Item[], random: () => number): Item[] {
  return items.map((item) => ({ item, place: random() })).toSorted((a, b) => a.place - b.place).map(({ item }) => item);
}
