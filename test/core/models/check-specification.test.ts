import { describe, expect, it } from "vitest";
import type { BedrockSpecification, ClassifierSpecification } from "../../../core/classification/classifier-specification.ts";
import { MODEL_CATALOGUE } from "../../../core/models/catalogue.ts";
import { checkSpecification } from "../../../core/models/check-specification.ts";

const bedrock = (model: string, more: Partial<BedrockSpecification> = {}): BedrockSpecification => ({
  kind: "bedrock",
  model,
  strategy: "zero-shot",
  scores: { from: "stated" },
  textsPerCall: 20,
  ...more,
});
const HAIKU = "us.anthropic.claude-haiku-4-5-20251001-v1:0";
const RETIRED = "anthropic.claude-3-5-sonnet-20240620-v1:0";
const NONE = { errors: [], warnings: [] };
const messages = (specification: ClassifierSpecification) => checkSpecification(specification).errors.map(({ message }) => message);

describe("checkSpecification", () => {
  it.each<[string, ClassifierSpecification]>([
    ["embedded", { kind: "embedded" }],
    ["Comprehend", { kind: "comprehend", detectLanguage: true }],
    ["a profile", bedrock("us.amazon.nova-pro-v1:0")],
    ["Claude through global.", bedrock("global.anthropic.claude-sonnet-4-6")],
    ["London's Sonnet, by its ARN", bedrock("arn:aws:bedrock:eu-west-2::foundation-model/anthropic.claude-sonnet-4-6")],
    ["an endpoint", { kind: "sagemaker-llm", endpoint: "llama", model: "llama", strategy: "domain", scores: { from: "stated" }, textsPerCall: 8 }],
    ["a custom model with a price", bedrock("arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456", { price: { inputUsdPerMillion: 0, outputUsdPerMillion: 0 } })],
  ])("has nothing against %s", (_name, specification) => {
    expect(checkSpecification(specification)).toEqual(NONE);
  });

  it("refuses a retired model and names the ids to write instead", () => {
    expect(checkSpecification(bedrock(RETIRED))).toEqual({
      errors: [
        {
          path: ["model"],
          message:
            "anthropic.claude-3-5-sonnet-20240620-v1:0 (Claude 3.5 Sonnet) is retired since 2026-07-30, every call to it fails: write us.anthropic.claude-sonnet-4-6, " +
            "eu.anthropic.claude-sonnet-4-6, jp.anthropic.claude-sonnet-4-6, au.anthropic.claude-sonnet-4-6 or global.anthropic.claude-sonnet-4-6",
        },
      ],
      warnings: [],
    });
  });

  it("stays in the geography that was written", () => {
    expect(messages(bedrock(`eu.${RETIRED}`))).toEqual([expect.stringMatching(/: write eu\.anthropic\.claude-sonnet-4-6$/u)]);
    expect(messages(bedrock(`arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.${RETIRED}`))).toEqual([expect.stringMatching(/: write eu\.anthropic\.claude-sonnet-4-6$/u)]);
  });

  it.each(MODEL_CATALOGUE.filter(({ state, provider }) => state.kind === "retired" && provider === "bedrock").map(({ id }) => id))("refuses %s with advice that passes", (id) => {
    const [{ message } = { message: "" }] = checkSpecification(bedrock(id)).errors;
    const advised = / write (\S+?),? /u.exec(`${message} `)?.[1] ?? "";
    expect(messages(bedrock(advised))).toEqual([]);
  });

  it("warns of a legacy model, with its end", () => {
    expect(checkSpecification(bedrock("us.anthropic.claude-sonnet-4-5-20250929-v1:0"))).toEqual({
      errors: [],
      warnings: [{ path: ["model"], message: expect.stringMatching(/legacy and ends on 2027-04-08: move to us\.anthropic\.claude-sonnet-4-6 before/u) }],
    });
  });

  it.each([
    ["amazon.nova-micro-v1", /did you mean amazon\.nova-micro-v1:0, us\.amazon/u],
    ["us.anthropic.claude-haiku-4-5", /did you mean us\.anthropic\.claude-haiku-4-5-20251001-v1:0\?/u],
    ["gpt-9", /not in the model catalogue: write an id from docs\/models\/catalogue\.md/u],
    ["arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-mikro-v1:0", /did you mean amazon\.nova-micro-v1:0/u],
    ["arn:aws:bedrock:us-east-1:123456789012:inference-profile/us.amazon.nova-mikro-v1:0", /did you mean us\.amazon\.nova-micro-v1:0\?/u],
    ["meta-textgeneration-llama-3-70b-instruct", /no model of Bedrock: deploy it on SageMaker/u],
    ["comprehend", /kind "comprehend"/u],
    ["arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123def456", /is no ARN that can be asked: write that of a provisioned-model,/u],
    ["arn:aws:bedrock:us-east-1:123456789012:custom-model/amazon.nova-lite-v1:0.abc/abc123def456", /write that of a provisioned-model, custom-model-deployment/u],
    ["arn:aws:sagemaker:us-east-1:123456789012:endpoint/llama", /is no ARN that can be asked/u],
  ])("refuses %s, which it does not know", (model, expected) => {
    expect(messages(bedrock(model))).toEqual([expect.stringMatching(expected)]);
  });

  it("asks for an inference profile where the bare id cannot be called, and for one that exists", () => {
    expect(messages(bedrock("anthropic.claude-sonnet-4-6"))).toEqual([expect.stringMatching(/only be called through an inference profile: write us\.anthropic\.claude-sonnet-4-6, eu\./u)]);
    expect(messages(bedrock("apac.anthropic.claude-sonnet-4-6"))).toEqual([expect.stringMatching(/has no inference profile apac\.: write us\./u)]);
  });

  it("warns of an id that only some Regions serve", () => {
    expect(checkSpecification(bedrock("meta.llama3-3-70b-instruct-v1:0"))).toEqual({
      errors: [],
      warnings: [{ path: ["model"], message: "meta.llama3-3-70b-instruct-v1:0 by itself is served only in us-east-2; elsewhere write us.meta.llama3-3-70b-instruct-v1:0" }],
    });
  });

  it("asks for the price of a model whose ARN does not say what is behind it", () => {
    expect(checkSpecification(bedrock("arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc123def456")).errors).toEqual([
      { path: ["price"], message: expect.stringMatching(/is not in the model catalogue: write its price/u) },
    ]);
  });

  it("warns of a model that takes no tools, and names one that does", () => {
    const warningsOf = (model: string) => checkSpecification(bedrock(model));
    expect(warningsOf("mistral.mixtral-8x7b-instruct-v0:1")).toEqual({ errors: [], warnings: [{ path: ["model"], message: expect.stringMatching(/takes no tools .* write mistral\.ministral-3-14b-instruct$/u) }] });
    expect(warningsOf("meta.llama3-70b-instruct-v1:0").warnings[0]?.message).toMatch(/takes no tools .* write meta\.llama3-3-70b-instruct-v1:0 or us\./u);
  });

  it("refuses samples of a model that takes no temperature", () => {
    const samples = { scores: { from: "samples", samples: 5, temperature: 0.7 } } as const;
    expect(checkSpecification(bedrock("us.anthropic.claude-sonnet-5", samples)).errors).toEqual([{ path: ["scores"], message: expect.stringMatching(/no temperature/u) }]);
    expect(messages(bedrock(HAIKU, samples))).toEqual([]);
  });

  it("says where in a chain or a cascade a mistake is", () => {
    const cascade: ClassifierSpecification = {
      kind: "cascade",
      stages: [
        { classifier: { kind: "embedded" }, answerFrom: 0.8 },
        { classifier: bedrock(RETIRED), answerFrom: 0.9 },
      ],
      last: { kind: "fallback", links: [bedrock(HAIKU), bedrock("anthropic.claude-sonnet-4-6")] },
    };
    expect(checkSpecification(cascade).errors.map(({ path }) => path.join("."))).toEqual(["stages.1.classifier.model", "last.links.1.model"]);
    expect(checkSpecification({ kind: "fallback", links: [bedrock("x")] }).errors[0]?.path).toEqual(["links", 0, "model"]);
  });
});
