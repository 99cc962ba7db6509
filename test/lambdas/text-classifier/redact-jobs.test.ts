import { describe, expect, it } from "vitest";
import type { RedactionOutcome } from "../../../classifiers/comprehend/comprehend-personal-data.ts";
import type { TextClassifier } from "../../../classifiers/text-classifier.ts";
import { TextJobSchema } from "../../../core/contracts/text-job.ts";
import { classifyMessages } from "../../../lambdas/text-classifier/classify-messages.ts";
import { type PersonalDataFinder, redactJobs } from "../../../lambdas/text-classifier/redact-jobs.ts";
import { sqsRecord, textJob } from "../support/events.ts";

/** Takes every "Ana" out, for a tenth of a cent; the outcomes programmed come first. */
function finderOf(...programmed: (RedactionOutcome | undefined)[]): PersonalDataFinder {
  return {
    redact: async (records) =>
      records.map(({ values }, position) => {
        const found = values.reduce((sum, { value }) => sum + value.split("Ana").length - 1, 0);
        return programmed[position] ?? { kind: "redacted", texts: values.map(({ value }) => value.replaceAll("Ana", "[NAME]")), counts: found === 0 ? {} : { NAME: found }, usd: 0.001 };
      }),
  };
}

const asked: string[][] = [];
const classifier: TextClassifier = {
  model: { provider: "test", id: "programmed", version: "1" },
  classify: async (texts) => {
    asked.push(texts.map(({ text }) => text));
    return texts.map(() => ({ ok: true, sentiment: { label: "neutral", scores: { positive: 0.1, neutral: 0.8, negative: 0.1 }, confidence: 0.8, scoresFrom: "service" }, model: classifier.model, flags: [], cost: { usd: 0.002 }, modelMs: 1 }));
  },
};

describe("redactJobs", () => {
  it("redacts text and attributes, makes the model's text again and adds to the counts", async () => {
    const job = textJob({ channel: "email", text: "I am Ana\n\nvery angry\n\n> Ana wrote", modelText: "I am Ana very angry", attributes: { agent: "Ana", branch: "12" }, redactions: { NAME: 1, EMAIL: 2 } });
    const redacted = (await redactJobs([job], finderOf())).get(job);
    if (redacted?.ok !== true) throw new Error("expected a redacted job");
    expect(TextJobSchema.parse(redacted.job)).toEqual(redacted.job);
    expect(redacted.job).toEqual({
      ...job,
      text: "I am [NAME]\n\nvery angry\n\n> [NAME] wrote",
      modelText: "I am [NAME] very angry",
      attributes: { agent: "[NAME]", branch: "12" },
      redactions: { NAME: 4, EMAIL: 2 },
      flags: ["redacted"],
    });
  });

  it("leaves a job without personal data as it is", async () => {
    const job = textJob();
    expect((await redactJobs([job], finderOf())).get(job)).toEqual({ ok: true, job, usd: 0.001 });
  });

  it("flags a language that nobody looked at", async () => {
    const job = textJob({ text: "Ana", language: "pt", flags: ["redacted"] });
    expect((await redactJobs([job], finderOf({ kind: "unknown_language" }))).get(job)).toEqual({ ok: true, job: { ...job, flags: ["redacted", "redaction_rules_only"] }, usd: 0 });
  });

  it.each([
    ["the text", textJob({ text: `Ana${"x".repeat(65_532)}` })],
    ["an attribute", textJob({ attributes: { note: `Ana${"x".repeat(1_020)}` } })],
  ])("refuses %s that outgrows the contract", async (_, job) => {
    expect((await redactJobs([job], finderOf())).get(job)).toMatchObject({ ok: false, failure: { code: "too_long", retryable: false } });
  });
});

describe("classifyMessages with a finder of personal data", () => {
  it("shows model and result only what was looked at, and counts what looking cost", async () => {
    asked.length = 0;
    const verdicts = await classifyMessages([sqsRecord(textJob({ text: "Ana is angry" }))], classifier, "text-classifier", undefined, finderOf());
    expect(asked).toEqual([["[NAME] is angry"]]);
    expect(verdicts).toMatchObject([{ kind: "result", usd: 0.003, result: { text: "[NAME] is angry", redactions: { NAME: 1 }, flags: ["redacted"], cost: { usd: 0.003 } } }]);
    expect(JSON.stringify(verdicts)).not.toContain("Ana");
  });

  it("sends a job back to the queue when looking failed, and classifies the others", async () => {
    asked.length = 0;
    const failed: RedactionOutcome = { kind: "failed", failure: { code: "throttled", retryable: true, reason: "Comprehend: throttled" }, usd: 0 };
    const verdicts = await classifyMessages([sqsRecord(textJob({ text: "Ana is angry" }), 0), sqsRecord(textJob({ text: "Fine" }), 1)], classifier, "text-classifier", undefined, finderOf(failed));
    expect(asked).toEqual([["Fine"]]);
    expect(verdicts).toMatchObject([{ kind: "again", reason: expect.stringContaining("personal data") }, { kind: "result" }]);
  });

  it("classifies nothing when the finder throws", async () => {
    asked.length = 0;
    const broken: PersonalDataFinder = { redact: () => Promise.reject(new Error("no credentials")) };
    expect(await classifyMessages([sqsRecord(textJob())], classifier, "text-classifier", undefined, broken)).toMatchObject([{ kind: "again" }]);
    expect(asked.flat()).toEqual([]);
  });
});
