import { describe, expect, it } from "vitest";
import { ComprehendClassifier } from "../../../classifiers/comprehend/comprehend-classifier.ts";
import { splittingLongTexts } from "../../../classifiers/long-texts.ts";
import type { TextClassification, TextToClassify } from "../../../classifiers/text-classifier.ts";
import type { ComprehendSpecification } from "../../../core/classification/classifier-specification.ts";
import { type ComprehendFault, type ComprehendServer, startComprehendServer } from "../protocol/comprehend-server.ts";
import { freshServer } from "../protocol/fresh-server.ts";
import { passTime } from "../protocol/pass-time.ts";
import { passingFaults } from "../protocol/passing-faults.ts";
import { describeTextClassifier } from "../text-classifier-contract.ts";

let server: ComprehendServer;
freshServer(startComprehendServer, "eu-west-1", (fresh) => {
  server = fresh;
});

const classifierOf = (more: Partial<ComprehendSpecification> = {}): ComprehendClassifier => new ComprehendClassifier({ kind: "comprehend", detectLanguage: false, ...more });
const inLanguage = (language: string, ...texts: string[]): TextToClassify[] => texts.map((text) => ({ text, language }));
const said = (outcomes: readonly TextClassification[]): string[] => outcomes.map((outcome) => (outcome.ok ? outcome.sentiment.label : outcome.failure.code));

interface Sent {
  LanguageCode?: string;
  TextList: string[];
}
const sent = (): Sent[] => server.requests.map(({ json }) => json as Sent);
const operations = (): (string | undefined)[] => server.requests.map(({ headers }) => headers["x-amz-target"]?.split(".")[1]);

describeTextClassifier("Comprehend", () => ({ classifier: splittingLongTexts(classifierOf(), 5_000), knownLanguages: ["en", "pt", "es"], unknownLanguage: "sw", unknownLanguageIs: "refused" }));

describe("while every call goes wrong once or twice", () => {
  describeTextClassifier("Comprehend", () => {
    server.faultOf = passingFaults<ComprehendFault>(
      ["throttle", "internal error", "unavailable", "reset", "malformed JSON", "too many requests"],
      ["left out", "repeated", "unknown index", "scores missing", "item failed", "no lists"],
    );
    return { classifier: splittingLongTexts(classifierOf(), 5_000), knownLanguages: ["en", "pt", "es"], unknownLanguage: "sw", unknownLanguageIs: "refused" };
  });
});

