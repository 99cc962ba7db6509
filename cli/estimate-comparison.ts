import type { BedrockSpecification, CascadeSpecification, ClassifierSpecification, PromptStrategy } from "../core/classification/classifier-specification.ts";
import { askedModels, modelLines } from "../core/costs/model-costs.ts";
import type { Workload } from "../core/costs/workload.ts";
import { findModel } from "../core/models/catalogue.ts";
import { BATCH_DISCOUNT } from "../core/models/token-cost.ts";
import { countTokens } from "./estimate-prompts.ts";

export interface ComparisonOptions {
  passedOn: number;
  textsPerCall: number;
  strategy: PromptStrategy;
}

export interface ComparedClassifier {
  name: string;
  specification: ClassifierSpecification;
  /** Of a single language model, its answers' samples included. */
  tokensPerText?: { input: number; output: number };
  usdPerMonth: number;
  /** With Bedrock's batch inference for what Bedrock answers; absent where it answers nothing. */
  usdPerMonthInBatches?: number;
  /** False when a price is missing from the sum. */
  complete: boolean;
  /** Whether a price was not read at AWS. */
  unverified: boolean;
}

const LANGUAGE_MODELS = [
  "us.amazon.nova-micro-v1:0",
  "us.amazon.nova-lite-v1:0",
  "us.amazon.nova-pro-v1:0",
  "us.anthropic.claude-haiku-4-5-20251001-v1:0",
  "us.anthropic.claude-sonnet-4-6",
];
const CASCADES_LAST = "us.amazon.nova-lite-v1:0";

/** The classifiers that a stage could use, side by side: the models alone, calls packed full. @param configured the stage's own; if it is a cascade, it stands for the usual one. */
export function compareClassifiers(workload: Workload, options: ComparisonOptions, configured: ClassifierSpecification): ComparedClassifier[] {
  const bedrock = (model: string): BedrockSpecification => ({ kind: "bedrock", model, strategy: options.strategy, scores: { from: "stated" }, textsPerCall: options.textsPerCall });
  const usual: CascadeSpecification = { kind: "cascade", stages: [{ classifier: { kind: "embedded" }, answerFrom: 0.8 }], last: bedrock(CASCADES_LAST) };
  const cascade = configured.kind === "cascade" ? configured : usual;
  const specifications: ClassifierSpecification[] = [{ kind: "embedded" }, { kind: "comprehend", detectLanguage: false }, ...LANGUAGE_MODELS.map(bedrock), cascade];
  return specifications.map((specification) => compared(specification, workload, options));
}

function compared(specification: ClassifierSpecification, workload: Workload, { passedOn }: ComparisonOptions): ComparedClassifier {
  const lines = modelLines(specification, workload, { countTokens, textsAtHand: Infinity, passedOn, ownEndpoints: new Set() });
  const usdOf = (fromBedrock: boolean): number => lines.filter(({ service }) => (service === "Bedrock") === fromBedrock).reduce((sum, { usd }) => sum + usd, 0);
  const [onBedrock, elsewhere] = [usdOf(true), usdOf(false)];
  const tokens = specification.kind === "bedrock" && workload.texts > 0 ? lines.map(({ quantity }) => (quantity * 1_000_000) / workload.texts) : [];
  return {
    name: nameOf(specification, passedOn),
    specification,
    ...(tokens.length === 2 && { tokensPerText: { input: tokens[0]!, output: tokens[1]! } }),
    usdPerMonth: onBedrock + elsewhere,
    ...(lines.some(({ service }) => service === "Bedrock") && { usdPerMonthInBatches: onBedrock * BATCH_DISCOUNT + elsewhere }),
    complete: lines.every(({ unitUsd }) => unitUsd !== undefined),
    unverified: lines.some(({ unverified }) => unverified),
  };
}

/** What a table calls it; of a cascade, the stages with the share of texts that reaches each. */
export function nameOf(specification: ClassifierSpecification, passedOn: number): string {
  switch (specification.kind) {
    case "embedded":
      return "embedded";
    case "comprehend":
      return specification.endpointArn === undefined ? "Comprehend" : "Comprehend, custom";
    case "bedrock":
      // Whose Nova it is goes without saying here, and tables are narrow.
      return findModel(specification.model)?.name.replace(/^Amazon /u, "") ?? specification.model;
    case "sagemaker-llm":
    case "sagemaker-encoder":
      return specification.model;
    case "fallback":
      return `${nameOf(specification.links[0]!, passedOn)}, with fallback`;
    case "cascade":
      return askedModels(specification, passedOn)
        .map(({ specification: single, share }) => (share === 1 ? nameOf(single, passedOn) : `${nameOf(single, passedOn)}, ${Number((share * 100).toPrecision(2))} %`))
        .join(" → ");
  }
}
