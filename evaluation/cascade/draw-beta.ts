/**
 * One draw from a beta distribution, as the ratio of two gamma draws.
 * @param alpha,beta both above 0. @param random from 0 up to 1.
 */
export function drawBeta(alpha: number, beta: number, random: () => number): number {
  const first = drawGamma(alpha, random);
  const second = drawGamma(beta, random);
  return first / (first + second);
}

/** Marsaglia and Tsang 2000; for shapes below 1 their boost, a draw of the shape plus one times a power of a uniform draw. */
function drawGamma(shape: number, random: () => number): number {
  if (shape < 1) return drawGamma(shape + 1, random) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = drawNormal(random);
    const v = (1 + c * x) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

/** Box and Muller. */
function drawNormal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
