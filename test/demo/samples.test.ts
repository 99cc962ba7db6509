import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ChannelSchema } from "../../core/contracts/identity.ts";
import { type TextRecord, TextRecordSchema } from "../../core/contracts/text-record.ts";
import { preprocessRecords } from "../../core/text/preprocess.ts";

const SAMPLES = new URL("../../demo/samples/", import.meta.url);
const arrivedAt = "2026-03-09T08:00:00.000Z";

const interactions = readFileSync(new URL("interactions.jsonl", SAMPLES), "utf8")
  .trimEnd()
  .split("\n")
  .map((line): TextRecord => TextRecordSchema.parse(JSON.parse(line)));

describe("the sample interactions", () => {
  it("are all taken, but for the repeats of a producer that sent again", () => {
    const outcomes = preprocessRecords(interactions.map((record) => ({ data: Buffer.from(JSON.stringify(record)), arrivedAt })));

    expect(outcomes.filter((outcome) => outcome.kind === "reject")).toEqual([]);
    const repeats = interactions.length - new Set(interactions.map((record) => JSON.stringify(record))).size;
    expect(repeats).toBe(7);
    expect(outcomes.filter((outcome) => outcome.kind === "repeat")).toHaveLength(repeats);
  });

  it("cover every channel and many conversations, a third without a language", () => {
    const channels = new Set(interactions.map((record) => record.channel));
    const conversations = new Set(interactions.flatMap((record) => record.conversationId ?? []));
    const undeclared = interactions.filter((record) => record.language === undefined).length / interactions.length;

    expect(channels).toEqual(new Set(ChannelSchema.options));
    expect(conversations.size).toBeGreaterThanOrEqual(30);
    expect(undeclared).toBeGreaterThan(0.25);
    expect(undeclared).toBeLessThan(0.42);
  });

  it("name no mail address outside example.com", () => {
    const addresses = interactions.flatMap((record) => record.text.match(/[\w.+-]+@[\w-]+\.[\w.-]+/gu) ?? []);

    expect(addresses.length).toBeGreaterThan(5);
    expect(addresses.filter((address) => !/@example\.com\.?$/u.test(address))).toEqual([]);
  });

  it("leave no personal number behind once prepared", () => {
    const outcomes = preprocessRecords(interactions.map((record) => ({ data: Buffer.from(JSON.stringify(record)), arrivedAt })));
    const stored = outcomes.flatMap((outcome) => (outcome.kind === "job" ? [outcome.job.text] : [])).join("\n");

    for (const kind of ["[EMAIL]", "[PHONE]", "[CARD]", "[IBAN]", "[CPF]", "[CNPJ]", "[IP]"]) expect(stored).toContain(kind);
    for (const number of ["4111 1111 1111 1111", "5555 5555 5555 4444", "529.982.247-25", "111.444.777-35", "11.222.333/0001-81", "DE89 3704", "GB82 WEST", "198.51.100.23"]) {
      expect(stored).not.toContain(number);
    }
    // Fails the check digit: an order number, and no card.
    expect(stored).toContain("4111111111111112");
  });
});

describe("the broken samples", () => {
  it("are rejected for the reasons their README names", () => {
    const expected = [...readFileSync(new URL("README.md", SAMPLES), "utf8").matchAll(/^\| \d+ \|.*\| `(\w+)` \|$/gmu)].map((row) => row[1]);
    const bytes = readFileSync(new URL("broken.jsonl", SAMPLES));
    const records: Buffer[] = [];
    for (let start = 0, end = bytes.indexOf(0x0a); end !== -1; start = end + 1, end = bytes.indexOf(0x0a, start)) records.push(bytes.subarray(start, end));

    const outcomes = preprocessRecords(records.map((data) => ({ data, arrivedAt })));

    expect(outcomes.map((outcome) => (outcome.kind === "reject" ? outcome.reason : outcome.kind))).toEqual(expected);
    expect(expected).toHaveLength(21);
  });
});
