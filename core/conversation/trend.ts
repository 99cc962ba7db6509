/**
 * The exponentially weighted mean of valences up to each turn: element i is Σ λ^(i−j) x_j / Σ λ^(i−j) over j ≤ i, λ = 2^(−1/halfLife). Divided by
 * the sum of the weights, so that the first turns are not drawn towards 0 (Hunter, "The exponentially weighted moving average", Journal of Quality
 * Technology 18, 1986, has the recursion; the division is that of Kingma and Ba, "Adam", ICLR 2015).
 *
 * @param valences −1 to 1, in the order of the turns.
 * @param halfLifeTurns above 0: so many turns ago weighs half as much.
 */
export function runningTrend(valences: readonly number[], halfLifeTurns: number): number[] {
  if (!(halfLifeTurns > 0)) throw new RangeError(`the half-life must be a number of turns above 0, not ${halfLifeTurns}`);
  const fading = 2 ** (-1 / halfLifeTurns);
  let sum = 0;
  let weights = 0;
  return valences.map((valence) => {
    sum = sum * fading + valence;
    weights = weights * fading + 1;
    return sum / weights;
  });
}
