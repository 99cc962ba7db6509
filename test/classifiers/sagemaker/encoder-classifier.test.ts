import { describe, expect, it } from "vitest";
import { splittingLongTexts } from "../../../classifiers/long-texts.ts";
import { SageMakerEncoderClassifier } from "../../../classifiers/sagemaker/sagemaker-encoder-classifier.ts";
import type { TextClassification, TextToClassify } from "../../../classifiers/text-classifier.ts";
import type { SageMakerEncoderSpecification } from "../../../core/classification/classifier-specification.ts";
import { type EncoderFault, type EncoderServer, startEncoderServer } from "../protocol/encoder-server.ts";
import { freshServer } from "../protocol/fresh-server.ts";
import { passTime } from "../protocol/pass-time.ts";
import { passingFaults } from "../protocol/passing-faults.ts";
import { describeTextClassifier } from "../text-classifier-contract.ts";

let server: EncoderServer;
freshServer(startEncoderServer, "eu-west-1", (fresh) => {
  server = fresh;
});

const STARS = { LABEL_0: "negative", LABEL_1: "negative", LABEL_2: "neutral", LABEL_3: "positive", LABEL_4: "positive" } as const;
const classifierOf = (more: Partial<SageMakerEncoderSpecification> = {}): SageMakerEncoderClassifier =>
  new SageMakerEncoderClassifier({ kind: "sagemaker-encoder", endpoint: "encoder", model: "stars", labels: STARS, textsPerCall: 16, nameEmoji: false, ...more });
const english = (...texts: string[]): TextToClassify[] => texts.map((text) => ({ text, language: "en" }));
const said = (outcomes: readonly TextClassification[]): string[] => outcomes.map((outcome) => (outcome.ok ? outcome.sentiment.label : outcome.failure.code));

interface Sent {
  inputs: string[];
  parameters: unknown;
}
const sent = (): Sent[] => server.requests.map(({ json }) => json as Sent);

describeTextClassifier("SageMaker encoder", () => ({
  classifier: splittingLongTexts(classifierOf({ languages: ["en", "pt", "es"] }), 1_500),
  knownLanguages: ["en", "pt", "es"],
  unknownLanguage: "ja",
  unknownLanguageIs: "refused",
}));
describeTextClassifier("SageMaker encoder for all languages, with emoji named", () => ({ classifier: splittingLongTexts(classifierOf({ nameEmoji: true }), 1_500), knownLanguages: ["en", "pt", "es"], unknownLanguage: undefined }));

describe("while every call goes wrong once or twice", () => {
  describeTextClassifier("SageMaker encoder", () => {
    server.faultOf = passingFaults<EncoderFault>(
      ["throttle", "internal failure", "unavailable", "container crashed", "reset", "container silent"],
      ["one too few", "one too many", "one unreadable", "all zero", "one label each", "not an array", "malformed JSON", "container refuses"],
    );
    return { classifier: splittingLongTexts(classifierOf(), 1_500), knownLanguages: ["en", "pt", "es"], unknownLanguage: undefined };
  });
});

describe("what goes over the wire", () => {
  it("is one signed call for many texts that asks for the scores of all labels", async () => {
    expect(said(await classifierOf().classify(english("I love it", "I hate it", "It is a box")))).toEqual(["positive", "negative", "neutral"]);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ method: "POST", path: "/endpoints/encoder/invocations", headers: { "content-type": "application/json", accept: "application/json" } });
    expect(server.requests[0]!.headers["authorization"]).toContain("/eu-west-1/sagemaker/aws4_request");
    expect(sent()).toEqual([{ inputs: ["I love it", "I hate it", "It is a box"], parameters: { top_k: null } }]);
  });

  it("packs as many texts as configured, whatever their languages", async () => {
    const texts = Array.from({ length: 23 }, (_, index) => ({ text: `I love it ${index}`, language: index % 2 === 0 ? "en" : "fi" }));
    await classifierOf({ textsPerCall: 10 }).classify(texts);
    expect(sent().map(({ inputs }) => inputs.length).toSorted((a, b) => a - b)).toEqual([3, 10, 10]);
  });

  it("names emoji in the text's language where the model does not read them", async () => {
    await classifierOf({ nameEmoji: true }).classify([{ text: "Serviço 👎🏽!", language: "pt-BR" }, { text: "ok 💔", language: "fi" }]);
    expect(sent()[0]!.inputs).toEqual(["Serviço ruim, polegar para baixo!", "ok broken heart"]);
  });
});

