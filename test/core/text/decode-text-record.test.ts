import { describe, expect, it } from "vitest";
import { MAX_TEXT_BYTES } from "../../../core/contracts/text-record.ts";
import { decodeTextRecord } from "../../../core/text/decode-text-record.ts";
import { bytesOf, recordFields } from "./records.ts";

function refusal(bytes: Uint8Array): { reason: string; detail: string } {
  const decoded = decodeTextRecord(bytes);
  if (decoded.ok) throw new Error(`accepted ${JSON.stringify(decoded.record).slice(0, 200)}`);
  return decoded;
}

describe("decodeTextRecord", () => {
  it("gives the record as the producer sent it", () => {
    const fields = recordFields({ conversationId: "c-1", speaker: "customer", turn: 3, language: "pt-BR", attributes: { brand: "Açaí" } });
    expect(decodeTextRecord(bytesOf(fields))).toEqual({ ok: true, record: fields });
  });

  it("takes a byte order mark", () => {
    expect(decodeTextRecord(bytesOf(`\uFEFF${JSON.stringify(recordFields())}`)).ok).toBe(true);
  });

  it.each([
    ["a byte that UTF-8 never has", [0x7b, 0xff, 0x7d]],
    ["a cut character", [0x22, 0xc3, 0x22]],
    ["an overlong slash", [0x22, 0xc0, 0xaf, 0x22]],
    ["a surrogate in UTF-8", [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ["UTF-16", [0xff, 0xfe, 0x7b, 0x00]],
  ])("refuses %s as not_utf8", (_, bytes) => {
    expect(refusal(Uint8Array.from(bytes)).reason).toBe("not_utf8");
  });

  it.each(["", "{", "hello", '{"text":"a"} x', "{'text':1}", "NaN"])("refuses %j as not_json", (text) => {
    expect(refusal(bytesOf(text)).reason).toBe("not_json");
  });

  it("does not quote the input when it is not JSON", () => {
    expect(refusal(bytesOf('my secret is 42 "')).detail).not.toContain("secret");
  });

  it.each(["[]", "null", "1e999", '"text"', "true", `${"[".repeat(100_000)}${"]".repeat(100_000)}`])("refuses %.20s at the top as invalid_record", (text) => {
    expect(refusal(bytesOf(text)).reason).toBe("invalid_record");
  });

  it("names the version it found and the one it supports", () => {
    const { reason, detail } = refusal(bytesOf({ schema: "valence.text/2", words: 1 }));
    expect(reason).toBe("unsupported_version");
    expect(detail).toBe('schema is "valence.text/2"; supported is "valence.text/1"');
  });

  it.each([
    ["a missing field", { occurredAt: undefined }, "occurredAt"],
    ["a wrong type", { text: 17 }, "text"],
    ["an unknown channel", { channel: "sms" }, 'found "sms"'],
    ["a bad time", { occurredAt: "yesterday" }, 'found "yesterday"'],
    ["a misspelt field", { conversationID: "c" }, 'unknown field "conversationID"'],
    ["a control character in the id", { id: "a\u0000b" }, "id: must not contain control characters"],
    ["half a surrogate pair in the id", { id: "a\ud800" }, "surrogate"],
    ["a turn beyond any conversation", { turn: 1e308 }, "turn"],
    ["a nested attribute", { attributes: { a: { b: 1 } } }, "attributes.a"],
    ["a missing version", { schema: undefined }, "schema"],
  ])("refuses %s as invalid_record and names it", (_, overrides, named) => {
    const { reason, detail } = refusal(bytesOf(recordFields(overrides)));
    expect(reason).toBe("invalid_record");
    expect(detail).toContain(named);
  });

  it("refuses an attribute that zod would drop without a word", () => {
    const json = JSON.stringify(recordFields({ attributes: { x: "y" } })).replace('"x"', '"__proto__"');
    expect(refusal(bytesOf(json)).detail).toContain("__proto__");
  });

  it("never shows the text, long values or personal data", () => {
    const { detail } = refusal(bytesOf(recordFields({ text: ["do not show"], language: "ana@example.com", "joao@example.com": 1, speaker: "x".repeat(500) })));
    expect(detail).not.toMatch(/do not show|example\.com|x{60}/u);
    expect(detail.length).toBeLessThan(600);
  });

  it("redacts before it cuts, because half an address is no longer known as one", () => {
    const address = `${"x".repeat(20)} ana.silva@example.com`;
    const { detail } = refusal(bytesOf(recordFields({ language: address, attributes: { [`${"k".repeat(44)} ${address}`]: "v" } })));
    expect(detail).not.toContain("ana.silva");
  });

  it("says of a field that is not there that it is missing", () => {
    expect(refusal(bytesOf(recordFields({ channel: undefined, occurredAt: undefined }))).detail).toBe("channel: is missing; occurredAt: is missing");
  });

  it("accepts the longest text and refuses one byte more", () => {
    expect(decodeTextRecord(bytesOf(recordFields({ text: `${"é".repeat(32_767)}a` }))).ok).toBe(true);
    const { reason, detail } = refusal(bytesOf(recordFields({ text: "é".repeat(32_768) })));
    expect(reason).toBe("text_too_long");
    expect(detail).toContain(String(MAX_TEXT_BYTES));
  });

  it("refuses a mebibyte of text quickly", () => {
    const bytes = bytesOf(recordFields({ text: "a".repeat(1 << 20) }));
    const started = performance.now();
    expect(refusal(bytes).reason).toBe("text_too_long");
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("takes half a surrogate pair inside the text, to be mended later", () => {
    expect(decodeTextRecord(bytesOf(JSON.stringify(recordFields({ text: "a\ud83d b" })))).ok).toBe(true);
  });
});
