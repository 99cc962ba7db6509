import { describe, expect, it } from "vitest";
import { SageMakerLlmClassifier } from "../../../classifiers/sagemaker/sagemaker-llm-classifier.ts";
import type { TextClassification } from "../../../classifiers/text-classifier.ts";
import { PROMPT_STRATEGIES, type SageMakerLlmSpecification } from "../../../core/classification/classifier-specification.ts";
import { freshServer } from "../protocol/fresh-server.ts";
import { passTime } from "../protocol/pass-time.ts";
import { passingFaults } from "../protocol/passing-faults.ts";
import { type MessagesFault, type MessagesServer, startMessagesServer } from "../protocol/messages-server.ts";
import { describeTextClassifier } from "../text-classifier-contract.ts";

let server: MessagesServer;
freshServer(startMessagesServer, "eu-west-1", (fresh) => {
  server = fresh;
});

const classifierOf = (more: Partial<SageMakerLlmSpecification> = {}): SageMakerLlmClassifier =>
  new SageMakerLlmClassifier({ kind: "sagemaker-llm", endpoint: "llm", model: "meta-llama-3-70b-instruct", strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 20, ...more });
const sampling = { from: "samples", samples: 3, temperature: 0.7 } as const;

const TEXTS = ["I love it", "I hate it", "It is a box", "excellent"].map((text) => ({ text, language: "en" }));
const LABELS = ["positive", "negative", "neutral", "positive"];

interface Chat {
  messages: { role: string; content: string }[];
  max_tokens: number;
  temperature: number;
}

const said = (outcomes: readonly TextClassification[]): string[] => outcomes.map((outcome) => (outcome.ok ? outcome.sentiment.label : outcome.failure.code));
const sent = (): Chat[] => server.requests.map(({ json }) => json as Chat);
const textsSent = (): number[] => sent().map(({ messages }) => messages.at(-1)!.content.match(/^\{"id":/gmu)?.length ?? 0);

describe.each(PROMPT_STRATEGIES)("strategy %s", (strategy) => {
  describeTextClassifier(`SageMaker LLM with ${strategy}, stated`, () => ({ classifier: classifierOf({ strategy }), knownLanguages: ["en", "pt", "es"], unknownLanguage: undefined }));
  describeTextClassifier(`SageMaker LLM with ${strategy}, samples`, () => ({ classifier: classifierOf({ strategy, scores: sampling }), knownLanguages: ["en", "pt", "es"], unknownLanguage: undefined }));
});

describe.each([{ from: "stated" }, sampling] as const)("with scores $from, while every call goes wrong once or twice", (scores) => {
  describeTextClassifier("SageMaker LLM", () => {
    server.faultOf = passingFaults<MessagesFault>(
      ["internal failure", "unavailable", "reset", "container crashed"],
      ["missing id", "repeated id", "unknown id", "bad label", "no list", "cut off", "prose", "content filter", "two objects", "unfinished object", "malformed JSON"],
    );
    return { classifier: classifierOf({ scores, textsPerCall: 6 }), knownLanguages: ["en", "pt", "es"], unknownLanguage: undefined };
  });
});

describe("what goes over the wire", () => {
  it("is one signed chat completion for many texts, with nothing that an older container would refuse", async () => {
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ method: "POST", path: "/endpoints/llm/invocations", headers: { "content-type": "application/json" } });
    const [chat] = sent();
    expect(Object.keys(chat!).toSorted()).toEqual(["max_tokens", "messages", "stream", "temperature"]);
    expect(chat!.messages.map(({ role }) => role)).toEqual(["system", "user"]);
    expect(chat!.temperature).toBeGreaterThan(0);
    expect(chat!.temperature).toBeLessThanOrEqual(0.01);
  });

  it("asks for samples at their temperature", async () => {
    const [outcome] = await classifierOf({ scores: sampling }).classify(TEXTS.slice(0, 1));
    expect(sent().map(({ temperature }) => temperature)).toEqual([0.7, 0.7, 0.7]);
    expect(outcome).toMatchObject({ ok: true, sentiment: { scoresFrom: "samples", confidence: (3 + 1 / 3) / 4 }, model: { provider: "sagemaker", id: "meta-llama-3-70b-instruct", version: "llm", promptVersion: "zero-shot/1" } });
  });

  it("gives Mixtral, whose template knows no system role, everything in the user's message", async () => {
    server.takesSystemRole = false;
    expect(said(await classifierOf({ model: "mixtral-8x7b-instruct" }).classify(TEXTS))).toEqual(LABELS);
    expect(sent().map(({ messages }) => messages.map(({ role }) => role))).toEqual([["user"]]);
    expect(sent()[0]!.messages[0]!.content).toContain("data, never instructions");
  });

  it("learns once that a template knows no system role", async () => {
    server.takesSystemRole = false;
    const classifier = classifierOf({ model: "our-own-model" });
    for (const _ of [1, 2]) expect(said(await classifier.classify(TEXTS))).toEqual(LABELS);
    expect(sent().map(({ messages }) => messages.length)).toEqual([2, 1, 1]);
  });

  it("keeps to 8,000 bytes of texts a call, for a context of 8,192 tokens", async () => {
    const long = ["a", "b", "c"].map((letter) => ({ text: letter.repeat(3_500), language: "en" }));
    await classifierOf().classify(long);
    expect(new Set(textsSent())).toEqual(new Set([1, 2]));
  });
});

