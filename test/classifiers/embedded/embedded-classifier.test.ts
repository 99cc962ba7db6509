import { describe, expect, it } from "vitest";
import { EmbeddedClassifier } from "../../../classifiers/embedded/embedded-classifier.ts";
import type { Classified } from "../../../classifiers/text-classifier.ts";
import { describeTextClassifier } from "../text-classifier-contract.ts";

const classifier = new EmbeddedClassifier();

describeTextClassifier("the embedded classifier", () => ({ classifier, knownLanguages: classifier.languages, unknownLanguage: "sv" }));

async function classify(text: string, language: string): Promise<Classified> {
  const [outcome] = await classifier.classify([{ text, language }]);
  if (outcome?.ok !== true) throw new Error("expected a classification");
  return outcome;
}

describe("the embedded classifier", () => {
  it("names its weights in its version", () => {
    expect(classifier.model).toMatchObject({ provider: "embedded", id: "valence-text" });
    expect(classifier.model.version).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{8}$/u);
  });

  it("knows the languages of its training data, in every region", async () => {
    expect([...classifier.languages].toSorted()).toEqual(["ar", "de", "en", "es", "fi", "fr", "hi", "it", "pcm", "pt"]);
    expect((await classify("ótimo atendimento", "pt-BR")).sentiment).toEqual((await classify("ótimo atendimento", "PT")).sentiment);
  });

  it.each([
    ["en", "The support was great, thank you so much!", "Worst support ever, I am so angry and disappointed"],
    ["pt", "Adorei, muito bom, obrigado!", "Que raiva, péssimo atendimento, nunca mais compro"],
    ["es", "Muchas gracias, estoy muy feliz con la compra", "Qué asco, es horrible y estoy muy triste"],
    ["fr", "J'adore, merci beaucoup, c'est génial", "C'est horrible, je déteste ça, je suis triste"],
    ["de", "Super, ich liebe es, vielen Dank", "Das ist schlecht, ich hasse es, so traurig"],
    ["it", "Bellissimo, grazie mille, sono felice", "Che schifo, una vergogna, sono triste"],
    ["ar", "شكرا جزيلا، خدمة رائعة وجميلة", "خدمة سيئة جدا، أكره هذا"],
    ["fi", "Rakastan tätä, kiitos, ihanaa", "Vihaan tätä, kamala ja surullinen"],
  ])("tells praise from complaint in %s", async (language, praise, complaint) => {
    expect((await classify(praise, language)).sentiment.label).toBe("positive");
    expect((await classify(complaint, language)).sentiment.label).toBe("negative");
  });

  it("turns what is negated", async () => {
    const plain = (await classify("it is good", "en")).sentiment.scores;
    const negated = (await classify("it is not good", "en")).sentiment.scores;
    expect(negated.positive).toBeLessThan(plain.positive);
    expect(negated.negative).toBeGreaterThan(plain.negative);
  });

  it("hears emoji in every language, but claims little where it knows no words", async () => {
    const { sentiment, flags } = await classify("😡😡", "sv");
    expect(sentiment.label).toBe("negative");
    expect(sentiment.confidence).toBeLessThan(0.34);
    expect(flags).toEqual(["language_unsupported", "low_confidence"]);
    expect((await classify("jag älskar det ❤️😍", "sv")).sentiment.label).toBe("positive");
  });

  it("answers for an unknown language from what languages share, less sure", async () => {
    const known = await classify("I love this so much, it is wonderful", "en");
    const unknown = await classify("I love this so much, it is wonderful", "und");
    expect(unknown.sentiment.label).toBe("positive");
    expect(unknown.sentiment.confidence).toBeLessThan(known.sentiment.confidence);
    expect(unknown.flags).not.toContain("language_unsupported");
  });

  it("flags mixed feelings, not plain ones", async () => {
    expect((await classify("Excellent product, horrible support", "en")).flags).toContain("mixed");
    expect((await classify("Excellent product, wonderful support", "en")).flags).not.toContain("mixed");
  });

  it("is unsure of a text that says nothing", async () => {
    const silent = await classify("xyzzy", "en");
    const loud = await classify("I love it, wonderful, amazing, thank you", "en");
    expect(silent.sentiment.confidence).toBeLessThan(loud.sentiment.confidence);
    expect(loud.flags).toEqual([]);
  });

  it("gives the same answer to the same text, whatever it met before", async () => {
    const before = (await classify("the delivery was late again", "en")).sentiment;
    const many = Array.from({ length: 20_000 }, (_, index) => ({ text: `word${index} other${index}`, language: "en" }));
    await classifier.classify(many);
    expect((await classify("the delivery was late again", "en")).sentiment).toEqual(before);
  });

  it.each([
    ["one word without end", "a".repeat(60_000)],
    ["60,000 different letters", Array.from({ length: 60_000 }, (_, index) => String.fromCharCode(0x61 + ((index * 7) % 26))).join("")],
    ["laughter without end", "ha".repeat(30_000)],
    ["words of two letters", "ab ".repeat(20_000)],
    ["faces without end", ":)".repeat(30_000)],
    ["eyes without a face", ":-".repeat(30_000)],
    ["lone surrogates", "\ud800".repeat(60_000)],
    ["negators only", "not ".repeat(15_000)],
  ])("takes %s in linear time", async (_, text) => {
    const started = performance.now();
    const { sentiment } = await classify(text, "en");
    expect(performance.now() - started).toBeLessThan(500);
    expect(sentiment.scores.positive + sentiment.scores.neutral + sentiment.scores.negative).toBeCloseTo(1, 9);
  });
});
