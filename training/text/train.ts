/**
 * `npm run train:text [-- --data FOLDER] [--check] [--figures-only | --no-figures]`: trains the embedded text model and prints what it is worth on development
 * splits. --check trains, compares with the shipped file and changes nothing; --figures-only prints the figures of the shipped file, --no-figures leaves them out.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { decodeModelFile } from "../../classifiers/embedded/model-file.ts";
import { DatasetError } from "../../evaluation/read-dataset.ts";
import { buildModel } from "./build-model.ts";
import { firstDifference } from "./first-difference.ts";
import { printFigures } from "./print-figures.ts";

const ROOT = join(import.meta.dirname, "../..");
const MODEL_FILE = join(ROOT, "classifiers/embedded/sentiment-model.bin");

const started = performance.now();
const { values } = parseArgs({
  options: { data: { type: "string" }, check: { type: "boolean", default: false }, "figures-only": { type: "boolean", default: false }, "no-figures": { type: "boolean", default: false } },
});
const folder = values.data ?? join(ROOT, "../shared/data/text");

try {
  await main();
} catch (error) {
  if (!(error instanceof DatasetError)) throw error;
  console.error(`${error.message}\nGive the folder of the data sets with --data FOLDER; docs/models/embedded-text.md says which are needed.`);
  process.exitCode = 1;
}

async function main(): Promise<void> {
  let bytes: Uint8Array = values["figures-only"] ? readFileSync(MODEL_FILE) : buildModel(folder, say);
  if (values.check) {
    const difference = firstDifference(readFileSync(MODEL_FILE), bytes);
    if (difference !== undefined) {
      console.error(`The trained file differs from the shipped one: ${difference}. Were texts, their preparation, features or training changed? Then run npm run train:text and commit the file.`);
      process.exitCode = 1;
      return;
    }
    say("the shipped file is reproduced, bit for bit");
  } else if (!values["figures-only"]) {
    writeFileSync(MODEL_FILE, bytes);
    say(`${MODEL_FILE}: ${bytes.length} bytes`);
    bytes = readFileSync(MODEL_FILE);
  }
  if (!values["no-figures"]) await printFigures(decodeModelFile(bytes), folder);
  say("done");
}

function say(what: string): void {
  console.log(`${((performance.now() - started) / 1000).toFixed(0).padStart(4)} s  ${what}`);
}
