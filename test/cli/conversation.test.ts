import stringWidth from "string-width";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { conversationList, NEWEST_QUERY, readConversation, similarIds } from "../../cli/conversation.ts";
import { conversationLines, lengthText, signedText, sparklineOf } from "../../cli/conversation-timeline.ts";
import { durationOf, startsOf } from "../../cli/conversation-turns.ts";
import { runQuery } from "../../cli/run-query.ts";
import type { Paint } from "../../cli/terminal.ts";
import { type MadeTurn, madeCall, madeChat, startWarehouse } from "./made-conversation.ts";

const plain: Paint = (_, text) => text;
const HOSTILE_ID = "it's a \\ \"call\"; --";
const CALL: MadeTurn[] = [
  { speaker: "agent", text: "Good morning, how can I help you?", words: 0.6, voice: 0.5 },
  { speaker: "customer", text: "Great. Just great.", words: 0.9, voice: -0.9 },
  { speaker: "customer", voice: -0.8 },
  { speaker: "agent", text: "One moment, please.", words: 0, flags: ["role_inferred"] },
];

let warehouse: Awaited<ReturnType<typeof startWarehouse>>;
beforeAll(async () => {
  warehouse = await startWarehouse();
  await warehouse.put([...madeCall("call-7", CALL), ...madeCall(HOSTILE_ID, CALL.slice(0, 1)), ...madeChat("chat-1", [{ speaker: "customer", text: "Hello?", words: -0.5 }, { speaker: "agent", text: "Hi!", words: 0.5 }])]);
});
afterAll(() => warehouse.stop());

const read = (id: string) => readConversation(warehouse.client, warehouse.deployment, id, 3);

describe("a conversation read from the warehouse", () => {
  it("has a turn once, with what its words and its voice said", async () => {
    const { channel, recordings, turns } = await read("call-7");
    expect(channel).toBe("call");
    expect(recordings).toEqual(["s3://recordings/call-7.wav"]);
    expect(turns.map(({ number, speaker, standing, text, voice, words }) => [number, speaker, standing.of, text, words?.label, voice?.label])).toEqual([
      [1, "agent", "fused", "Good morning, how can I help you?", "positive", "positive"],
      [2, "customer", "fused", "Great. Just great.", "positive", "negative"],
      [3, "customer", "fused", undefined, undefined, "negative"],
      [4, "agent", "fused", "One moment, please.", "neutral", undefined],
    ]);
    expect(turns.map(({ disagrees, roleInferred }) => [disagrees, roleInferred])).toEqual([[false, false], [true, false], [false, false], [false, true]]);
  });

  it("knows each speaker's trend: the newest turn weighs most", async () => {
    const { speakers, turns } = await read("call-7");
    const fading = 2 ** (-1 / 3);
    const [second, third] = [turns[1]!.standing.valence, turns[2]!.standing.valence];
    expect(speakers.map(({ speaker }) => speaker)).toEqual(["customer", "agent"]);
    expect(speakers[0]!.trend).toBeCloseTo((third + fading * second) / (1 + fading));
    expect(speakers[0]!.meanValence).toBeCloseTo((second + third) / 2);
  });

  it("finds an id that holds quotes and backslashes", async () => {
    expect((await read(HOSTILE_ID)).turns).toHaveLength(1);
  });

  it("places the turns by the recording's clock, and messages by their times", async () => {
    expect(startsOf(await read("call-7"))).toEqual([0, 6_000, 12_000, 18_000]);
    expect(durationOf(await read("call-7"))).toBe(22_500);
    expect(startsOf(await read("chat-1"))).toEqual([0, 60_000]);
  });

  it.each([
    ["call7", 'Did you mean call-7?'],
    ["CHAT", "Did you mean chat-1?"],
    ["nothing like it at all", "`npx valence conversation` lists the newest."],
  ])("says of the unknown id %s: %s", async (id, advice) => {
    await expect(read(id)).rejects.toThrow(`There is no conversation "${id}" in the warehouse. ${advice}`);
  });
});

