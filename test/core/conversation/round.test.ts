import { describe, expect, it } from "vitest";
import type { SentimentResult } from "../../../core/contracts/sentiment-result.ts";
import { conversationOf, merge, MOST_OPINIONS, type SentRow } from "../../../core/conversation/conversation.ts";
import { opinionKey, opinionOf } from "../../../core/conversation/opinion.ts";
import type { Rules } from "../../../core/conversation/turns.ts";
import { decideRound, type Known } from "../../../core/conversation/round.ts";
import { at, GLAD, message, RULES, voice, words } from "./made-conversation.ts";
import { withoutRevision } from "./visible-rows.ts";

function known(results: Parameters<typeof opinionOf>[0][], revision = 10): Known {
  const opinions = merge(new Map(), results.map((result) => opinionOf(result)!));
  return { opinions, revision, hasEnded: false, fired: [], conversation: conversationOf(opinions, false, RULES) };
}

function sentRows(rows: readonly SentimentResult[]): Map<string, SentRow> {
  return new Map(rows.map((row) => [row.resultId, withoutRevision(row)]));
}

describe("decideRound", () => {
  it("refuses what is beyond the bound, and takes what stands over something known", () => {
    const opinion = opinionOf(message(0))!;
    const full = Array.from({ length: MOST_OPINIONS }, (_, turn) => ({ ...opinion, id: `message-${turn}` }));
    const opinions = new Map(full.map((one) => [opinionKey(one), one]));
    const beyond = { ...opinion, id: "one-more" };
    const newer = { ...opinion, classifiedAt: at(100_000) };

    const round = decideRound({ ...known([]), opinions }, [beyond, newer].map((opinion) => ({ opinion, arrivedMs: 20 })), new Map(), RULES);

    expect([...round.refused]).toEqual([beyond]);
    expect(round.learnt).toEqual([newer]);
  });

  it("sends only what changed, at a revision above the last and as new as the newest record", () => {
    const before = known([words(), words({ index: 1, startMs: 4_000, endMs: 6_000 })], 2_000);

    const round = decideRound(before, [{ opinion: opinionOf(voice({ index: 7, startMs: 4_000, endMs: 6_000 }))!, arrivedMs: 1_500 }], new Map(), RULES);

    expect(round.rows.map(({ revision, scope, segment }) => [scope, segment.index, revision])).toEqual([["turn", 1, 2_001], ["conversation", 2, 2_001]]);
    expect(decideRound(before, [{ opinion: opinionOf(voice())!, arrivedMs: 3_000 }], new Map(), RULES).revision).toBe(3_000);
    expect(decideRound(before, [{ opinion: opinionOf(words())!, arrivedMs: 3_000 }], new Map(), RULES).rows).toEqual([]);
  });

  it("sets right what an attempt sent that others forestalled", () => {
    const stale = decideRound(known([]), [{ opinion: opinionOf(voice())!, arrivedMs: 20 }], new Map(), RULES);

    // Another function has learnt the voice, and its words, meanwhile.
    const round = decideRound(known([voice(), words({ scores: GLAD })], 30), [{ opinion: opinionOf(voice())!, arrivedMs: 20 }], sentRows(stale.rows), RULES);

    expect(round.learnt).toEqual([]);
    expect(round.rows.map(({ scope, withdrawn }) => [scope, withdrawn])).toEqual([["segment", true], ["conversation", undefined]]);
    expect(round.revision).toBe(31);
  });

  it("shows again what an attempt took back, where that stands after all", () => {
    const heard = voice({ track: 0 });
    const stale = decideRound(known([heard]), [{ opinion: opinionOf(words({ track: 0 }))!, arrivedMs: 20 }], new Map(), RULES);
    expect(stale.rows.filter(({ withdrawn }) => withdrawn).map(({ scope }) => scope)).toEqual(["segment"]);

    // Meanwhile another function has learnt that the words are of the other channel.
    const round = decideRound(known([heard, words({ track: 1, revision: 5 })], 15), [{ opinion: opinionOf(words({ track: 0 }))!, arrivedMs: 20 }], sentRows(stale.rows), RULES);

    expect(round.learnt).toEqual([]);
    expect(round.rows.map(({ scope, withdrawn }) => [scope, withdrawn])).toContainEqual(["segment", undefined]);
  });

  it("sends anew only what lies beside a turn that was corrected, however long the call", () => {
    const stretch = (index: number): { index: number; startMs: number; endMs: number } => ({ index, startMs: index * 4_000, endMs: index * 4_000 + 3_000 });
    const turns = Array.from({ length: 200 }, (_, index) => index);
    const before = known(turns.flatMap((index) => [words({ ...stretch(index), speaker: "customer" }), voice(stretch(index))]));

    const round = decideRound(before, [{ opinion: opinionOf(words({ ...stretch(100), speaker: "agent", revision: 7 }))!, arrivedMs: 20 }], new Map(), RULES);

    expect(round.rows.filter(({ scope, withdrawn }) => scope === "turn" && withdrawn !== true).map(({ segment, speaker }) => [segment.index, speaker])).toEqual([[100, "agent"]]);
    expect(round.rows.length).toBeLessThan(10);
  });

  it("replaces a conversation's rows when the stage has other weights, and leaves none of the old ones standing beside them", () => {
    const fitted: Rules = { ...RULES, weights: { ...RULES.weights, version: "fitted-2" } };
    const [old, anew] = [RULES, fitted].map((rules) => conversationOf(known([words(), voice()]).opinions, false, rules).rows);

    expect([...anew!.keys()]).toEqual([...old!.keys()]);
    expect([...anew!.values()].map(({ model }) => model.version)).toEqual(["fitted-2", "fitted-2"]);
  });
});