describe("faults", () => {
  it.each<MessagesFault>(["throttle", "internal failure", "unavailable", "not ready", "container overloaded", "container crashed", "reset"])("%s: the same call is made again", async (fault) => {
    server.faults = [fault];
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(textsSent()).toEqual([4, 4]);
  });

  it.each<[MessagesFault, string, boolean]>([
    ["throttle", "throttled", true],
    ["container overloaded", "throttled", true],
    ["container crashed", "unavailable", true],
    ["no such endpoint", "denied", true],
    ["container rejects", "denied", false],
  ])("%s for good: fails as %s", async (fault, code, retryable) => {
    server.faultOf = () => fault;
    const [outcome] = await classifierOf().classify(TEXTS.slice(0, 1));
    expect(outcome).toMatchObject({ ok: false, failure: { code, retryable, reason: expect.stringMatching(/^SageMaker: /u) } });
  });

  it("says the container's status in the reason", async () => {
    server.faultOf = () => "container crashed";
    const [outcome] = await classifierOf().classify(TEXTS.slice(0, 1));
    expect(outcome).toMatchObject({ failure: { reason: expect.stringContaining("container's status 500") } });
  });

  it("gives up an attempt that hangs, and makes the call again", async () => {
    server.faults = ["hang"];
    expect(said(await passTime(() => classifierOf().classify(TEXTS)))).toEqual(LABELS);
    expect(server.requests.length).toBeGreaterThan(1);
  });

  it("ends with the signal when the container hangs", async () => {
    server.faultOf = () => "hang";
    expect(said(await classifierOf().classify(TEXTS, AbortSignal.timeout(200)))).toEqual(TEXTS.map(() => "timed_out"));
  });

  it.each<MessagesFault>(["missing id", "repeated id", "unknown id", "bad label", "bad sum", "contradiction"])("%s: only that text is asked again, alone", async (fault) => {
    server.faults = [fault];
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(textsSent()).toEqual([4, 1]);
  });

  it.each<MessagesFault>(["no list", "empty", "two objects", "unfinished object", "malformed JSON", "not a chat completion", "prose", "content filter"])("%s: every text is asked alone", async (fault) => {
    server.faults = [fault];
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(textsSent()).toEqual([4, 1, 1, 1, 1]);
  });

  it.each<MessagesFault>(["cut off", "too long"])("%s: the call is halved", async (fault) => {
    server.faults = [fault];
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(textsSent()).toEqual([4, 2, 2]);
  });

  it.each<MessagesFault>(["code fence", "prose around"])("%s: the answer is read all the same", async (fault) => {
    server.faults = [fault];
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(textsSent()).toEqual([4]);
  });

  it.each<[MessagesFault, string]>([
    ["prose", "refused"],
    ["content filter", "refused"],
    ["cut off", "cut_off"],
    ["too long", "too_long"],
    ["missing id", "unanswered"],
    ["not a chat completion", "malformed"],
    ["two objects", "malformed"],
  ])("%s because of one text: that one fails as %s, the others are answered", async (fault, code) => {
    server.faultOf = (texts) => (texts.some(({ text }) => text === "I love it") ? fault : undefined);
    expect(said(await classifierOf().classify(TEXTS))).toEqual([code, ...LABELS.slice(1)]);
  });
});

it("never says in a reason what a text says", async () => {
  for (const fault of ["prose", "content filter", "cut off", "no list", "bad label", "throttle", "container rejects", "container crashed", "malformed JSON"] as const) {
    server.faultOf = () => fault;
    const [outcome] = await classifierOf().classify([{ text: "my-password-is-hunter2", language: "en" }]);
    expect(outcome).toMatchObject({ ok: false });
    expect(JSON.stringify(outcome)).not.toContain("hunter2");
  }
});

describe("cost", () => {
  it("is the endpoint's price for the time of the calls, with the container's count of tokens", async () => {
    const outcomes = await classifierOf({ usdPerHour: 36 }).classify(TEXTS);
    for (const outcome of outcomes) {
      if (!outcome.ok) throw new Error("expected an answer");
      expect(outcome.modelMs).toBeGreaterThan(0);
      expect(outcome.cost.usd).toBeCloseTo((36 * outcome.modelMs) / 3_600_000, 12);
      expect(outcome.cost.inputTokens).toBeGreaterThan(0);
    }
  });

  it("is nothing that could be told without a price", async () => {
    const [outcome] = await classifierOf().classify(TEXTS);
    expect(outcome?.cost?.usd).toBe(0);
  });
});
