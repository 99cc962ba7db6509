import { describe, expect, it } from "vitest";
import { fitLogisticRegression, predict } from "../../../../training/text/baseline/logistic-regression.ts";
import { minimise } from "../../../../training/text/baseline/minimise.ts";
import { TfIdf } from "../../../../training/text/baseline/tf-idf.ts";

describe("the TF-IDF baseline", () => {
  it("weighs terms as scikit-learn does", () => {
    // By hand: "good" is in 2 of 3 texts, idf = ln(4 / 3) + 1; "service" in 3, idf = 1; "good service" in 2.
    const tfIdf = new TfIdf(["good service good service", "Good service", "service 1 x"]);
    const { values } = tfIdf.vectorOf("good good service");
    const idf = Math.log(4 / 3) + 1;
    const raw = [(1 + Math.log(2)) * idf, 1, idf];
    const length = Math.hypot(...raw);
    const expected = raw.map((value) => value / length).toSorted((a, b) => a - b);
    [...values].toSorted((a, b) => a - b).forEach((value, index) => expect(value).toBeCloseTo(expected[index]!, 12));
    expect([...values].reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 12);
  });

  it("leaves out terms of one text only, and knows nothing of unknown ones", () => {
    const tfIdf = new TfIdf(["fine day", "fine evening"]);
    expect(tfIdf.features).toBe(1);
    expect([...tfIdf.vectorOf("morning").values]).toEqual([]);
  });

  it("finds the minimum of a long, narrow valley", () => {
    const rosenbrock = (point: Float64Array, gradient: Float64Array): number => {
      const [x, y] = [point[0]!, point[1]!];
      gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
      gradient[1] = 200 * (y - x * x);
      return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    };
    const found = minimise(rosenbrock, Float64Array.of(-1.2, 1), 1e-9);
    expect(found[0]).toBeCloseTo(1, 2);
    expect(found[1]).toBeCloseTo(1, 2);
  });

  it("weighs rare labels as much as frequent ones", () => {
    const text = (feature: number, label: number): { features: Int32Array; values: Float64Array; label: number } => ({ features: Int32Array.of(feature), values: Float64Array.of(1), label });
    const texts = [...Array.from({ length: 50 }, () => text(0, 1)), ...Array.from({ length: 5 }, () => text(1, 0)), ...Array.from({ length: 5 }, () => text(1, 1)), text(2, 2)];
    const weights = fitLogisticRegression(texts, 3, 10, 1e-6);
    expect([0, 1, 2].map((feature) => predict(text(feature, 0), weights, 3))).toEqual([1, 0, 2]);
  });
});
