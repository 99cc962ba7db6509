import { describe, expect, it } from "vitest";
import { AudioClassifierEnvironmentSchema } from "../../../lambdas/audio-classifier/env.ts";
import { readEnvironment } from "../../../lambdas/shared/environment.ts";

const endpoint = { name: "valence-hubert", weight: 1, answers: "at-once" };
const environment = (specification: string): NodeJS.ProcessEnv => ({
  POWERTOOLS_SERVICE_NAME: "audio-classifier",
  POWERTOOLS_METRICS_NAMESPACE: "Valence",
  POWERTOOLS_LOG_LEVEL: "INFO",
  RESULTS_STREAM_NAME: "results",
  REJECTS_BUCKET: "rejects",
  AUDIO_BUCKET: "audio",
  AUDIO_JOBS_QUEUE_URL: "https://sqs.eu-west-1.amazonaws.com/123456789012/audio-jobs",
  AUDIO_CLASSIFIER: specification,
});

describe("the audio classifier's environment", () => {
  it("holds a whole specification", () => {
    expect(readEnvironment(AudioClassifierEnvironmentSchema, environment(JSON.stringify({ endpoints: [endpoint] })))).toMatchObject({ AUDIO_CLASSIFIER: { endpoints: [endpoint] } });
  });

  it.each([
    ["hubert", "AUDIO_CLASSIFIER: is not JSON"],
    [JSON.stringify({ endpoints: [] }), "AUDIO_CLASSIFIER.endpoints: "],
    [JSON.stringify({ endpoints: [{ ...endpoint, answers: "never" }] }), "AUDIO_CLASSIFIER.endpoints.0.answers: "],
    [JSON.stringify({ endpoints: [endpoint, { ...endpoint, weight: 2 }] }), "must not name an endpoint twice"],
  ])("refuses %s and names the path", (specification, named) => {
    expect(() => readEnvironment(AudioClassifierEnvironmentSchema, environment(specification))).toThrow(named);
  });
});