describe("what it answers", () => {
  it("adds up the labels that stand for one of ours, and shares the endpoint's price by time", async () => {
    const [outcome, other] = await classifierOf({ usdPerHour: 3.6 }).classify(english("I hate it", "I love it"));
    expect(outcome).toMatchObject({ ok: true, sentiment: { label: "negative", scores: { negative: expect.closeTo(0.9, 9), neutral: expect.closeTo(0.08, 9), positive: expect.closeTo(0.02, 9) }, scoresFrom: "service" }, model: { provider: "sagemaker", id: "stars", version: "encoder" }, flags: [] });
    if (outcome?.ok !== true || other?.ok !== true) throw new Error("expected two answers");
    expect(outcome.cost.usd).toBeCloseTo((3.6 * outcome.modelMs) / 3_600_000, 12);
    expect(outcome.cost.usd).toBe(other.cost.usd);
  });

  it("says when less than half speaks for the answer", async () => {
    const [outcome] = await classifierOf().classify(english("I love the app and hate the fees"));
    expect(outcome).toMatchObject({ ok: true, sentiment: { label: "negative", confidence: expect.closeTo(0.45, 9) }, flags: ["low_confidence"] });
  });

  it("refuses languages it was not trained for and asks for those nobody knows", async () => {
    const outcomes = await classifierOf({ languages: ["pt"] }).classify(["pt-BR", "en", "und", "PT"].map((language) => ({ text: "love", language })));
    expect(said(outcomes)).toEqual(["positive", "unsupported_language", "positive", "positive"]);
  });
});

describe("when something fails", () => {
  const TEXTS = english("secret words: I hate it", "I love it", "It is a box");
  const LABELS = ["negative", "positive", "neutral"];

  it.each<EncoderFault>(["throttle", "internal failure", "unavailable", "not ready", "container crashed", "container overloaded", "container silent", "reset"])("tries the call again after: %s", async (fault) => {
    server.faults = [fault];
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(sent().map(({ inputs }) => inputs.length)).toEqual([3, 3]);
  });

  it.each<EncoderFault>(["malformed JSON", "not an array", "one too few", "one too many", "one label each", "container refuses", "payload too large"])("asks each text alone after: %s", async (fault) => {
    server.faults = [fault];
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(sent().map(({ inputs }) => inputs.length)).toEqual([3, 1, 1, 1]);
  });

  it.each<EncoderFault>(["one unreadable", "all zero"])("asks only the text concerned again: %s", async (fault) => {
    server.faults = [fault];
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(sent().map(({ inputs }) => inputs)).toEqual([TEXTS.map(({ text }) => text), [TEXTS[0]!.text]]);
  });

  it.each<[EncoderFault, string, boolean]>([
    ["container refuses", "denied", false],
    ["payload too large", "too_long", false],
    ["one too few", "unanswered", true],
    ["one unreadable", "malformed", true],
    ["malformed JSON", "malformed", true],
  ])("gives up only the text that it is about, without a word of it: %s → %s", async (fault, code, retryable) => {
    server.faultOf = (texts) => (texts.some((text) => text.startsWith("secret")) ? fault : undefined);
    const outcomes = await classifierOf().classify(TEXTS);
    expect(said(outcomes)).toEqual(fault === "one unreadable" ? [code, "positive", "neutral"] : [code, ...LABELS.slice(1)]);
    expect(outcomes[0]).toMatchObject({ failure: { retryable } });
    expect(JSON.stringify(outcomes)).not.toContain("secret");
  });

  it("names the container's log when it refuses", async () => {
    server.faultOf = () => "container refuses";
    const [outcome] = await classifierOf().classify(TEXTS.slice(0, 1));
    expect(outcome).toMatchObject({ failure: { reason: expect.stringMatching(/400.*log-group:\/aws\/sagemaker\/Endpoints\/encoder/u) } });
    expect(server.requests).toHaveLength(1);
  });

  it("names the label that the configuration does not, and the setting", async () => {
    server.faults = ["unknown label"];
    const outcomes = await classifierOf().classify(TEXTS);
    expect(outcomes[0]).toMatchObject({ failure: { code: "malformed", reason: expect.stringMatching(/"LABEL_9".*"labels"/u) } });
    expect(said(outcomes.slice(1))).toEqual(["positive", "neutral"]);
    expect(server.requests).toHaveLength(1);
  });

  it.each<[EncoderFault, string]>([["denied", "sagemaker:InvokeEndpoint"], ["no such endpoint", "Endpoint encoder"]])("does not repeat what configuration has to mend: %s", async (fault, hint) => {
    server.faultOf = () => fault;
    const outcomes = await classifierOf().classify(TEXTS);
    expect(outcomes[0]).toMatchObject({ failure: { code: "denied", retryable: true, reason: expect.stringContaining(hint) } });
    expect(server.requests).toHaveLength(1);
  });

  it("gives up an attempt that hangs, and makes the call again", async () => {
    server.faults = ["hang"];
    expect(said(await passTime(() => classifierOf().classify(TEXTS)))).toEqual(LABELS);
    expect(server.requests.length).toBeGreaterThan(1);
  });

  it("fails as timed_out when a call hangs past the deadline", async () => {
    server.faultOf = () => "hang";
    expect(said(await classifierOf().classify(TEXTS, AbortSignal.timeout(300)))).toEqual(["timed_out", "timed_out", "timed_out"]);
  });
});
