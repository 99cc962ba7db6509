import { describe, expect, it } from "vitest";
import { deadlineIn } from "../../../classifiers/calling/deadline.ts";
import type { Classified, TextClassification, TextClassifier, TextToClassify } from "../../../classifiers/text-classifier.ts";
import { SentimentResultSchema } from "../../../core/contracts/sentiment-result.ts";
import type { RedactionOutcome } from "../../../classifiers/comprehend/comprehend-personal-data.ts";
import type { PersonalDataFinder } from "../../../lambdas/text-classifier/redact-jobs.ts";
import { classifyMessages } from "../../../lambdas/text-classifier/classify-messages.ts";
import { sqsRecord, textJob } from "../support/events.ts";

const happy: Classified = {
  ok: true,
  sentiment: { label: "positive", scores: { positive: 0.8, neutral: 0.15, negative: 0.05 }, confidence: 0.8, scoresFrom: "stated" },
  model: { provider: "test", id: "programmed", version: "1", promptVersion: "p3" },
  flags: ["mixed", "redacted"],
  cost: { usd: 0.0002, inputTokens: 12, outputTokens: 3 },
  modelMs: 4.5,
};

/** Answers as programmed and keeps what it was asked. */
function classifierAnswering(answer: (texts: readonly TextToClassify[]) => TextClassification[]): TextClassifier & { asked: TextToClassify[][] } {
  const asked: TextToClassify[][] = [];
  return {
    asked,
    model: { provider: "test", id: "programmed", version: "1", promptVersion: "p3" },
    classify: async (texts) => {
      asked.push([...texts]);
      return answer(texts);
    },
  };
}

