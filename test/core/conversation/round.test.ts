import { describe, expect, it } from "vitest";
import { conversationOf, merge, MOST_OPINIONS } from "../../../core/conversation/conversation.ts";
import type { FusedRow } from "../../../core/conversation/fused-row.ts";
import { opinionKey, opinionOf } from "../../../core/conversation/opinion.ts";
import { decideRound, type Known } from "../../../core/conversation/round.ts";
import { at, GLAD, message, RULES, voice, words } from "./made-conversation.ts";
import { withoutRevision } from "./visible-rows.ts";

function known(results: Parameters<typeof opinionOf>[0][], revision = 10): Known {
  const opinions = merge(new Map(), results.map((result) => opinionOf(result)!));
  return { opinions, revision, hasEnded: false, fired: [], conversation: conversationOf(opinions, false, RULES) };
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
    const sent = new Map<string, FusedRow>(stale.rows.map((row) => [row.resultId, withoutRevision(row)]));

    // Another function has learnt the voice, and its words, meanwhile.
    const round = decideRound(known([voice(), words({ scores: GLAD })], 30), [{ opinion: opinionOf(voice())!, arrivedMs: 20 }], sent, RULES);

    expect(round.learnt).toEqual([]);
    expect(round.rows.map(({ scope, withdrawn }) => [scope, withdrawn])).toEqual([["segment", true], ["conversation", undefined]]);
    expect(round.revision).toBe(31);
  });
});
