import { describe, expect, it } from "vitest";
import { CostSchema, FlagSchema, ModelIdentitySchema, SENTIMENT_LABELS, SentimentSchema } from "../../core/contracts/sentiment-result.ts";
import { seededRandom } from "../../core/seeded-random.ts";
import type { TextClassification, TextClassifier, TextToClassify } from "../../classifiers/text-classifier.ts";

export interface ContractSubject {
  classifier: TextClassifier;
  /** Languages the classifier says it knows, and one it does not. */
  knownLanguages: readonly string[];
  unknownLanguage: string | undefined;
  /** How it says that it does not know a language: by the flag `language_unsupported` (when absent) or by the failure `unsupported_language`. */
  unknownLanguageIs?: "flagged" | "refused";
}

const PLAIN: Record<string, { positive: string; negative: string }> = {
  en: { positive: "I love it, the service was excellent and the staff wonderful.", negative: "This is terrible, I hate it, the worst service." },
  pt: { positive: "Adorei, atendimento excelente e entrega maravilhosa!", negative: "Péssimo, odiei, o produto veio com defeito e foi horrível." },
  es: { positive: "Me encanta, excelente servicio y una experiencia maravillosa.", negative: "Es horrible, odio este servicio, qué desastre." },
};

const ODD = ["?", "....", "0", "[EMAIL]", "\u0000", "a\ud800", "😀", "x ".repeat(30_000), "constructor __proto__ toString hasOwnProperty"];

/** The expectations every `TextClassifier` has to meet, whatever stands behind it. */
export function describeTextClassifier(name: string, subject: () => ContractSubject): void {
  describe(`${name}, as a TextClassifier`, () => {
    it("names itself within the limits of a result", () => {
      expect(() => ModelIdentitySchema.parse(subject().classifier.model)).not.toThrow();
    });

    it("answers nothing for nothing", async () => {
      expect(await subject().classifier.classify([])).toEqual([]);
    });

    it("gives one outcome a text, in order", async () => {
      const texts = plainTexts(subject().knownLanguages).flatMap(([language, plain]) => [
        { language, text: plain.positive },
        { language, text: plain.negative },
      ]);
      const outcomes = await subject().classifier.classify(texts);
      expect(outcomes.map((outcome) => classified(outcome).sentiment.label)).toEqual(texts.map((_, index) => (index % 2 === 0 ? "positive" : "negative")));
    });

    it("keeps the order of many texts, and of two batches at once", async () => {
      const { classifier, knownLanguages } = subject();
      const random = seededRandom(11);
      const batches = [73, 31].map((size) =>
        Array.from({ length: size }, (_, index) => {
          const [language, plain] = plainTexts(knownLanguages)[Math.floor(random() * plainTexts(knownLanguages).length)]!;
          const label = random() < 0.5 ? ("positive" as const) : ("negative" as const);
          return { label, text: Object.freeze({ language, text: `${plain[label]} (${index})` }) };
        }),
      );
      const answers = await Promise.all(batches.map((batch) => classifier.classify(Object.freeze(batch.map(({ text }) => text)))));
      expect(answers.map((outcomes) => outcomes.map((outcome) => classified(outcome).sentiment.label))).toEqual(batches.map((batch) => batch.map(({ label }) => label)));
    });

    it("keeps the contract of a result for every text, odd ones too", async () => {
      const { classifier, knownLanguages, unknownLanguage, unknownLanguageIs = "flagged" } = subject();
      const languages = unknownLanguageIs === "flagged" ? [...knownLanguages, unknownLanguage ?? "und", "und"] : knownLanguages;
      const texts: TextToClassify[] = languages.flatMap((language) => ODD.map((text) => ({ text, language })));
      const outcomes = await classifier.classify(texts);
      expect(outcomes).toHaveLength(texts.length);
      for (const outcome of outcomes) {
        const { sentiment, flags, cost, modelMs, model, parts } = classified(outcome);
        expect(ModelIdentitySchema.parse(model)).toEqual(model);
        expect(parts ?? 2).toBeGreaterThan(1);
        expect(SentimentSchema.parse(sentiment)).toEqual(sentiment);
        expect(sentiment.scores.positive + sentiment.scores.neutral + sentiment.scores.negative).toBeCloseTo(1, 9);
        expect(sentiment.scores[sentiment.label]).toBe(Math.max(...SENTIMENT_LABELS.map((label) => sentiment.scores[label])));
        expect(FlagSchema.array().parse([...flags])).toEqual([...new Set(flags)]);
        expect(CostSchema.parse(cost)).toEqual(cost);
        expect(modelMs).toBeGreaterThanOrEqual(0);
      }
    });

    it("says so where it does not know the language", async () => {
      const { classifier, knownLanguages, unknownLanguage, unknownLanguageIs = "flagged" } = subject();
      if (unknownLanguage === undefined) return;
      const known = { text: plainTexts(knownLanguages)[0]![1].positive, language: plainTexts(knownLanguages)[0]![0] };
      const [outcome, neighbour] = await classifier.classify([{ text: "zzz", language: unknownLanguage }, known]);
      expect(classified(neighbour).sentiment.label).toBe("positive");
      const saysSo = { flagged: expectFlagged, refused: expectRefused }[unknownLanguageIs];
      saysSo(outcome);
    });

    it("ends at once when its time is over, with an answer or as timed_out, and without a word of the text", async () => {
      const { classifier, knownLanguages } = subject();
      const [language, plain] = plainTexts(knownLanguages)[0]!;
      const started = performance.now();
      const outcomes = await classifier.classify(
        Array.from({ length: 40 }, () => ({ language, text: plain.negative })),
        AbortSignal.abort(),
      );
      expect(performance.now() - started).toBeLessThan(2_000);
      expect(outcomes).toHaveLength(40);
      for (const outcome of outcomes.filter(({ ok }) => !ok)) {
        expect(outcome).toMatchObject({ failure: { code: "timed_out", retryable: true } });
        expect(JSON.stringify(outcome)).not.toContain(plain.negative.slice(0, 8));
      }
    });
  });
}

function expectFlagged(outcome: TextClassification | undefined): void {
  const { sentiment, flags } = classified(outcome);
  expect([...flags].toSorted()).toEqual(["language_unsupported", "low_confidence"]);
  expect(sentiment.label).toBe("neutral");
  expect(sentiment.confidence).toBeLessThan(0.1);
  for (const label of SENTIMENT_LABELS) expect(sentiment.scores[label]).toBeCloseTo(1 / 3, 1);
}

function expectRefused(outcome: TextClassification | undefined): void {
  expect(outcome).toMatchObject({ ok: false, failure: { code: "unsupported_language", retryable: false } });
}

/** The languages among these that there are plain texts in; the contract needs at least one. */
function plainTexts(languages: readonly string[]): (readonly [string, { positive: string; negative: string }])[] {
  const known = languages.flatMap((language) => (PLAIN[language] === undefined ? [] : [[language, PLAIN[language]] as const]));
  if (known.length === 0) throw new Error(`The contract needs one of the languages ${Object.keys(PLAIN).join(", ")}, not only ${languages.join(", ")}.`);
  return known;
}

function classified(outcome: TextClassification | undefined): Extract<TextClassification, { ok: true }> {
  if (outcome?.ok !== true) throw new Error(`expected a classification, got ${JSON.stringify(outcome)}`);
  return outcome;
}
