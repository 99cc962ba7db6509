import { describe, expect, it } from "vitest";
import { TextJobSchema } from "../../../core/contracts/text-job.ts";
import { preprocessRecords, type Outcome } from "../../../core/text/preprocess.ts";
import { seededRandom } from "../../../core/seeded-random.ts";
import type { Random } from "../redaction/personal-data.ts";
import { ARRIVED_AT, arrived, bytesOf, recordFields } from "./records.ts";

function jobOf(outcome: Outcome | undefined): Extract<Outcome, { kind: "job" }>["job"] {
  if (outcome?.kind !== "job") throw new Error(`expected a job, got ${JSON.stringify(outcome)}`);
  return outcome.job;
}

describe("preprocessRecords", () => {
  it("makes a job that holds the contract, with every field of the record", () => {
    const [outcome] = preprocessRecords([
      arrived({ conversationId: "c-1", speaker: "customer", turn: 2, language: "PT-br", attributes: { store: "Lapa" }, text: "Gostei muuuito! #Amei" }),
    ]);
    const job = jobOf(outcome);
    expect(TextJobSchema.parse(job)).toEqual(job);
    expect(job).toEqual({
      schema: "valence.text-job/1",
      id: "r-1",
      conversationId: "c-1",
      channel: "chat",
      speaker: "customer",
      turn: 2,
      language: "pt-BR",
      occurredAt: "2026-03-01T10:00:00Z",
      attributes: { store: "Lapa" },
      segment: { index: 0 },
      text: "Gostei muuuito! #Amei",
      modelText: "Gostei muuuito! Amei",
      route: "text",
      flags: [],
      arrivedAt: ARRIVED_AT,
    });
  });

  it("makes a record without a conversation its own, and leaves out modelText when it is the same", () => {
    const job = jobOf(preprocessRecords([arrived()])[0]);
    expect(job.conversationId).toBe("r-1");
    expect(job.modelText).toBeUndefined();
  });

  it("detects the language and says so", () => {
    const job = jobOf(preprocessRecords([arrived({ text: "A entrega demorou mais de duas semanas e ninguém me respondeu." })])[0]);
    expect(job).toMatchObject({ language: "pt", flags: ["language_detected"] });
  });

  it("redacts text, model text and attributes, and says so", () => {
    const job = jobOf(
      preprocessRecords([
        arrived({ language: "en", text: "Write to ana@example.com pleeease", attributes: { contact: "+55 11 98765-4321 or ana@example.com", shop: "Lapa" } }),
      ])[0],
    );
    expect(job).toMatchObject({
      text: "Write to [EMAIL] pleeease",
      attributes: { contact: "[PHONE] or [EMAIL]", shop: "Lapa" },
      redactions: { EMAIL: 2, PHONE: 1 },
      flags: ["redacted"],
    });
  });

  it("tells a repeat by its id within a conversation, whatever it says", () => {
    const outcomes = preprocessRecords([
      arrived({ id: "a", conversationId: "c" }),
      arrived({ id: "a", conversationId: "c", text: "other words" }),
      arrived({ id: "a", conversationId: "d" }),
      arrived({ id: "a" }),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["job", "repeat", "job", "job"]);
    expect(outcomes[1]).toEqual({ kind: "repeat", of: 0 });
  });

  it("tells a repeat by the same words of the same speaker in the same turn only", () => {
    const said = { conversationId: "c", turn: 1, speaker: "customer", text: "Where is it?" };
    const outcomes = preprocessRecords([
      arrived({ ...said, id: "1" }),
      arrived({ ...said, id: "2", text: "  where   is IT? " }),
      arrived({ ...said, id: "3", turn: 2 }),
      arrived({ ...said, id: "4", speaker: "agent" }),
      arrived({ ...said, id: "5", conversationId: "d" }),
      arrived({ ...said, id: "6", turn: undefined }),
      arrived({ ...said, id: "7", turn: undefined }),
      arrived({ ...said, id: "8", text: "Where was it?" }),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["job", "repeat", "job", "job", "job", "job", "job", "job"]);
  });

  it("does not count a rejected record as the first of a repeat", () => {
    const outcomes = preprocessRecords([arrived({ text: " \u200B" }), arrived({ text: "words" })]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["reject", "job"]);
    expect(outcomes[0]).toMatchObject({ reason: "empty_text" });
  });

  it("forgets between batches", () => {
    preprocessRecords([arrived()]);
    expect(preprocessRecords([arrived()])[0]?.kind).toBe("job");
  });

  it("gives one outcome a record, in order, for a batch of everything that can go wrong", () => {
    const outcomes = preprocessRecords([
      { data: Uint8Array.of(0xff), arrivedAt: ARRIVED_AT },
      { data: bytesOf("nonsense"), arrivedAt: ARRIVED_AT },
      arrived({ schema: "valence.text/9" }),
      arrived({ channel: undefined }),
      arrived({ text: "<br>" }),
      arrived({ text: "a".repeat(70_000) }),
      arrived({ text: "fine" }),
    ]);
    expect(outcomes.map((outcome) => (outcome.kind === "reject" ? outcome.reason : outcome.kind))).toEqual([
      "not_utf8",
      "not_json",
      "unsupported_version",
      "invalid_record",
      "empty_text",
      "text_too_long",
      "job",
    ]);
  });

  it("refuses a text that redaction made longer than a column holds", () => {
    const text = "a@b.co ".repeat(9_362).trim();
    expect(preprocessRecords([arrived({ text })])[0]).toMatchObject({ kind: "reject", reason: "text_too_long" });
  });

  it("refuses an attribute that redaction made longer than the contract allows", () => {
    const outcome = preprocessRecords([arrived({ attributes: { log: "a@b.co ".repeat(146) } })])[0];
    expect(outcome).toMatchObject({ kind: "reject", reason: "invalid_record", detail: expect.stringContaining("attributes.log") });
  });

  it("accounts for 3,000 damaged records without throwing, every job within the contract", () => {
    const random = seededRandom(42);
    const whole = bytesOf(recordFields({ conversationId: "c", turn: 1, speaker: "agent", attributes: { a: "b" }, text: "Olá <b>você</b> 😀 &amp; a@b.co 4111 1111 1111 1111" }));
    const records = Array.from({ length: 3_000 }, () => ({ data: damaged(whole, random), arrivedAt: ARRIVED_AT }));
    const outcomes = preprocessRecords(records);
    expect(outcomes).toHaveLength(records.length);
    const jobs = outcomes.filter((outcome) => outcome.kind === "job");
    expect(jobs.length).toBeGreaterThan(0);
    expect(jobs.filter(({ job }) => !TextJobSchema.safeParse(job).success)).toEqual([]);
    expect(new Set(outcomes.map((outcome) => (outcome.kind === "reject" ? outcome.reason : outcome.kind)))).toEqual(
      new Set(["job", "repeat", "not_utf8", "not_json", "invalid_record", "unsupported_version"]),
    );
  });
});

/** One to three bytes changed, put in or taken out. */
function damaged(whole: Uint8Array, random: Random): Uint8Array {
  const bytes = [...whole];
  for (let count = 1 + Math.floor(random() * 3); count > 0; count -= 1) {
    const position = Math.floor(random() * bytes.length);
    const byte = Math.floor(random() * (random() < 0.8 ? 128 : 256));
    bytes.splice(position, random() < 0.5 ? 1 : 0, ...(random() < 0.7 ? [byte] : []));
  }
  return Uint8Array.from(bytes);
}
