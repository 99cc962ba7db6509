import { preprocessRecords } from "../core/text/preprocess.ts";
import { makeTraffic } from "../test/local/support/traffic.ts";

const BATCH = 500;
const ROUNDS = 5;

/** The pure heart of the preprocessor on one thread: decode, validate, normalise, redact, detect the language, drop repeats. */
export async function benchPreprocessing(): Promise<void> {
  const records = makeTraffic({ count: 20_000, repeats: 0.05, broken: 0, seed: 11 }).map(({ data }) => ({
    data,
    arrivedAt: "2026-03-01T10:00:00.000Z",
  }));
  const rates = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    for (let start = 0; start < records.length; start += BATCH) preprocessRecords(records.slice(start, start + BATCH));
    return records.length / ((performance.now() - started) / 1000);
  }).sort((a, b) => a - b);
  // The first round warms the compiler; the median is not moved by it.
  const median = rates[Math.floor(ROUNDS / 2)] ?? 0;
  console.log(`  core alone, one thread: ${Math.round(median).toLocaleString("en")} records/s (median of ${ROUNDS}, half of the records without a language)`);
}
