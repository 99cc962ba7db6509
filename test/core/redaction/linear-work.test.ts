import { expect, it } from "vitest";
import { ADVERSARIAL_UNITS, adversarialText } from "../../../bench/adversarial-texts.ts";
import { redact } from "../../../core/redaction/redact.ts";

const EIGHTH_OF_A_MEGABYTE = 1 << 17;
const ROUNDS = 3;
// Linear work takes four times as long on four times the text, quadratic work sixteen times; the rest is the machine's noise.
const MOST = 9;

/** CPU time, because the machine may be busy with other tests. */
function milliseconds(text: string): number {
  const started = process.cpuUsage();
  redact(text);
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1000;
}

function best(text: string): number {
  return Math.min(...Array.from({ length: ROUNDS }, () => milliseconds(text)));
}

it.each(Object.entries(ADVERSARIAL_UNITS))("four times as much of %s takes about four times as long", (_, unit) => {
  const one = best(adversarialText(unit, EIGHTH_OF_A_MEGABYTE));
  const four = best(adversarialText(unit, 4 * EIGHTH_OF_A_MEGABYTE));
  // Below a few milliseconds the clock says nothing.
  expect(four / Math.max(one, 4)).toBeLessThan(MOST);
});
