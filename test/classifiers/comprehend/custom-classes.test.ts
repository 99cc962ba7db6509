import { describe, expect, it } from "vitest";
import { ComprehendClassifier } from "../../../classifiers/comprehend/comprehend-classifier.ts";
import { splittingLongTexts } from "../../../classifiers/long-texts.ts";
import type { ComprehendSpecification } from "../../../core/classification/classifier-specification.ts";
import { type ComprehendFault, type ComprehendServer, startComprehendServer } from "../protocol/comprehend-server.ts";
import { freshServer } from "../protocol/fresh-server.ts";
import { passTime } from "../protocol/pass-time.ts";
import { describeTextClassifier } from "../text-classifier-contract.ts";

let server: ComprehendServer;
freshServer(startComprehendServer, "eu-west-1", (fresh) => {
  server = fresh;
});

const ENDPOINT = "arn:aws:comprehend:eu-west-1:123456789012:document-classifier-endpoint/complaints";
const CLASSES = { COMPLAINT: "negative", CHURN: "negative", PRAISE: "positive", QUESTION: "neutral" } as const;
const classifierOf = (more: Partial<ComprehendSpecification> = {}): ComprehendClassifier =>
  new ComprehendClassifier({ kind: "comprehend", detectLanguage: false, endpointArn: ENDPOINT, classes: CLASSES, ...more });
const english = (...texts: string[]): { text: string; language: string }[] => texts.map((text) => ({ text, language: "en" }));

describeTextClassifier("Comprehend's custom classifier", () => ({ classifier: splittingLongTexts(classifierOf(), 5_000), knownLanguages: ["en", "pt", "es"], unknownLanguage: "ja", unknownLanguageIs: "refused" }));

describe("a custom classifier's endpoint", () => {
  it("is asked one text a call, by its ARN", async () => {
    const outcomes = await classifierOf().classify(english("I love it", "I hate it"));
    expect(server.requests.map(({ headers }) => headers["x-amz-target"])).toEqual(["Comprehend_20171127.ClassifyDocument", "Comprehend_20171127.ClassifyDocument"]);
    expect(new Set(server.requests.map(({ json }) => json))).toEqual(new Set(["I love it", "I hate it"].map((Text) => ({ EndpointArn: ENDPOINT, Text }))));
    expect(outcomes).toMatchObject([
      { sentiment: { label: "positive", scores: { positive: 0.8, neutral: 0.2, negative: 0 } }, model: { provider: "comprehend", id: "document-classifier-endpoint/complaints" } },
      { sentiment: { label: "negative", confidence: expect.closeTo(0.9, 9) } },
    ]);
  });

  it("names the class that the configuration does not, and the setting", async () => {
    server.classes = [{ Name: "REFUND", Score: 0.9 }, { Name: "PRAISE", Score: 0.1 }];
    const [outcome] = await classifierOf().classify(english("x"));
    expect(outcome).toMatchObject({ ok: false, failure: { code: "malformed", reason: expect.stringMatching(/"REFUND".*"classes"/u) } });
    expect(server.requests).toHaveLength(1);
  });

  it("needs no mapping when its classes are our labels", async () => {
    const { classes: _, ...specification } = { kind: "comprehend", detectLanguage: false, endpointArn: ENDPOINT, classes: CLASSES } as const;
    server.classes = [{ Name: "Negative", Score: 0.7 }, { Name: "POSITIVE", Score: 0.2 }, { Name: "neutral", Score: 0.1 }];
    const [outcome] = await new ComprehendClassifier(specification).classify(english("x"));
    expect(outcome).toMatchObject({ ok: true, sentiment: { label: "negative", scores: { positive: 0.2, neutral: 0.1, negative: 0.7 } } });
  });

  it.each<ComprehendFault>(["throttle", "internal error", "unavailable", "reset", "malformed JSON", "hang"])("is asked again after: %s", async (fault) => {
    server.faults = [fault];
    expect(await passTime(() => classifierOf().classify(english("I love it")))).toMatchObject([{ ok: true, sentiment: { label: "positive" } }]);
    expect(server.requests.length).toBeGreaterThan(1);
  });

  it("asks once more after an answer without classes, and again later while the endpoint is updated", async () => {
    server.faults = ["no lists", "unavailable"];
    const [outcome] = await classifierOf().classify(english("I love it"));
    expect(outcome).toMatchObject({ ok: true, sentiment: { label: "positive" } });
    expect(server.requests).toHaveLength(3);
  });
});