describe("the list of the newest", () => {
  it("has whole ids, the newest first, and no trend where there is no tracker's row", async () => {
    const { rows } = await runQuery(warehouse.client, warehouse.deployment, NEWEST_QUERY);
    const lines = conversationList(rows);
    expect(lines[0]).toMatch(/^last turn +channel +turns +mean +trend +conversation$/u);
    expect(lines.slice(2).map((line) => line.slice(0, 10))).toEqual(lines.slice(2).map((line) => line.slice(0, 10)).sort().reverse());
    expect(lines.find((line) => line.endsWith("  chat-1"))).toMatch(/^2026-03-01 10:0\d {2}chat +2 +−0\.\d\d +– /u);
    expect(lines.some((line) => line.endsWith(`  ${HOSTILE_ID}`))).toBe(true);
    expect(conversationList([["2026-11-22 10:15:42.1+00", "call", 3, -0.5, -0.75, true, "x".repeat(128)]])[2]).toBe(`2026-11-22 10:15  call         3  −0.50  −0.75  running  ${"x".repeat(128)}`);
  });
});

describe("a conversation on the terminal", () => {
  it("shows turns with time, speaker, opinions and words", async () => {
    const lines = conversationLines(await read("call-7"), 110, plain);
    expect(lines[0]).toBe("call-7  call  22.5 s  4 turns");
    const second = lines.findIndex((line) => line.startsWith("  2 0:06.0  customer"));
    expect(lines[second]).toMatch(/both [█▒░]{8} [+−]0\.\d\d {2}words [█▒░]{8} \+0\.\d\d {2}voice [█▒░]{8} −0\.\d\d {2}≠ disagree 0\.\d\d$/u);
    expect(lines[second + 1]).toBe("    Great. Just great.");
    expect(lines).toContain("    (speech without words)");
    expect(lines).toContain("Words and voice disagree in 1 turn: 2.");
    expect(lines.find((line) => line.includes("agent?"))).toMatch(/words [█▒░]{8}/u);
  });

  it("names a chat's messages by date and shows one opinion each", async () => {
    const lines = conversationLines(await read("chat-1"), 100, plain);
    expect(lines.find((line) => line.startsWith("  1 "))).toMatch(/^ {2}1 2026-03-01 10:00:00 {2}customer {4}words [█▒░]{8} −0\.40$/u);
  });

  it.each([40, 60, 110])("keeps within %d columns", async (width) => {
    for (const line of conversationLines(await read("call-7"), width, plain)) expect(stringWidth(line)).toBeLessThanOrEqual(width);
  });
});

describe("its parts", () => {
  it.each([
    [0, " 0.00"],
    [-0.001, " 0.00"],
    [0.5, "+0.50"],
    [-1, "−1.00"],
  ])("writes %d as %s", (valence, text) => {
    expect(signedText(valence)).toBe(text);
  });

  it("draws a trend from the lowest block to the highest, and averages what does not fit", () => {
    expect(sparklineOf([-1, 0, 1], 10)).toBe("▁▅█");
    expect(sparklineOf([-1, -1, 1, 1], 2)).toBe("▁█");
    expect(sparklineOf([], 10)).toBe("");
  });

  it.each([
    [22_500, "22.5 s"],
    [134_000, "2 min 14 s"],
    [9_000_000, "2 h 30 min"],
    [432_000_000, "5 days"],
  ])("says %d ms as %s", (milliseconds, text) => {
    expect(lengthText(milliseconds)).toBe(text);
  });

  it("finds ids that hold what was written before those that only look like it", () => {
    expect(similarIds("call-12", ["call-1", "call-123", "chat-9", "x-call-12"])).toEqual(["call-1", "call-123", "x-call-12"]);
    expect(similarIds("zz", ["a long id", "b"])).toEqual([]);
  });
});
