import { describe, expect, it } from "vitest";
import { TextRecordSchema } from "../../../core/contracts/text-record.ts";

const minimal = { schema: "valence.text/1", id: "m-1", channel: "chat", text: "Thanks!", occurredAt: "2026-03-01T10:00:00Z" };

describe("TextRecord", () => {
  it("takes the smallest record a producer can send", () => {
    expect(TextRecordSchema.parse(minimal)).toEqual(minimal);
  });

  it.each([
    ["an offset", { occurredAt: "2026-03-01T10:00:00-03:00" }],
    ["a language with a region", { language: "pt-BR" }],
    ["attributes", { attributes: { product: "card" } }],
  ])("takes %s", (_what, fields) => {
    expect(TextRecordSchema.safeParse({ ...minimal, ...fields }).success).toBe(true);
  });

  it.each([
    ["a misspelt field", { conversationID: "c-1" }, "conversationID"],
    ["a local time", { occurredAt: "2026-03-01T10:00:00" }, "occurredAt"],
    ["a negative turn", { turn: -1 }, "turn"],
    ["an identifier with a line break", { id: "a\nb" }, "id"],
    ["nested attributes", { attributes: { product: { name: "card" } } }, "attributes"],
    ["a control character in the key of an attribute, which the warehouse could not parse", { attributes: { "product\u0000": "card" } }, "attributes"],
    ["two attributes that differ only in case, which the lake could not tell apart", { attributes: { product: "card", Product: "loan" } }, "differ only in case"],
    ["a language that is no tag", { language: "Portuguese (Brazil)" }, "language"],
  ])("refuses %s and names the field", (_what, fields, named) => {
    const parsed = TextRecordSchema.safeParse({ ...minimal, ...fields });

    expect(parsed.success).toBe(false);
    expect(JSON.stringify(parsed.error?.issues)).toContain(named);
  });
});
