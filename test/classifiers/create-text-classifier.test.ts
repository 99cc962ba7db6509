import { beforeEach, describe, expect, it, vi } from "vitest";
import { createTextClassifier } from "../../classifiers/create-text-classifier.ts";
import type { TextClassifier } from "../../classifiers/text-classifier.ts";
import type { BedrockSpecification, CascadeSpecification, ClassifierSpecification, FallbackSpecification } from "../../core/classification/classifier-specification.ts";
import { type BedrockFault, type BedrockServer, startBedrockServer } from "./protocol/bedrock-server.ts";
import { startComprehendServer } from "./protocol/comprehend-server.ts";
import { startEncoderServer } from "./protocol/encoder-server.ts";
import { freshServer } from "./protocol/fresh-server.ts";
import { describeTextClassifier } from "./text-classifier-contract.ts";

const bedrock: BedrockSpecification = { kind: "bedrock", model: "us.amazon.nova-lite-v1:0", strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 20 };
const fallback: FallbackSpecification = { kind: "fallback", links: [bedrock, { ...bedrock, model: "us.amazon.nova-pro-v1:0" }] };
const cascade = (answerFrom: number, last: CascadeSpecification["last"] = bedrock): CascadeSpecification => ({ kind: "cascade", stages: [{ classifier: { kind: "embedded" }, answerFrom }], last });

let server: BedrockServer;
let classifier: TextClassifier;
freshServer(startBedrockServer, "us-east-1", (fresh) => {
  server = fresh;
});

const KNOWN = { knownLanguages: ["en", "pt", "es"], unknownLanguage: undefined };
const texts = (...words: string[]) => words.map((text) => ({ text, language: "en" }));
const asked = (): string => server.requests.map(({ body }) => body).join("\n");

describe.each<[string, ClassifierSpecification, BedrockFault[]]>([
  ["a fallback", fallback, ["denied", "refusal", "malformed JSON"]],
  ["a cascade that passes everything on", cascade(1), ["guardrail"]],
  ["a cascade that passes some on", cascade(0.7), ["malformed JSON"]],
  ["a cascade that ends in a fallback", cascade(0.9, fallback), ["cut off"]],
])("%s", (name, specification, faults) => {
  beforeEach(async () => {
    classifier = await createTextClassifier(specification);
  });

  describeTextClassifier(name, () => ({ classifier, ...KNOWN }));

  describe.each(faults)("while every call ends in: %s", (fault) => {
    beforeEach(() => {
      server.faultOf = () => fault;
    });

    describeTextClassifier(name, () => ({ classifier, ...KNOWN }));
  });
});

describe("createTextClassifier", () => {
  it("ends every fallback in the embedded model, and asks nobody else for what a link answered", async () => {
    server.faultOf = (sent) => (sent.some(({ text }) => text.includes("hate")) ? "refusal" : undefined);
    const outcomes = await (await createTextClassifier({ ...fallback, links: [{ ...bedrock, textsPerCall: 1 }] })).classify(texts("I love it", "I hate it"));
    expect(outcomes).toMatchObject([
      { ok: true, sentiment: { label: "positive" }, model: { provider: "bedrock" }, flags: [] },
      { ok: true, sentiment: { label: "negative" }, model: { provider: "embedded" }, flags: expect.arrayContaining(["fallback"]) as unknown },
    ]);
  });

  it("sends only what the embedded stage is not sure of over the wire", async () => {
    const sure = "I love it, excellent, wonderful, amazing, great";
    const outcomes = await (await createTextClassifier(cascade(0.7))).classify(texts(sure, "The box is by the door"));
    expect(outcomes).toMatchObject([
      { model: { provider: "embedded" }, flags: [], cost: { usd: 0 } },
      { model: { provider: "bedrock" }, flags: ["escalated"] },
    ]);
    expect((outcomes[1] as { cost: { usd: number } }).cost.usd).toBeGreaterThan(0);
    expect(asked()).toContain("The box is by the door");
    expect(asked()).not.toContain("wonderful");
  });

  it("splits long texts before they go out, without cutting a sentence", async () => {
    const sentence = "I love this shop and its people. ";
    const [outcome] = await (await createTextClassifier(bedrock)).classify(texts(sentence.repeat(600)));
    expect(outcome).toMatchObject({ ok: true, sentiment: { label: "positive" }, parts: 3 });
    const sent = server.requests.map(({ body }) => body.split("I love this shop and its people.").length - 1).reduce((sum, count) => sum + count, 0);
    expect(sent).toBe(600);
  });

  it("gives Comprehend no more than 5,000 bytes of a text at a time, and as much as that", async () => {
    const comprehend = await startComprehendServer();
    vi.stubEnv("AWS_ENDPOINT_URL_COMPREHEND", comprehend.url);
    const classifier = await createTextClassifier({ kind: "comprehend", detectLanguage: false });
    const outcomes = await classifier.classify(texts("I love it, já. ".repeat(312), "I love it, já. ".repeat(330)));
    await comprehend.close();
    expect(outcomes.map((outcome) => (outcome.ok ? outcome.parts : outcome.failure.reason))).toEqual([undefined, 2]);
  });

  it("gives an encoder no more than 1,500 bytes of a text at a time, and as much as that", async () => {
    const encoder = await startEncoderServer();
    vi.stubEnv("AWS_ENDPOINT_URL_SAGEMAKER_RUNTIME", encoder.url);
    const labels = { LABEL_0: "negative", LABEL_1: "negative", LABEL_2: "neutral", LABEL_3: "positive", LABEL_4: "positive" } as const;
    const classifier = await createTextClassifier({ kind: "sagemaker-encoder", endpoint: "encoder", model: "stars", labels, textsPerCall: 16, nameEmoji: false });
    const outcomes = await classifier.classify(texts("I love it, já. ".repeat(93), "I love it, já. ".repeat(100)));
    await encoder.close();
    expect(outcomes.map((outcome) => (outcome.ok ? outcome.parts : outcome.failure.reason))).toEqual([undefined, 2]);
  });

  it("hands every client to the instrument", async () => {
    const seen: string[] = [];
    const instrumented = await createTextClassifier(fallback, async (client) => {
      seen.push(client.constructor.name);
      return client;
    });
    await instrumented.classify(texts("I love it"));
    expect(seen).toContain("BedrockRuntimeClient");
  });

  it("gives two configurations that answer differently two identities", async () => {
    const specifications = [bedrock, fallback, cascade(0.7), cascade(0.71), cascade(0.7, fallback), cascade(0.7, { ...bedrock, strategy: "few-shot" })];
    const identities = await Promise.all(specifications.map(async (specification) => JSON.stringify((await createTextClassifier(specification)).model)));
    expect(new Set(identities).size).toBe(specifications.length);
  });
});
