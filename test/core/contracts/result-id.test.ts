import { describe, expect, it } from "vitest";
import { resultId, type ResultKey } from "../../../core/contracts/result-id.ts";
import { rejectKey } from "../../../core/contracts/reject.ts";

const key: ResultKey = {
  conversationId: "c-1",
  id: "m-1",
  segmentIndex: 0,
  modality: "text",
  scope: "turn",
  model: { provider: "embedded", id: "lexicon", version: "1" },
};

describe("resultId", () => {
  // The golden value is sha256sum of ["c-1","m-1",0,"text","turn","embedded","lexicon","1"], cut to 32 digits.
  it("stays the same across releases, because views and replays rely on it", () => {
    expect(resultId(key)).toBe("b85d17355a83dfb95d3b7c6d87f45f02");
  });

  it.each<[string, Partial<ResultKey>]>([
    ["conversation", { conversationId: "c-2" }],
    ["record", { id: "m-2" }],
    ["segment", { segmentIndex: 1 }],
    ["modality", { modality: "audio" }],
    ["scope", { scope: "segment" }],
    ["model version", { model: { ...key.model, version: "2" } }],
    ["prompt version", { model: { ...key.model, promptVersion: "domain/1" } }],
  ])("differs by %s", (_part, change) => {
    expect(resultId({ ...key, ...change })).not.toBe(resultId(key));
  });

  it("does not confuse parts that join to the same text", () => {
    expect(resultId({ ...key, conversationId: "a", id: "bc" })).not.toBe(resultId({ ...key, conversationId: "ab", id: "c" }));
  });
});

describe("rejectKey", () => {
  it("depends on where the record stood in the stream and on nothing else", () => {
    const source = {
      kind: "kinesis",
      streamArn: "arn:aws:kinesis:eu-west-1:111122223333:stream/valence-dev-text",
      shardId: "shardId-000000000001",
      sequenceNumber: "4966",
      partitionKey: "c-1",
      arrivedAt: "2026-03-01T23:59:59.999Z",
    } as const;

    expect(rejectKey("not_json", source)).toBe("rejects/not_json/2026-03-01/valence-dev-text-shardId-000000000001-4966.json");
  });
});