describe("what goes over the wire", () => {
  it("is one signed JSON call for 25 documents of one language", async () => {
    expect(said(await classifierOf().classify(inLanguage("en", "I love it", "I hate it", "It is a box")))).toEqual(["positive", "negative", "neutral"]);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ method: "POST", path: "/", headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "Comprehend_20171127.BatchDetectSentiment" } });
    expect(server.requests[0]!.headers["authorization"]).toMatch(/Credential=AKIATEST\/\d{8}\/eu-west-1\/comprehend\/aws4_request/u);
    expect(sent()).toEqual([{ LanguageCode: "en", TextList: ["I love it", "I hate it", "It is a box"] }]);
  });

  it("never mixes languages nor passes 25 documents, and gives the order back", async () => {
    const texts = Array.from({ length: 130 }, (_, index): TextToClassify => ({ text: index % 3 === 0 ? `I love it ${index}` : `I hate it ${index}`, language: ["en", "pt-BR", "zh-Hant", "zh-CN"][index % 4]! }));
    expect(said(await classifierOf().classify(texts))).toEqual(texts.map((_, index) => (index % 3 === 0 ? "positive" : "negative")));
    expect(new Set(sent().map(({ LanguageCode, TextList }) => `${LanguageCode} ${TextList.length}`))).toEqual(new Set(["en 25", "en 8", "pt 25", "pt 8", "zh 25", "zh 7", "zh-TW 25", "zh-TW 7"]));
    expect(server.requests).toHaveLength(8);
    for (const { TextList } of sent()) {
      const languages = TextList.map((text) => Number(text.split(" ").at(-1)) % 4);
      expect(new Set(languages).size).toBe(1);
    }
  });

  it.each([["zh-HK", "zh-TW"], ["zh-TW", "zh-TW"], ["zh-Hans-TW", "zh"], ["zh", "zh"], ["PT-br", "pt"], ["es-419", "es"], ["en-GB", "en"]])("asks %s as %s", async (tag, code) => {
    await classifierOf().classify(inLanguage(tag, "love"));
    expect(sent().map(({ LanguageCode }) => LanguageCode)).toEqual([code]);
  });

  it("lets no document pass 5,000 bytes of UTF-8: split before, refused here, never cut", async () => {
    const long = "Adorei o serviço. ".repeat(600);
    const [whole] = await splittingLongTexts(classifierOf(), 5_000).classify(inLanguage("pt", long));
    expect(whole).toMatchObject({ ok: true, parts: 3, sentiment: { label: "positive" } });
    const documents = sent().flatMap(({ TextList }) => TextList);
    expect(documents.join("")).toBe(long);
    expect(Math.max(...documents.map((text) => Buffer.byteLength(text)))).toBeLessThanOrEqual(5_000);

    server.requests.length = 0;
    const exact = "é".repeat(2_500);
    const outcomes = await classifierOf().classify(inLanguage("pt", `${exact}e`, exact));
    expect(outcomes[0]).toMatchObject({ ok: false, failure: { code: "too_long", retryable: false } });
    expect(outcomes[1]).toMatchObject({ ok: true });
    expect(sent()).toEqual([{ LanguageCode: "pt", TextList: [exact] }]);
  });

  it("sends what cannot be written as UTF-8 as the replacement character", async () => {
    await classifierOf().classify(inLanguage("en", "a\ud800b"));
    expect(sent()[0]!.TextList).toEqual(["a\uFFFDb"]);
  });
});

describe("what it answers", () => {
  it("keeps MIXED as a flag and gives the three-way label by the other scores", async () => {
    const [outcome] = await classifierOf().classify(inLanguage("en", "I love the app and hate the fees"));
    expect(outcome).toMatchObject({ ok: true, sentiment: { label: "negative", scores: { positive: 0.25, neutral: 0.25, negative: 0.5 }, confidence: 0.5, scoresFrom: "service" }, flags: ["mixed"] });
  });

  it("counts three units of 100 characters for a short text, more for a long one", async () => {
    const [short, long] = await classifierOf().classify(inLanguage("en", "love", "😀".repeat(1_001)));
    expect([short?.cost?.usd, long?.cost?.usd]).toEqual([expect.closeTo(0.0003, 10), expect.closeTo(0.0011, 10)]);
  });

  it("refuses a language it has no model for, asks nothing for it, and answers its neighbours", async () => {
    const outcomes = await classifierOf().classify([...inLanguage("und", "love"), ...inLanguage("en", "love"), ...inLanguage("not a tag", "love")]);
    expect(said(outcomes)).toEqual(["unsupported_language", "positive", "unsupported_language"]);
    expect(outcomes[0]).toMatchObject({ failure: { retryable: false } });
    expect(sent()).toHaveLength(1);
  });

  it("asks for the language of texts without one, only when told to, and pays for it", async () => {
    const texts = [...inLanguage("und", "Adorei", "habari hate", "!!"), ...inLanguage("en", "hate")];
    const outcomes = await classifierOf({ detectLanguage: true }).classify(texts);
    expect(said(outcomes)).toEqual(["positive", "unsupported_language", "unsupported_language", "negative"]);
    expect(operations()).toEqual(["BatchDetectDominantLanguage", "BatchDetectSentiment", "BatchDetectSentiment"]);
    expect(sent()[0]).toEqual({ TextList: ["Adorei", "habari hate", "!!"] });
    expect(new Set(sent().slice(1).map(({ LanguageCode }) => LanguageCode))).toEqual(new Set(["en", "pt"]));
    expect(outcomes.map((outcome) => outcome.cost?.usd)).toEqual([0.0006, 0.0003, 0.0003, 0.0003].map((usd) => expect.closeTo(usd, 10) as number));
  });
});

