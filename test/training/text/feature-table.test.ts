import { describe, expect, it } from "vitest";
import { decodeModelFile, encodeModelFile, WEIGHTS_PER_BUCKET, decodeWeight } from "../../../classifiers/embedded/model-file.ts";
import { SentimentModel } from "../../../classifiers/embedded/sentiment-model.ts";
import { seededRandom } from "../../../core/seeded-random.ts";
import { BUCKET_BITS, BUCKETS, buildFeatureTable, collectFeatures, LIST_NEGATIVE, LIST_POSITIVE, LIST_POSITIVE_NEGATED } from "../../../training/text/feature-table.ts";
import type { PreparedText } from "../../../training/text/training-data.ts";

const LARGEST = 2;
const random = seededRandom(7);
const weights = Int8Array.from({ length: WEIGHTS_PER_BUCKET * BUCKETS }, () => Math.floor(random() * 255) - 127);
const bytes = encodeModelFile({ version: "0.0.1", bucketBits: BUCKET_BITS, largestWeight: LARGEST, lowConfidence: 0.5, languages: {} }, weights);

const TEXTS: readonly [string, string][] = [
  ["und", "I do NOT like this soooo much, really!! :-) 😍"],
  ["und", "não gostei nada, que coisa"],
  ["und", "a"],
  ["und", "لا أحب هذا 😡😡"],
];

describe("the features of a text", () => {
  it.each(TEXTS)("weigh the same in training and in service (%s): %s", (language, text) => {
    const { features, values } = collectFeatures({ text, language });
    const trained = [0, 0];
    features.forEach((feature, index) => {
      for (const side of [0, 1]) trained[side]! += values[index]! * decodeWeight(weights[WEIGHTS_PER_BUCKET * feature + side]!, LARGEST);
    });
    const model = new SentimentModel(decodeModelFile(bytes));
    // The second time from memory.
    for (const evidence of [model.weigh(text, language), model.weigh(text, language)]) {
      expect(evidence.positive).toBeCloseTo(trained[0]!, 5);
      expect(evidence.negative).toBeCloseTo(trained[1]!, 5);
    }
  });

  it("have squares that sum to 1, the word lists apart", () => {
    const { features, values } = collectFeatures({ text: "good food, not bad at all", language: "en" });
    const energy = values.reduce((sum, value, index) => sum + (features[index]! < BUCKETS ? value * value : 0), 0);
    expect(energy).toBeCloseTo(1, 9);
  });

  it("tell what the word list says, and whether a negator reaches it", () => {
    const listed = (text: string): number[] => collectFeatures({ text, language: "en" }).features.filter((feature) => feature >= BUCKETS);
    expect(listed("good")).toEqual([LIST_POSITIVE]);
    expect(listed("awful")).toEqual([LIST_NEGATIVE]);
    expect(listed("not good")).toEqual([LIST_POSITIVE_NEGATED]);
    expect(listed("no, good")).toEqual([LIST_POSITIVE]);
    expect(listed("table")).toEqual([]);
  });

  it("of a language of its own differ from the shared ones", () => {
    expect(collectFeatures({ text: "die", language: "de" }).features.length).toBe(collectFeatures({ text: "die", language: "und" }).features.length + 1);
  });

  it("stand one text after the other in the table", () => {
    const texts: PreparedText[] = TEXTS.map(([language, text]) => ({ text, language, label: "neutral", set: "umsab" }));
    const table = buildFeatureTable(texts);
    const second = collectFeatures(texts[1]!);
    expect([...table.features.subarray(table.starts[1], table.starts[2])]).toEqual(second.features);
    expect(table.starts.at(-1)).toBe(table.features.length);
  });
});
