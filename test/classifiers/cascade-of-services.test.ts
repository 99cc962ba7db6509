import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createTextClassifier } from "../../classifiers/create-text-classifier.ts";
import type { TextClassifier } from "../../classifiers/text-classifier.ts";
import type { ClassifierSpecification } from "../../core/classification/classifier-specification.ts";
import { type BedrockServer, startBedrockServer } from "./protocol/bedrock-server.ts";
import { type ComprehendServer, startComprehendServer } from "./protocol/comprehend-server.ts";
import { type EncoderServer, startEncoderServer } from "./protocol/encoder-server.ts";
import { describeTextClassifier } from "./text-classifier-contract.ts";

const LANGUAGES = { knownLanguages: ["en", "pt", "es"], unknownLanguage: undefined };
const specification = (first: number, second: number): ClassifierSpecification => ({
  kind: "cascade",
  stages: [
    { classifier: { kind: "embedded" }, answerFrom: first },
    { classifier: { kind: "comprehend", detectLanguage: false }, answerFrom: second },
    {
      classifier: {
        kind: "sagemaker-encoder",
        endpoint: "valence-encoder",
        model: "twitter-xlm-roberta-base-sentiment",
        labels: { positive: "positive", neutral: "neutral", negative: "negative" },
        languages: ["en", "pt", "es"],
        textsPerCall: 16,
        nameEmoji: false,
      },
      answerFrom: second,
    },
  ],
  last: { kind: "fallback", links: [{ kind: "bedrock", model: "us.amazon.nova-lite-v1:0", strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 20 }] },
});

let comprehend: ComprehendServer;
let encoder: EncoderServer;
let bedrock: BedrockServer;
let classifier: TextClassifier;

beforeEach(async () => {
  [comprehend, encoder, bedrock] = await Promise.all([startComprehendServer(), startEncoderServer(), startBedrockServer()]);
  vi.stubEnv("AWS_ENDPOINT_URL_COMPREHEND", comprehend.url);
  vi.stubEnv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", encoder.url);
  vi.stubEnv("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", bedrock.url);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIATEST");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await Promise.all([comprehend.close(), encoder.close(), bedrock.close()]);
});

const bodies = (server: { requests: { body: string }[] }): string => server.requests.map(({ body }) => body).join("\n");

describe("a cascade of embedded model, Comprehend, encoder and Bedrock", () => {
  beforeEach(async () => {
    classifier = await createTextClassifier(specification(1, 1));
  });

  describeTextClassifier("everything passed on to the last stage", () => ({ classifier, ...LANGUAGES }));

  describe("while Comprehend and the encoder deny every call", () => {
    beforeEach(() => {
      comprehend.faultOf = () => "denied";
      encoder.faultOf = () => "denied";
    });

    describeTextClassifier("the first and the last stage", () => ({ classifier, ...LANGUAGES }));
  });

  describe("while nothing but the embedded model works", () => {
    beforeEach(() => {
      comprehend.faultOf = () => "denied";
      encoder.faultOf = () => "denied";
      bedrock.faultOf = () => "denied";
    });

    describeTextClassifier("the embedded model alone", () => ({ classifier, ...LANGUAGES }));
  });

  it("asks each service only for what the one before it was not sure of, and charges for all it asked", async () => {
    classifier = await createTextClassifier(specification(1, 0.6));
    const [outcome] = await classifier.classify([{ text: "I love it", language: "en" }]);
    expect(outcome).toMatchObject({ ok: true, sentiment: { label: "positive" }, model: { provider: "comprehend" }, flags: expect.arrayContaining(["escalated"]) as unknown });
    expect(bodies(comprehend)).toContain("I love it");
    expect([encoder.requests, bedrock.requests]).toEqual([[], []]);
    expect((outcome as { cost: { usd: number } }).cost.usd).toBeGreaterThan(0);
  });

  it("passes a language that the services in the middle do not know straight on to the one that does", async () => {
    classifier = await createTextClassifier(specification(0.5, 0.5));
    const outcomes = await classifier.classify([
      { text: "Ninapenda hii, excellent", language: "sw" },
      { text: "I love it, excellent, wonderful, amazing, great", language: "en" },
    ]);
    expect(outcomes[0]).toMatchObject({ ok: true, model: { provider: "bedrock" } });
    expect(outcomes[0]).not.toMatchObject({ flags: expect.arrayContaining(["language_unsupported"]) as unknown });
    expect(outcomes[1]).toMatchObject({ ok: true, model: { provider: "embedded" }, flags: [] });
    expect([comprehend.requests, encoder.requests]).toEqual([[], []]);
    expect(bodies(bedrock)).not.toContain("wonderful");
  });
});
