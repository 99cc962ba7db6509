/** Gives the value at `point` and writes the slope there into `gradient`. */
export type Differentiable = (point: Float64Array, gradient: Float64Array) => number;

const MEMORY = 5;
const MOST_STEPS = 100;
const SUFFICIENT_DECREASE = 1e-4;
const MOST_HALVINGS = 20;

/**
 * L-BFGS with a halving line search (Nocedal & Wright 2006, algorithms 7.4 and 3.1). `start` is changed and returned.
 * @param leastGain stop when a step gains less than this share of the value.
 */
export function minimise(value: Differentiable, start: Float64Array, leastGain: number): Float64Array {
  const point = start;
  let gradient = new Float64Array(point.length);
  let current = value(point, gradient);
  const steps: Float64Array[] = [];
  const changes: Float64Array[] = [];
  for (let count = 0; count < MOST_STEPS; count += 1) {
    const direction = quasiNewtonDirection(gradient, steps, changes);
    const slope = dot(direction, gradient);
    if (slope >= 0) break;
    const moved = search(value, point, direction, current, slope, count === 0 ? 1 / Math.sqrt(dot(gradient, gradient)) : 1);
    if (moved === undefined) break;
    const step = moved.point.slice();
    addScaled(step, point, -1);
    const change = moved.gradient.slice();
    addScaled(change, gradient, -1);
    if (dot(step, change) > 0) {
      steps.push(step);
      changes.push(change);
      if (steps.length > MEMORY) {
        steps.shift();
        changes.shift();
      }
    }
    const gain = current - moved.value;
    point.set(moved.point);
    gradient = moved.gradient;
    current = moved.value;
    if (gain < leastGain * Math.abs(current)) break;
  }
  return point;
}

interface Place {
  point: Float64Array;
  gradient: Float64Array<ArrayBuffer>;
  value: number;
}

function search(value: Differentiable, from: Float64Array, direction: Float64Array, current: number, slope: number, first: number): Place | undefined {
  const gradient = new Float64Array(from.length);
  let length = first;
  for (let halving = 0; halving < MOST_HALVINGS; halving += 1) {
    const point = from.slice();
    addScaled(point, direction, length);
    const reached = value(point, gradient);
    if (reached <= current + SUFFICIENT_DECREASE * length * slope) return { point, gradient, value: reached };
    length /= 2;
  }
  return undefined;
}

/** The two-loop recursion: minus the gradient, turned by what the last steps taught of the curvature. */
function quasiNewtonDirection(gradient: Float64Array, steps: readonly Float64Array[], changes: readonly Float64Array[]): Float64Array {
  const direction = gradient.slice();
  scale(direction, -1);
  const shares: number[] = [];
  for (let index = steps.length - 1; index >= 0; index -= 1) {
    const share = dot(steps[index]!, direction) / dot(steps[index]!, changes[index]!);
    shares[index] = share;
    addScaled(direction, changes[index]!, -share);
  }
  const last = steps.length - 1;
  if (last >= 0) scale(direction, dot(steps[last]!, changes[last]!) / dot(changes[last]!, changes[last]!));
  for (let index = 0; index < steps.length; index += 1) {
    const back = dot(changes[index]!, direction) / dot(steps[index]!, changes[index]!);
    addScaled(direction, steps[index]!, shares[index]! - back);
  }
  return direction;
}

function dot(first: Float64Array, second: Float64Array): number {
  let sum = 0;
  for (let index = 0; index < first.length; index += 1) sum += first[index]! * second[index]!;
  return sum;
}

function addScaled(to: Float64Array, from: Float64Array, factor: number): void {
  for (let index = 0; index < to.length; index += 1) to[index]! += factor * from[index]!;
}

function scale(vector: Float64Array, factor: number): void {
  for (let index = 0; index < vector.length; index += 1) vector[index]! *= factor;
}
