import type { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { runQuery } from "../../cli/run-query.ts";
import { correctWith } from "../../cli/speakers.ts";
import { corrected, OPINIONS_QUERY, resultOf } from "../../cli/speakers-correction.ts";
import { type SentimentResult, SentimentResultSchema } from "../../core/contracts/sentiment-result.ts";
import { type MadeTurn, madeCall, madeChat, startWarehouse } from "./made-conversation.ts";

const NOW = Date.parse("2026-03-02T00:00:00Z");
const CALL: MadeTurn[] = [
  { speaker: "customer", text: "Good morning, how can I help you?", words: 0.6, voice: 0.5, flags: ["role_inferred"] },
  { speaker: "agent", text: "My parcel is broken.", words: -0.6, voice: -0.6, flags: ["role_inferred", "low_confidence"] },
  { voice: 0.1 },
  { text: "I see.", words: 0, voice: 0 },
];

let warehouse: Awaited<ReturnType<typeof startWarehouse>>;
const made = madeCall("call-1", CALL);
beforeAll(async () => {
  warehouse = await startWarehouse();
  await warehouse.put([...made, ...madeChat("chat-1", [{ speaker: "customer", text: "Hello?", words: -0.5 }])]);
});
afterAll(() => warehouse.stop());
afterEach(() => vi.restoreAllMocks());

/** Runs the command; what it put on the results stream, and what it printed. */
async function speakers(id: string, options: Parameters<typeof correctWith>[3]): Promise<{ sent: SentimentResult[]; keys: Set<string | undefined>; out: string; err: string }> {
  const sent: SentimentResult[] = [];
  const keys = new Set<string | undefined>();
  const kinesis = {
    send: async ({ input }: PutRecordsCommand) => {
      expect(input.StreamName).toBe("results");
      for (const { Data, PartitionKey } of input.Records ?? []) {
        keys.add(PartitionKey);
        sent.push(SentimentResultSchema.parse(JSON.parse(Buffer.from(Data!).toString("utf8"))));
      }
      return { FailedRecordCount: 0, Records: [] };
    },
  } as unknown as KinesisClient;
  const out = vi.spyOn(console, "log").mockImplementation(() => undefined);
  const err = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { deployment } = warehouse;
  await correctWith({ warehouse: warehouse.client, kinesis }, { ...deployment, outputs: { ...deployment.outputs, ResultsStreamName: "results" } }, id, options, () => NOW);
  return { sent, keys, out: out.mock.calls.flat().join("\n"), err: err.mock.calls.flat().join("\n") };
}

describe("a result read back from the warehouse", () => {
  it("is the result that was put on the stream", async () => {
    const { rows } = await runQuery(warehouse.client, warehouse.deployment, OPINIONS_QUERY, { parameters: { conversation: "call-1" } });
    const sortedById = (results: SentimentResult[]) => results.toSorted((one, other) => (one.resultId < other.resultId ? -1 : 1));
    expect(sortedById(rows.map(resultOf))).toEqual(sortedById(made.filter(({ modality }) => modality !== "fused")));
  });
});

describe("corrected speakers", () => {
  const words = made.filter(({ modality }) => modality === "text");

  it("are known, and of a higher revision than before, whatever the clock says", () => {
    const [first] = corrected([{ ...words[0]!, revision: NOW + 5 }], { kind: "swap" }, NOW);
    expect(first).toMatchObject({ resultId: words[0]!.resultId, speaker: "agent", revision: NOW + 6, flags: [], transcript: { transcriber: "sidecar", confidence: 0.93 } });
    expect(first!.transcript).not.toHaveProperty("speakerConfidence");
  });

  it("keep every other flag", () => {
    expect(corrected([words[1]!], { kind: "swap" }, NOW)[0]!.flags).toEqual(["low_confidence"]);
  });

  it("swap voices whose speaker is known, and leave those alone that nobody knew", () => {
    const voices = made.filter(({ modality }) => modality === "audio");
    expect(corrected(voices, { kind: "swap" }, NOW).map(({ segment, speaker }) => [segment.index, speaker])).toEqual([[0, "agent"], [1, "customer"]]);
  });

  it("confirm an inferred role that was right, and change nothing that is known and right", () => {
    const turns = [{ id: words[0]!.id, index: 0 }];
    const [confirmed] = corrected([words[0]!], { kind: "turns", turns, speaker: "customer" }, NOW);
    expect(confirmed).toMatchObject({ speaker: "customer", flags: [] });
    expect(corrected([confirmed!], { kind: "turns", turns, speaker: "customer" }, NOW)).toEqual([]);
  });
});

describe("valence speakers", () => {
  it("swaps words and voices and sends all that is known of the conversation under its key", async () => {
    const { err, keys, out, sent } = await speakers("call-1", { swap: true });
    expect(keys).toEqual(new Set(["call-1"]));
    expect(sent).toHaveLength(7);
    expect(sent.filter(({ revision }) => revision === NOW).map(({ modality, segment, speaker }) => `${modality} ${segment.index} ${speaker}`)).toEqual(expect.arrayContaining(["audio 0 agent", "audio 1 customer", "text 0 agent", "text 1 customer"]));
    expect(out).toMatch(/1 +customer +agent +Good morning/u);
    expect(err).toContain("2 turns and 2 results of voices corrected.");
  });

  it("sets the speaker of the turns that are named, by the numbers that the conversation shows", async () => {
    const { sent } = await speakers("call-1", { turns: [1, 4], is: "agent" });
    expect(sent.filter(({ revision }) => revision === NOW).map(({ modality, segment, speaker }) => [modality, segment.index, speaker])).toEqual([["text", 0, "agent"], ["text", 3, "agent"]]);
  });

  it("sends nothing when it is only asked what it would do, or who speaks", async () => {
    expect(await speakers("call-1", { swap: true, dryRun: true })).toMatchObject({ sent: [], err: expect.stringContaining("would be corrected") });
    const asked = await speakers("call-1", {});
    expect(asked.sent).toEqual([]);
    expect(asked.out).toMatch(/1 +customer +inferred, 0\.70 +Good morning[^]*4 +unknown +not known +I see\./u);
  });

  it.each([
    ["call-1", { turns: [9], is: "agent" }, "There is no turn 9: the conversation has 4 turns."],
    ["call-1", { turns: [3], is: "agent" }, "Turn 3 has no words"],
    ["chat-1", { swap: true }, "Nothing in \"chat-1\" was transcribed"],
    ["call-2", { swap: true }, "There is no conversation \"call-2\" in the warehouse. Did you mean call-1?"],
  ] as const)("refuses %s %j", async (id, options, message) => {
    await expect(speakers(id, options)).rejects.toThrow(message);
  });
});
