// Math.exp may differ in the last bit between engines, and one bit grows into other weights over millions of steps. Sums and
// products of doubles are exact by IEEE 754 everywhere; nothing else is used here.
const LOG2_E = 1.4426950408889634;
// ln 2 in two parts (Cody & Waite), so that the reduced argument keeps its last bits.
const LN2_HIGH = 0.693147180369123816490;
const LN2_LOW = 1.90821492927058770002e-10;
const SMALLEST = -700;
const TERMS = 13;

/** e to the power of x by its Taylor series around a multiple of ln 2; relative error below 1e-14. `x` up to 700; 0 below -700. */
export function exactExp(x: number): number {
  if (x < SMALLEST) return 0;
  const halvings = Math.round(x * LOG2_E);
  const rest = x - halvings * LN2_HIGH - halvings * LN2_LOW;
  let sum = 1;
  for (let term = TERMS; term >= 1; term -= 1) sum = 1 + (rest / term) * sum;
  return sum * powerOfTwo(halvings);
}

const BYTES = new DataView(new ArrayBuffer(8));

function powerOfTwo(exponent: number): number {
  if (exponent < -1022) return powerOfTwo(exponent + 60) / 2 ** 60;
  BYTES.setInt32(0, (exponent + 1023) << 20);
  return BYTES.getFloat64(0);
}

export function exactSigmoid(x: number): number {
  return x >= 0 ? 1 / (1 + exactExp(-x)) : 1 - 1 / (1 + exactExp(x));
}
