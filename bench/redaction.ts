import { redact } from "../core/redaction/redact.ts";
import { prepareForModel } from "../core/text/prepare-for-model.ts";
import { prepareForStorage } from "../core/text/prepare-for-storage.ts";
import { ADVERSARIAL_UNITS, adversarialText } from "./adversarial-texts.ts";

const MEGABYTE = 1 << 20;
const LONGEST_TEXT = 65_535;
const ROUNDS = 7;

/** A megabyte of each adversarial shape through redaction, on one thread; and the whole preparation of the longest text accepted. */
export async function benchRedaction(): Promise<void> {
  // A function meets each shape long after the compiler has: without this the first ones of the table would measure the compiler.
  for (let round = 0; round < ROUNDS; round += 1) for (const unit of Object.values(ADVERSARIAL_UNITS)) redact(adversarialText(unit, MEGABYTE));
  const shapes = Object.entries(ADVERSARIAL_UNITS).map(([name, unit]) => ({
    name,
    one: best(adversarialText(unit, MEGABYTE), redact),
    two: best(adversarialText(unit, 2 * MEGABYTE), redact),
    prepared: best(adversarialText(unit, LONGEST_TEXT), (text) => prepareForModel(redact(prepareForStorage(text, "email")).text, "email")),
  }));
  shapes.sort((a, b) => b.one - a.one);
  console.log("  milliseconds (best of 7)     redact 1 MB   redact 2 MB   prepare 64 KB");
  for (const { name, one, two, prepared } of shapes) {
    console.log(`  ${name.padEnd(26)} ${one.toFixed(0).padStart(12)} ${two.toFixed(0).padStart(13)} ${prepared.toFixed(1).padStart(15)}`);
  }
}

function best(text: string, work: (text: string) => unknown): number {
  const times = Array.from({ length: ROUNDS }, () => {
    const started = performance.now();
    work(text);
    return performance.now() - started;
  });
  return Math.min(...times);
}