describe("when something fails", () => {
  const TEXTS = inLanguage("en", "secret words: I hate it", "I love it", "It is a box");
  const LABELS = ["negative", "positive", "neutral"];

  it.each<ComprehendFault>(["throttle", "too many requests", "internal error", "unavailable", "reset", "malformed JSON"])("tries the call again after: %s", async (fault) => {
    server.faults = [fault];
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(sent().map(({ TextList }) => TextList.length)).toEqual([3, 3]);
  });

  it.each<ComprehendFault>(["left out", "repeated", "unknown index", "scores missing", "item failed"])("asks only the text concerned again, alone: %s", async (fault) => {
    server.faults = [fault];
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(sent().map(({ TextList }) => TextList)).toEqual([TEXTS.map(({ text }) => text), [TEXTS[0]!.text]]);
  });

  it("asks each text alone after an answer without lists", async () => {
    server.faults = ["no lists"];
    expect(said(await classifierOf().classify(TEXTS))).toEqual(LABELS);
    expect(sent().map(({ TextList }) => TextList.length)).toEqual([3, 1, 1, 1]);
  });

  it.each<[ComprehendFault, string, boolean, number]>([
    ["left out", "unanswered", true, 2],
    ["repeated", "unanswered", true, 2],
    ["scores missing", "malformed", true, 2],
    ["item failed", "unavailable", true, 2],
    ["item too large", "too_long", false, 1],
    ["item refused", "denied", false, 1],
  ])("gives up one text whose answer stays so: %s → %s", async (fault, code, retryable, asked) => {
    server.faultOf = (texts) => (texts.some((text) => text.startsWith("secret")) ? fault : undefined);
    const outcomes = await classifierOf().classify(TEXTS);
    expect(said(outcomes)).toEqual([code, "positive", "neutral"]);
    expect(outcomes[0]).toMatchObject({ failure: { retryable } });
    expect(JSON.stringify(outcomes[0])).not.toContain("secret");
    expect(sent().filter(({ TextList }) => TextList.includes(TEXTS[0]!.text))).toHaveLength(asked);
  });

  it("asks each text alone when the service refuses the call as a whole, so that only the guilty one fails", async () => {
    const outcomes = await classifierOf().classify(inLanguage("en", "I love it", "", "I hate it"));
    expect(said(outcomes)).toEqual(["positive", "denied", "negative"]);
    expect(outcomes[1]).toMatchObject({ failure: { retryable: false } });
    expect(sent().map(({ TextList }) => TextList.length)).toEqual([3, 1, 1, 1]);
  });

  it("does not repeat what a permission forbids, and says which", async () => {
    server.faultOf = () => "denied";
    const outcomes = await classifierOf().classify(TEXTS);
    expect(said(outcomes)).toEqual(["denied", "denied", "denied"]);
    expect(outcomes[0]).toMatchObject({ failure: { retryable: true, reason: expect.stringContaining("comprehend:BatchDetectSentiment") } });
    expect(server.requests).toHaveLength(1);
  });

  it("gives up an attempt that hangs, and makes the call again", async () => {
    server.faults = ["hang"];
    expect(said(await passTime(() => classifierOf().classify(TEXTS)))).toEqual(LABELS);
    expect(server.requests.length).toBeGreaterThan(1);
  });

  it("fails as timed_out when a call hangs past the deadline", async () => {
    server.faultOf = () => "hang";
    const started = performance.now();
    const outcomes = await classifierOf().classify(TEXTS, AbortSignal.timeout(300));
    expect(said(outcomes)).toEqual(["timed_out", "timed_out", "timed_out"]);
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it("keeps a failing language from the others", async () => {
    server.faultOf = (texts) => (texts.includes("adorei") ? "denied" : undefined);
    expect(said(await classifierOf().classify([...inLanguage("pt", "adorei"), ...inLanguage("en", "love")]))).toEqual(["denied", "positive"]);
  });
});
