import { describe, expect, it } from "vitest";
import { TextJobSchema } from "../../../core/contracts/text-job.ts";
import { objectOfUri } from "../../../core/transcripts/object-of-uri.ts";
import { speakersOfChannels, textJobOfUtterance, type Transcribed } from "../../../core/transcripts/text-job-of-utterance.ts";
import type { Utterance } from "../../../core/transcripts/utterance.ts";
import { preprocessRecords } from "../../../core/text/preprocess.ts";

const CALL: Transcribed = { id: "r-1", conversationId: "c-1", channel: "review", occurredAt: "2026-03-02T09:00:00+01:00", transcriber: "amazon-transcribe", flags: ["low_quality_audio"], arrivedAt: "2026-03-02T09:05:00Z" };
const utterance = (more: Partial<Utterance>): Utterance => ({ index: 3, startMs: 61_250, endMs: 63_000, text: "It is fine.", ...more });

function jobOf(more: Partial<Utterance>, call: Partial<Transcribed> = {}): ReturnType<typeof TextJobSchema.parse> {
  const outcome = textJobOfUtterance(utterance(more), { ...CALL, ...call });
  if (outcome.kind !== "job") throw new Error(`expected a job, got ${outcome.kind}`);
  return TextJobSchema.parse(outcome.job);
}

describe("the text job of an utterance", () => {
  it("says the turn, when it was said, and what was found about recording and speaker", () => {
    expect(jobOf({ speaker: "customer", speakerConfidence: 0.8, language: "en-US" })).toMatchObject({ turn: 3, segment: { index: 3, startMs: 61_250, endMs: 63_000 }, occurredAt: "2026-03-02T08:01:01.250Z", speaker: "customer", flags: ["low_quality_audio", "role_inferred"], transcript: { speakerConfidence: 0.8 } });
  });

  it("is prepared and redacted as a written text is, but markup is what was said", () => {
    const said = "Mail ana@example.com or call +55 11 98765-4321, soooooo <b> urgent";
    const written = preprocessRecords([{ data: Buffer.from(JSON.stringify({ schema: "valence.text/1", id: "t", channel: "call", language: "en", occurredAt: "2026-03-02T09:00:00Z", text: said })), arrivedAt: "2026-03-02T09:00:01Z" }])[0];
    const job = jobOf({ text: said, language: "en" });

    expect(written).toMatchObject({ kind: "job", job: { text: job.text, redactions: job.redactions } });
    expect(job.text).toBe("Mail [EMAIL] or call [PHONE], soooooo <b> urgent");
    expect(job.flags).toContain("redacted");
  });

  it("has the transcript's language, else the recording's, else a detected one", () => {
    const text = "A entrega demorou mais de duas semanas e ninguém me respondeu.";
    expect(jobOf({ text, language: "pt-PT" }, { language: "en" }).language).toBe("pt-PT");
    expect(jobOf({ text }, { language: "pt-BR" }).language).toBe("pt-BR");
    expect(jobOf({ text }, { language: "und" })).toMatchObject({ language: "pt", flags: ["language_detected", "low_quality_audio"] });
    expect(jobOf({ text }).language).toBe("pt");
  });

  it.each(["[PII]", "[PII], [NAME].", "***", "…", " \u200B "])("is none where nothing is left: %j", (text) => {
    expect(textJobOfUtterance(utterance({ text }), CALL)).toEqual({ kind: "empty" });
  });

  it("adds up what the transcriber and Valence took out", () => {
    expect(jobOf({ text: "I am [PII], ana@example.com", redactions: { PII: 1, EMAIL: 1 } }).redactions).toEqual({ PII: 1, EMAIL: 2 });
  });
});

describe("the speakers of channels", () => {
  it("are the request's, else the stage's where it says nothing of two", () => {
    const settings = { speakers: ["customer", "agent"] } as const satisfies { speakers: ["customer", "agent"] };

    expect(speakersOfChannels({ channels: 2, speakers: ["agent", null] }, settings)).toEqual(["agent", undefined]);
    expect(speakersOfChannels({ channels: 2, speakers: [null, null] }, settings)).toEqual(["customer", "agent"]);
    expect(speakersOfChannels({ channels: 1, speakers: [null] }, settings)).toEqual([undefined]);
    expect(speakersOfChannels({ channels: 1, speakers: ["agent"] }, settings)).toEqual(["agent"]);
  });
});

describe("an object's address", () => {
  it.each([
    ["s3://our-bucket/transcripts/a b.json", "our-bucket", "transcripts/a b.json"],
    ["https://s3.us-west-2.amazonaws.com/our-bucket/transcripts/a.json", "our-bucket", "transcripts/a.json"],
    ["https://s3-us-west-2.amazonaws.com/our-bucket/a.json", "our-bucket", "a.json"],
    ["https://s3.cn-north-1.amazonaws.com.cn/our-bucket/a.json", "our-bucket", "a.json"],
    ["https://our.bucket.s3.eu-west-1.amazonaws.com/transcripts/a%20b.json", "our.bucket", "transcripts/a b.json"],
    ["https://our-bucket.s3.amazonaws.com/a.json", "our-bucket", "a.json"],
    ["http://127.0.0.1:4566/our-bucket/transcripts/a.json", "our-bucket", "transcripts/a.json"],
  ])("is read from %s", (uri, bucket, key) => {
    expect(objectOfUri(uri)).toEqual({ bucket, key });
  });

  it.each(["transcript.json", "https://s3.us-west-2.amazonaws.com/our-bucket", "s3://our-bucket/", "https://s3.amazonaws.com/b/%ff"])("is not read from %s", (uri) => {
    expect(objectOfUri(uri)).toBeUndefined();
  });
});
