import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { EmbeddedClassifier } from "../classifiers/embedded/embedded-classifier.ts";
import type { TextToClassify } from "../classifiers/text-classifier.ts";
import { prepareForModel } from "../core/text/prepare-for-model.ts";
import { readDataset } from "../evaluation/read-dataset.ts";
import { makeTraffic } from "../test/local/support/traffic.ts";

const ROOT = join(import.meta.dirname, "..");
const MODEL_FILE = join(ROOT, "classifiers/embedded/sentiment-model.bin");
const TWEETS = join(ROOT, "../shared/data/text/tweeteval_sentiment/dev.jsonl.gz");
const BATCH = 100;
const TEXTS = 40_000;
const ROUNDS = 5;

/** The embedded text model on one thread: size, loading, tweets a second, in batches as the function gets them. */
export async function benchEmbedded(): Promise<void> {
  console.log(`  sentiment-model.bin: ${(statSync(MODEL_FILE).size / 2 ** 20).toFixed(2)} MiB`);
  const loads: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) loads.push(await loadAndAnswer());
  console.log(`  load and first answer: ${Math.max(...loads).toFixed(1)} ms at worst, ${median(loads).toFixed(1)} ms in the middle of ${ROUNDS}`);
  const { source, texts } = readTexts();
  const classifier = new EmbeddedClassifier();
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const started = performance.now();
    let classified = 0;
    while (classified < TEXTS) {
      const from = classified % texts.length;
      const batch = texts.slice(from, from + BATCH);
      await classifier.classify(batch);
      classified += batch.length;
    }
    rates.push(classified / ((performance.now() - started) / 1000));
  }
  // The first round meets every word for the first time; the median is not moved by it.
  console.log(`  one thread, ${source}: ${perSecond(median(rates))} (median of ${ROUNDS} rounds), ${perSecond(rates[0]!)} in the first, cold round`);
}

async function loadAndAnswer(): Promise<number> {
  const started = performance.now();
  await new EmbeddedClassifier().classify([{ text: "fine", language: "en" }]);
  return performance.now() - started;
}

function readTexts(): { source: string; texts: TextToClassify[] } {
  if (existsSync(TWEETS)) {
    const texts = readDataset(TWEETS).map(({ text, lang }) => ({ text: prepareForModel(text, "social"), language: lang }));
    return { source: `TweetEval's ${texts.length} development tweets`, texts };
  }
  const invented = makeTraffic({ count: 2000, repeats: 0, broken: 0, seed: 11 }).map(({ data }) => JSON.parse(Buffer.from(data).toString()) as { text: string; language?: string });
  return { source: "2000 invented texts", texts: invented.map(({ text, language }) => ({ text: prepareForModel(text, "social"), language: language ?? "en" })) };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function perSecond(rate: number): string {
  return `${Math.round(rate).toLocaleString("en")} texts/s`;
}
