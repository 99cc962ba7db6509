import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { FailureCode, TextClassification, TextClassifier, TextToClassify } from "../../../classifiers/text-classifier.ts";
import { AskedStage, AskError } from "../../../evaluation/cascade/ask-stage.ts";
import { prepareTexts, type PreparedText } from "../../../evaluation/cascade/prepare-texts.ts";
import { readRecordedAnswers, RecordedAnswersError } from "../../../evaluation/cascade/recorded-answers.ts";

const folder = mkdtempSync(join(tmpdir(), "valence-ask-"));
afterAll(() => rmSync(folder, { recursive: true }));

function texts(number: number): PreparedText[] {
  return prepareTexts(Array.from({ length: number }, (_, index) => ({ text: `a planted secret, number ${index}`, label: "neutral" as const, lang: "en" })), "chat").texts;
}

/** Answers "neutral", except that texts ending in one of these numbers fail. Remembers what it was asked. */
class ProgrammedClassifier implements TextClassifier {
  readonly model;
  readonly asked: string[] = [];
  failing = new Map<string, { code: FailureCode; retryable: boolean }>();

  constructor(version = "1") {
    this.model = { provider: "programmed", id: "neutral", version };
  }

  async classify(batch: readonly TextToClassify[]): Promise<readonly TextClassification[]> {
    return batch.map(({ text }): TextClassification => {
      this.asked.push(text);
      const failure = this.failing.get(text.split(" ").at(-1)!);
      if (failure !== undefined) return { ok: false, failure: { ...failure, reason: "as programmed" }, cost: { usd: 0.01 } };
      const scores = { positive: 0.1, neutral: 0.8, negative: 0.1 };
      return { ok: true, sentiment: { label: "neutral", scores, confidence: 0.8, scoresFrom: "service" }, model: this.model, flags: [], cost: { usd: 0.02 }, modelMs: 1 };
    });
  }
}

describe("asking a stage", () => {
  it("keeps every answer in order, and its cost", async () => {
    const stage = new AskedStage("stage", new ProgrammedClassifier());
    const many = texts(450);
    await stage.ask(many);
    expect(stage.answersTo(many.toReversed())).toEqual(many.map(() => ({ label: "neutral", confidence: 0.8, usd: 0.02 })));
    expect(stage.usdPerText).toBeCloseTo(0.02, 9);
    expect(stage.unanswered(many)).toEqual([]);
  });

  it("takes a refusal for an answer that never comes, and its price along", async () => {
    const classifier = new ProgrammedClassifier();
    classifier.failing.set("1", { code: "refused", retryable: false });
    const stage = new AskedStage("stage", classifier);
    await stage.ask(texts(3));
    expect(stage.answersTo(texts(3))[1]).toEqual({ label: undefined, confidence: 0, usd: 0.01 });
    expect(stage.failures).toEqual(new Map([["refused", 1]]));
  });

  it("asks only for what is not recorded, and records no text", async () => {
    const record = join(folder, "resumed.jsonl");
    const classifier = new ProgrammedClassifier();
    classifier.failing.set("3", { code: "throttled", retryable: true });
    classifier.failing.set("4", { code: "blocked", retryable: false });
    await expect(new AskedStage("stage", classifier, { record }).ask(texts(5))).rejects.toThrow("stage left 1 of 5 texts unanswered (throttled: as programmed); run it again to ask only those");

    classifier.failing.delete("3");
    classifier.asked.length = 0;
    const stage = new AskedStage("stage", classifier, { record });
    await stage.ask(texts(5));
    expect(classifier.asked).toEqual([texts(5)[3]!.text]);
    expect(stage.answersTo(texts(5)).map(({ label }) => label)).toEqual(["neutral", "neutral", "neutral", "neutral", undefined]);
    expect(readFileSync(record, "utf8")).not.toContain("secret");
    expect(readRecordedAnswers(record, "stage").answers.size).toBe(5);
    expect(readRecordedAnswers(record, "another").answers.size).toBe(0);
  });

  it("stops asking a service that answers nothing", async () => {
    const classifier = new ProgrammedClassifier();
    const many = texts(900);
    for (const [index] of many.entries()) classifier.failing.set(String(index), { code: "denied", retryable: false });
    await expect(new AskedStage("stage", classifier).ask(many)).rejects.toThrow(AskError);
    expect(classifier.asked).toHaveLength(200);
  });

  it("refuses answers of another model", async () => {
    const record = join(folder, "model.jsonl");
    await new AskedStage("stage", new ProgrammedClassifier("1"), { record }).ask(texts(2));
    expect(() => new AskedStage("stage", new ProgrammedClassifier("2"), { record })).toThrow(/answers of programmed neutral 1 for stage, which is programmed neutral 2 now/u);
    await new AskedStage("other", new ProgrammedClassifier("2"), { record }).ask(texts(2));
    appendFileSync(record, readFileSync(record, "utf8").replaceAll('"stage":"other"', '"stage":"stage"'));
    expect(() => readRecordedAnswers(record, "stage")).toThrow(/line 7: stage was answered by programmed neutral 2 here/u);
  });
});

describe("a file of recorded answers", () => {
  it.each([
    ["a torn line", '{"stage":"a","id', "line 1: not JSON"],
    ["another file", '{"text":"a planted secret","label":"neutral"}', "line 1: stage"],
    ["an impossible confidence", '{"stage":"a","id":"00000000000000000000000000000000","label":null,"confidence":2,"usd":0,"model":{"provider":"p","id":"i","version":"1"}}', "line 1: confidence"],
  ])("is refused for %s", (_, content, message) => {
    const path = join(folder, "bad.jsonl");
    writeFileSync(path, content);
    expect(() => readRecordedAnswers(path, "a")).toThrow(RecordedAnswersError);
    expect(() => readRecordedAnswers(path, "a")).toThrow(message);
    expect(() => readRecordedAnswers(join(folder, "nowhere.jsonl"), "a")).toThrow("cannot be read");
  });
});
