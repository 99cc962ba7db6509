import { describe, expect, it } from "vitest";
import { readEnvironment } from "../../../lambdas/shared/environment.ts";
import { TextClassifierEnvironmentSchema } from "../../../lambdas/text-classifier/env.ts";

const environment = (classifier: string, personalData = "rules"): NodeJS.ProcessEnv => ({
  POWERTOOLS_SERVICE_NAME: "text-classifier",
  POWERTOOLS_METRICS_NAMESPACE: "Valence",
  POWERTOOLS_LOG_LEVEL: "INFO",
  RESULTS_STREAM_NAME: "results",
  REJECTS_BUCKET: "rejects",
  TEXT_CLASSIFIER: classifier,
  PERSONAL_DATA: personalData,
});

const cascade = {
  kind: "cascade",
  stages: [{ classifier: { kind: "embedded" }, answerFrom: 0.8 }],
  last: { kind: "fallback", links: [{ kind: "comprehend", detectLanguage: false }] },
};

describe("the text classifier's environment", () => {
  it("holds a whole specification", () => {
    const read = readEnvironment(TextClassifierEnvironmentSchema, environment(JSON.stringify(cascade), "comprehend"));
    expect(read).toMatchObject({ TEXT_CLASSIFIER: cascade, PERSONAL_DATA: "comprehend" });
  });

  it.each([
    ["embedded", "rules", "TEXT_CLASSIFIER: is not JSON"],
    [JSON.stringify({ kind: "oracle" }), "rules", "TEXT_CLASSIFIER.kind: "],
    [JSON.stringify({ ...cascade, stages: [{ classifier: { kind: "comprehend" }, answerFrom: 0.8 }] }), "rules", "TEXT_CLASSIFIER.stages.0.classifier.detectLanguage: "],
    [JSON.stringify({ kind: "embedded", answerFrom: 1 }), "rules", "TEXT_CLASSIFIER: "],
    [JSON.stringify({ kind: "embedded" }), "none", "PERSONAL_DATA: "],
  ])("refuses %s with %s and names the path", (classifier, personalData, named) => {
    expect(() => readEnvironment(TextClassifierEnvironmentSchema, environment(classifier, personalData))).toThrow(named);
  });
});
