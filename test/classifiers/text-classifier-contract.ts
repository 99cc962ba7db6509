import { describe, expect, it } from "vitest";
import { CostSchema, FlagSchema, ModelIdentitySchema, SENTIMENT_LABELS, SentimentSchema } from "../../core/contracts/sentiment-result.ts";
import type { TextClassification, TextClassifier, TextToClassify } from "../../classifiers/text-classifier.ts";

export interface ContractSubject {
  classifier: TextClassifier;
  /** Languages the classifier says it knows, and one it does not. */
  knownLanguages: readonly string[];
  unknownLanguage: string | undefined;
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
      const texts = subject().knownLanguages.flatMap((language) => {
        const plain = PLAIN[language];
        return plain === undefined ? [] : [{ language, text: plain.positive }, { language, text: plain.negative }];
      });
      expect(texts.length).toBeGreaterThan(0);
      const outcomes = await subject().classifier.classify(texts);
      expect(outcomes.map((outcome) => classified(outcome).sentiment.label)).toEqual(texts.map((_, index) => (index % 2 === 0 ? "positive" : "negative")));
    });

    it("keeps the contract of a result for every text, odd ones too", async () => {
      const { classifier, knownLanguages, unknownLanguage } = subject();
      const texts: TextToClassify[] = [...knownLanguages, unknownLanguage ?? "und", "und"].flatMap((language) => ODD.map((text) => ({ text, language })));
      for (const outcome of await classifier.classify(texts)) {
        const { sentiment, flags, cost, modelMs } = classified(outcome);
        expect(SentimentSchema.parse(sentiment)).toEqual(sentiment);
        expect(sentiment.scores.positive + sentiment.scores.neutral + sentiment.scores.negative).toBeCloseTo(1, 9);
        expect(sentiment.scores[sentiment.label]).toBe(Math.max(...SENTIMENT_LABELS.map((label) => sentiment.scores[label])));
        expect(FlagSchema.array().parse([...flags])).toEqual([...new Set(flags)]);
        expect(CostSchema.parse(cost)).toEqual(cost);
        expect(modelMs).toBeGreaterThanOrEqual(0);
      }
    });

    it("says so where it does not know the language", async () => {
      const { classifier, unknownLanguage } = subject();
      if (unknownLanguage === undefined) return;
      const [outcome] = await classifier.classify([{ text: "zzz", language: unknownLanguage }]);
      const { sentiment, flags } = classified(outcome);
      expect([...flags].toSorted()).toEqual(["language_unsupported", "low_confidence"]);
      expect(sentiment.label).toBe("neutral");
      expect(sentiment.confidence).toBeLessThan(0.1);
      for (const label of SENTIMENT_LABELS) expect(sentiment.scores[label]).toBeCloseTo(1 / 3, 1);
    });
  });
}

function classified(outcome: TextClassification | undefined): Extract<TextClassification, { ok: true }> {
  if (outcome?.ok !== true) throw new Error(`expected a classification, got ${JSON.stringify(outcome)}`);
  return outcome;
}