describe("classifyMessages", () => {
  it("asks once for the whole batch, with what the model is to read", async () => {
    const classifier = classifierAnswering((texts) => texts.map(() => happy));
    const records = [textJob({ text: "So goooood :)", modelText: "So good :)" }), "broken", textJob({ text: "Ok", language: "pt-BR" })].map((body, position) => sqsRecord(body, position));

    await classifyMessages(records, classifier, "text-classifier");

    expect(classifier.asked).toEqual([
      [
        { text: "So good :)", language: "en" },
        { text: "Ok", language: "pt-BR" },
      ],
    ]);
  });

  it("builds a valid result: what the job says, what the model says, and no model text", async () => {
    const job = textJob({ turn: 3, speaker: "customer", attributes: { branch: "12" }, modelText: "other", flags: ["redacted"] });

    const [verdict] = await classifyMessages([sqsRecord(job)], classifierAnswering(() => [happy]), "text-classifier");

    if (verdict?.kind !== "result") throw new Error(`expected a result, got ${verdict?.kind}`);
    expect(SentimentResultSchema.parse(verdict.result)).toEqual(verdict.result);
    expect(verdict.result).toMatchObject({
      id: job.id,
      conversationId: job.conversationId,
      text: job.text,
      turn: 3,
      attributes: { branch: "12" },
      modality: "text",
      scope: "turn",
      sentiment: happy.sentiment,
      flags: ["redacted", "mixed"],
      model: { provider: "test", promptVersion: "p3" },
      timings: { arrivedAt: job.arrivedAt, modelMs: 4.5 },
      cost: { usd: 0.0002 },
    });
  });

  it("keeps outcomes with their own messages when failures are among them", async () => {
    const outcomes: TextClassification[] = [
      { ok: false, failure: { code: "refused", retryable: false, reason: "the model refuses this text" } },
      happy,
      { ok: false, failure: { code: "throttled", retryable: true, reason: "throttled" } },
    ];
    const records = ["broken", ...[0, 1, 2].map((number) => textJob({ id: `record-${number}` }))].map((body, position) => sqsRecord(body, position));

    const verdicts = await classifyMessages(records, classifierAnswering(() => outcomes), "text-classifier");

    expect(verdicts.map(({ messageId, kind }) => [messageId, kind])).toEqual([
      ["message-0", "reject"],
      ["message-1", "reject"],
      ["message-2", "result"],
      ["message-3", "again"],
    ]);
    expect(verdicts[1]).toMatchObject({ reject: { reason: "classification_failed", detail: "refused: the model refuses this text", source: { kind: "sqs", messageId: "message-1" } } });
    expect(verdicts[2]).toMatchObject({ result: { id: "record-1" } });
    expect(verdicts[3]).toMatchObject({ reason: "throttled: throttled" });
  });

  it("sends every text back when the classifier throws, but not the invalid jobs", async () => {
    const classifier = classifierAnswering(() => {
      throw new RangeError("quotes a secret");
    });

    const verdicts = await classifyMessages([sqsRecord(textJob(), 0), sqsRecord("broken", 1)], classifier, "text-classifier");

    expect(verdicts[0]).toMatchObject({ kind: "again", reason: expect.stringMatching(/^unavailable: RangeError at .*classify-messages\.test\.ts/u) as string });
    expect(JSON.stringify(verdicts)).not.toContain("secret");
    expect(verdicts[1]).toMatchObject({ kind: "reject", reject: { reason: "invalid_job" } });
  });

  it("counts what asking cost, for answers and failures alike, and hands the classifier its deadline", async () => {
    const outcomes: TextClassification[] = [happy, { ok: false, failure: { code: "refused", retryable: false, reason: "no" }, cost: { usd: 0.0001 } }, { ok: false, failure: { code: "throttled", retryable: true, reason: "later" } }];
    const signal = new AbortController().signal;
    let handed: AbortSignal | undefined;
    const classifier: TextClassifier = {
      model: happy.model,
      classify: async (_, given) => {
        handed = given;
        return outcomes;
      },
    };

    const verdicts = await classifyMessages([0, 1, 2].map((position) => sqsRecord(textJob({ id: `record-${position}` }), position)), classifier, "text-classifier", signal);

    expect(verdicts.map(({ usd }) => usd)).toEqual([0.0002, 0.0001, 0]);
    expect(handed).toBe(signal);
  });

  it("sends back a text the classifier gave no outcome for", async () => {
    const verdicts = await classifyMessages([sqsRecord(textJob(), 0), sqsRecord(textJob({ id: "other" }), 1)], classifierAnswering(() => [happy]), "text-classifier");

    expect(verdicts.map((verdict) => verdict.kind)).toEqual(["result", "again"]);
  });

  it("says what is wrong with an invalid job without quoting it", async () => {
    const [verdict] = await classifyMessages([sqsRecord(JSON.stringify({ ...textJob(), channel: "my secret", extra: 1 }))], classifierAnswering(() => []), "text-classifier");

    if (verdict?.kind !== "reject") throw new Error(`expected a reject, got ${verdict?.kind}`);
    expect(verdict.reject.detail).toContain("channel");
    expect(verdict.reject.detail).not.toContain("secret");
  });

  it("leaves the model time when looking for personal data takes all it is given", async () => {
    const classifier: TextClassifier = {
      model: happy.model,
      classify: async (texts, signal) => texts.map(() => (signal?.aborted === true ? { ok: false, failure: { code: "timed_out", retryable: true, reason: "late" } } : happy)),
    };
    const hanging: PersonalDataFinder = {
      redact: (records, signal) =>
        Promise.all(
          records.map(async ({ values: [text] }): Promise<RedactionOutcome> => {
            if (text!.value !== "slow") return { kind: "redacted", texts: [text!.value], counts: {}, usd: 0.0003 };
            await new Promise<void>((resolve) => {
              signal?.addEventListener("abort", () => resolve(), { once: true });
            });
            return { kind: "failed", failure: { code: "timed_out", retryable: true, reason: "hung" }, usd: 0 };
          }),
        ),
    };
    const records = [textJob({ text: "slow" }), textJob({ text: "quick" })].map((job, position) => sqsRecord(job, position));

    const verdicts = await classifyMessages(records, classifier, "text-classifier", deadlineIn(100), hanging);

    expect(verdicts.map(({ kind }) => kind)).toEqual(["again", "result"]);
  });
});
