import { describe, expect, it } from "vitest";
import { decodeModelFile, encodeModelFile, WEIGHTS_PER_BUCKET, decodeWeight } from "../../../classifiers/embedded/model-file.ts";
import { SentimentModel } from "../../../classifiers/embedded/sentiment-model.ts";
import { seededRandom } from "../../../core/seeded-random.ts";
import { BUCKET_BITS, BUCKETS, buildFeatureTable, collectFeatures, LIST_NEGATIVE, LIST_POSITIVE, LIST_POSITIVE_NEGATED, LIST_STEP } from "../../../training/text/feature-table.ts";
import { listWords } from "../../../training/text/compress-model.ts";
import type { PreparedText } from "../../../training/text/training-data.ts";

const LARGEST = 2;
const random = seededRandom(7);
const weights = Int8Array.from({ length: WEIGHTS_PER_BUCKET * BUCKETS }, () => Math.floor(random() * 255) - 127);
/** Of the four list features, positive and negative. */
const LIST_WEIGHTS = [[3, -2], [-4, 5], [-1, 1.5], [0.25, -0.5]] as const;
const steps = LIST_WEIGHTS.map(([positive, negative]): [number, number] => [LIST_STEP * positive, LIST_STEP * negative]);
const listed = listWords();
const bytes = encodeModelFile({
  header: {
    version: "0.0.1",
    bucketBits: BUCKET_BITS,
    largestWeight: LARGEST,
    lowConfidence: 0.5,
    listed: { words: listed.listedHashes.length, positive: steps[0]!, negative: steps[1]!, positiveNegated: steps[2]!, negativeNegated: steps[3]! },
    languages: {},
  },
  weights,
  ...listed,
});

const TEXTS: readonly [string, string][] = [
  ["und", "I do NOT like this soooo much, really!! :-) 😍"],
  ["pt", "não gostei nada, que coisa ruim, péssimo. Amor"],
  ["en", "I do NOT like this awful soooo good thing, no good, never bad"],
  ["hi", "kitna bada chutiya budget, very bad"],
  ["und", "a"],
  ["ar", "لا أحب هذا 😡😡 رائعة"],
];

describe("the features of a text", () => {
  it.each(TEXTS)("weigh the same in training and in service (%s): %s", (language, text) => {
    const { features, values } = collectFeatures({ text, language });
    const trained = [0, 0];
    features.forEach((feature, index) => {
      for (const side of [0, 1] as const) {
        const weight = feature < BUCKETS ? decodeWeight(weights[WEIGHTS_PER_BUCKET * feature + side]!, LARGEST) : LIST_WEIGHTS[feature - BUCKETS]![side];
        trained[side]! += values[index]! * weight;
      }
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
