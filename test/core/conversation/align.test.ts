import { describe, expect, it } from "vitest";
import { align } from "../../../core/conversation/align.ts";
import { type Opinion, opinionOf } from "../../../core/conversation/opinion.ts";
import { type Said, voice, words } from "./made-conversation.ts";

const said = (index: number, startMs: number, endMs: number, rest: Said = {}): Opinion => opinionOf(words({ index, startMs, endMs, ...rest }))!;
const heard = (index: number, startMs: number, endMs: number, rest: Said = {}): Opinion => opinionOf(voice({ index, startMs, endMs, ...rest }))!;
const overlaps = (utterances: Opinion[], voices: Opinion[]): { turns: number[][][]; alone: number[] } => {
  const { alone, voicesOf } = align(utterances, voices);
  return { turns: utterances.map((utterance) => voicesOf.get(utterance)!.map(({ overlapMs, voice }) => [voice.index, overlapMs])), alone: alone.map(({ index }) => index) };
};

describe("align", () => {
  it("shares a voice segment among the utterances that it covers, and an utterance among voice segments", () => {
    expect(overlaps([said(0, 0, 2_000), said(1, 2_000, 5_000), said(2, 6_000, 12_000)], [heard(0, 0, 5_000), heard(1, 6_000, 9_000), heard(2, 9_000, 12_000)])).toEqual({
      turns: [[[0, 2_000]], [[0, 3_000]], [[1, 3_000], [2, 3_000]]],
      alone: [],
    });
  });

  it("takes speech of which utterances cover less than a quarter for speech without words", () => {
    expect(overlaps([said(0, 0, 1_000)], [heard(0, 0, 4_000), heard(1, 500, 4_501), heard(2, 5_000, 6_000)])).toEqual({ turns: [[[0, 1_000]]], alone: [1, 2] });
  });

  it("counts a time in which two people talk once: most of the voice segment has no words", () => {
    expect(overlaps([said(0, 0, 700), said(1, 100, 800)], [heard(0, 0, 4_000)]).alone).toEqual([0]);
    expect(overlaps([said(0, 0, 700), said(1, 500, 1_200)], [heard(0, 0, 4_000)]).alone).toEqual([]);
  });

  it("does not take touching ends for an overlap", () => {
    expect(overlaps([said(0, 0, 3_000), said(1, 3_000, 6_000)], [heard(0, 0, 3_200)])).toEqual({ turns: [[[0, 3_000]], []], alone: [] });
  });

  it("keeps tracks apart, and speakers where no track tells", () => {
    const [customer, agent] = [{ speaker: "customer" }, { speaker: "agent" }] as const;
    expect(overlaps([said(0, 0, 3_000, { track: 0, ...customer })], [heard(0, 0, 3_000, { track: 1, ...customer })]).alone).toEqual([0]);
    expect(overlaps([said(0, 0, 3_000, { track: 0, ...agent })], [heard(0, 0, 3_000, { track: 0, ...customer })]).alone).toEqual([]);
    expect(overlaps([said(0, 0, 3_000, agent)], [heard(0, 0, 3_000, { track: 0, ...customer })]).alone).toEqual([0]);
    expect(overlaps([said(0, 0, 3_000, agent)], [heard(0, 0, 3_000, { track: 0 })]).alone).toEqual([]);
  });

  it("leaves opinions without a time, or of no length, to themselves", () => {
    const untimed = { ...said(0, 0, 1_000) };
    delete untimed.startMs;
    delete untimed.endMs;
    expect(overlaps([untimed], [heard(0, 0, 1_000), heard(1, 2_000, 2_000)])).toEqual({ turns: [[]], alone: [0, 1] });
  });

  it("takes a call of hours in no time", () => {
    const [utterance, segment] = [said(0, 0, 1_000), heard(0, 0, 1_000)];
    const placed = (opinion: Opinion) => Array.from({ length: 10_000 }, (_, index) => ({ ...opinion, index, startMs: index * 1_000, endMs: index * 1_000 + 900 }));
    const [utterances, voices] = [placed(utterance), placed(segment)];
    const started = performance.now();

    expect(align(utterances, voices).alone).toEqual([]);

    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
