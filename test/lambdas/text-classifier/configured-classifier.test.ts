import { describe, expect, it } from "vitest";
import { uninstrumented } from "../../../classifiers/calling/instrument.ts";
import type { TextClassifier } from "../../../classifiers/text-classifier.ts";
import { configuredClassifier } from "../../../lambdas/text-classifier/configured-classifier.ts";

const built: TextClassifier = { model: { provider: "test", id: "built", version: "1" }, classify: async () => [] };

describe("configuredClassifier", () => {
  it("builds once for all invocations, before the first one", async () => {
    let times = 0;
    const classifierOf = configuredClassifier({ kind: "embedded" }, uninstrumented, async () => {
      times += 1;
      return built;
    });
    expect(times).toBe(1);
    expect([await classifierOf(), await classifierOf()]).toEqual([built, built]);
    expect(times).toBe(1);
  });

  it("says on every invocation why it cannot be built, and gets well by itself", async () => {
    let times = 0;
    const classifierOf = configuredClassifier({ kind: "embedded" }, uninstrumented, async () => {
      times += 1;
      if (times < 3) throw new Error("the weights are damaged");
      return built;
    });
    const message = 'The text classifier "embedded" could not be built: the weights are damaged';
    await expect(classifierOf()).rejects.toThrow(message);
    await expect(classifierOf()).rejects.toThrow(message);
    expect(await classifierOf()).toBe(built);
  });
});
