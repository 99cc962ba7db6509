import { describe, expect, it } from "vitest";
import { MODEL_CATALOGUE } from "../../core/models/catalogue.ts";
import { configurationWarnings } from "../../lib/configuration-warnings.ts";
import { bedrock, configurationWith, jumpStartLlama, sageMakerEncoder, sageMakerLlm } from "./example-specifications.ts";
import { synthesize } from "./synthesized.ts";

const messages = (...configured: Parameters<typeof configurationWith>): string[] => configurationWarnings(configurationWith(...configured)).map(({ message }) => message);

describe("a configuration is warned about", () => {
  it("an endpoint that is not deployed by it", () => {
    expect(messages({ model: { kind: "fallback", links: [sageMakerLlm("pilot-llama"), sageMakerEncoder("theirs")] } }, [jumpStartLlama])).toEqual([
      "textClassifier.model.links.1.endpoint: the endpoint theirs is not in textModels: it must exist in the account and region already (aws sagemaker describe-endpoint --endpoint-name theirs)",
    ]);
  });

  it("an endpoint that nobody asks", () => {
    expect(messages({}, [jumpStartLlama])).toEqual([
      "textModels.0.name: textClassifier.model never asks the endpoint pilot-llama, which costs money all the same: remove one or name the other",
    ]);
  });

  it("what the catalogue says of a model, at its place", () => {
    expect(messages({ model: { kind: "cascade", stages: [{ classifier: { kind: "embedded" }, answerFrom: 0.8 }], last: bedrock("amazon.nova-lite-v1:0") } })).toEqual([
      expect.stringMatching(/^textClassifier\.model\.last\.model: amazon\.nova-lite-v1:0 by itself is served only in /u),
    ]);
  });

  it("a legacy model, with its end and what to move to", () => {
    const legacy = MODEL_CATALOGUE.find(({ provider, state, toolUse }) => provider === "bedrock" && state.kind === "legacy" && toolUse)!;
    const written = legacy.onDemand ? legacy.id : `${legacy.inferenceProfiles[0]}.${legacy.id}`;

    expect(messages({ model: bedrock(written) })).toContainEqual(expect.stringMatching(/^textClassifier\.model\.model: .* is legacy and ends on \d{4}-\d{2}-\d{2}: move to /u));
  });

  it("nothing, when all is well", () => {
    expect(messages({ model: bedrock("us.amazon.nova-lite-v1:0") })).toEqual([]);
  });
});

it("the warnings stand in the synthesis's report, under an id by which they can be acknowledged", () => {
  expect(synthesize(configurationWith({}, [jumpStartLlama])).findings).toEqual([expect.stringMatching(/valence:endpoint-not-asked: .*never asks the endpoint pilot-llama/u)]);
});
