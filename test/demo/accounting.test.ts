import { describe, expect, it } from "vitest";
import { unaccounted } from "../../demo/accounting.ts";
import { agreement } from "../../demo/agreement.ts";
import { addsUp } from "../../demo/figures.ts";
import { demoFigures } from "./demo-figures.ts";

describe("unaccounted", () => {
  const whole = { received: 100, rows: 90, rejects: 4, dropped: 3, merged: 2, deadLetters: 1 };
  it("is 0 when each record ended in one place", () => {
    expect(unaccounted(whole)).toBe(0);
  });
  it("is positive for lost records and negative for doubled ones", () => {
    expect(unaccounted({ ...whole, rows: 88 })).toBe(2);
    expect(unaccounted({ ...whole, rows: 91 })).toBe(-1);
  });
});

describe("addsUp", () => {
  it("needs SQL and Parquet to agree label by label", () => {
    expect(addsUp(demoFigures(), 0)).toBe(true);
    expect(addsUp(demoFigures(), 1)).toBe(false);
    expect(addsUp(demoFigures({ parquetLabels: { positive: 4, neutral: 1, negative: 3 } }), 0)).toBe(false);
  });
});

describe("agreement", () => {
  it("weighs each label the same in macro recall", () => {
    // By hand: recalls 8/10 and 1/5, so (0.8 + 0.2) / 2; right 9 of 15; the majority is 10 of 15.
    const result = agreement([
      { given: "positive", answered: "positive", rows: 8 },
      { given: "positive", answered: "neutral", rows: 2 },
      { given: "negative", answered: "negative", rows: 1 },
      { given: "negative", answered: "positive", rows: 4 },
    ]);
    expect(result?.macroRecall).toBeCloseTo(0.5, 12);
    expect(result?.accuracy).toBeCloseTo(0.6, 12);
    expect(result).toMatchObject({ rows: 15, majority: { label: "positive", share: 10 / 15 } });
  });
  it("scores one who always says the same at 1 / labels", () => {
    const pairs = (["positive", "neutral", "negative"] as const).map((given, index) => ({ given, answered: "neutral" as const, rows: index + 1 }));
    expect(agreement(pairs)?.macroRecall).toBeCloseTo(1 / 3, 12);
  });
  it("says nothing without labels", () => {
    expect(agreement([])).toBeUndefined();
  });
});
