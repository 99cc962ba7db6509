import { type BedrockSpecification, type ClassifierSpecification, type ComprehendSpecification, type SingleSpecification } from "../classification/classifier-specification.ts";
import { findModel, type TokenPrice } from "../models/catalogue.ts";
import { COMPREHEND_ENDPOINT_USD_PER_UNIT_SECOND, type ComprehendOperation, comprehendUnits, comprehendUnitsUsd } from "../models/comprehend-cost.ts";
import { type BillLine, unpricedLine } from "./bill-line.ts";
import { ANTHROPIC_TOOL_TOKENS, type CountTokens } from "./prompt-tokens.ts";
import { HOURS_A_MONTH, MILLION, type Workload } from "./workload.ts";

export interface ModelCostOptions {
  countTokens: CountTokens;
  /** How many texts the function has at hand to pack into a call. */
  textsAtHand: number;
  /** The share of texts that each stage of a cascade passes on. */
  passedOn: number;
  /** Endpoints that the stage deploys itself, billed by their instances elsewhere. */
  ownEndpoints: ReadonlySet<string>;
}

/** What one specification asks, and how many texts of all reach it. */
export interface AskedModel {
  specification: SingleSpecification;
  share: number;
}

/** A chain is reckoned as if its first link always answered; a cascade passes the same share on at each stage. */
export function askedModels(specification: ClassifierSpecification, passedOn: number): AskedModel[] {
  if (specification.kind === "fallback") return [{ specification: specification.links[0]!, share: 1 }];
  if (specification.kind !== "cascade") return [{ specification, share: 1 }];
  const stages = specification.stages.map(({ classifier }, index) => ({ specification: classifier, share: passedOn ** index }));
  const lastShare = passedOn ** stages.length;
  return [...stages, ...askedModels(specification.last, passedOn).map((asked) => ({ ...asked, share: asked.share * lastShare }))];
}

/** What classifying costs a month: the models alone, without the functions that ask them. */
export function modelLines(specification: ClassifierSpecification, workload: Workload, options: ModelCostOptions): BillLine[] {
  return askedModels(specification, options.passedOn).flatMap(({ specification: single, share }) => linesOf(single, { ...workload, texts: workload.texts * share }, share, options));
}

function linesOf(specification: SingleSpecification, workload: Workload, share: number, options: ModelCostOptions): BillLine[] {
  switch (specification.kind) {
    case "embedded":
      return [];
    case "bedrock":
      return bedrockLines(specification, workload, share, options);
    case "comprehend":
      return comprehendLines(specification, workload);
    case "sagemaker-llm":
    case "sagemaker-encoder":
      if (options.ownEndpoints.has(specification.endpoint)) return [];
      return [endpointLine(specification.endpoint, specification.usdPerHour)];
  }
}

function bedrockLines(specification: BedrockSpecification, { texts, characters }: Workload, share: number, { countTokens, textsAtHand }: ModelCostOptions): BillLine[] {
  const model = findModel(specification.model);
  const item = model?.name ?? specification.model;
  const call = countTokens(specification, characters, Math.max(1, textsAtHand * share));
  const samples = specification.scores.from === "samples" ? specification.scores.samples : 1;
  const calls = (texts / call.texts) * samples;
  const toolTokens = model?.vendor === "Anthropic" ? ANTHROPIC_TOOL_TOKENS : 0;
  const tokens = { input: (calls * (call.input + toolTokens)) / MILLION, output: (calls * call.output) / MILLION };
  const price: TokenPrice | undefined = specification.price ?? model?.price;
  if (price === undefined) return [unpricedLine("Bedrock", item, tokens.input + tokens.output, "M tokens")];
  const line = (direction: "input" | "output", unitUsd: number): BillLine => ({
    service: "Bedrock",
    item: `${item}, ${direction}`,
    quantity: tokens[direction],
    unit: "M tokens",
    unitUsd,
    usd: tokens[direction] * unitUsd,
    unverified: specification.price === undefined && model?.price?.source.includes("not AWS") === true,
  });
  return [line("input", price.inputUsdPerMillion), line("output", price.outputUsdPerMillion)];
}

function comprehendLines({ endpointArn }: ComprehendSpecification, workload: Workload): BillLine[] {
  return endpointArn === undefined ? [comprehendUnitsLine("sentiment", workload)] : [customClassifierLine(workload)];
}

/** Units of 100 characters, priced by tiers. */
export function comprehendUnitsLine(operation: ComprehendOperation, { texts, characters }: Workload): BillLine {
  const units = texts * comprehendUnits(characters);
  const usd = comprehendUnitsUsd(operation, units);
  const item = { sentiment: "sentiment", dominantLanguage: "language", piiEntities: "personal data" }[operation];
  return { service: "Comprehend", item, quantity: units / MILLION, unit: "M units", unitUsd: units === 0 ? comprehendUnitsUsd(operation, MILLION) : (usd / units) * MILLION, usd, unverified: true };
}

/** An inference unit reads 100 characters a second; at least one is needed, whatever the load. */
function customClassifierLine({ texts, characters }: Workload): BillLine {
  const units = Math.max(1, Math.ceil((texts * characters) / (HOURS_A_MONTH * 3_600) / 100));
  const unitUsd = COMPREHEND_ENDPOINT_USD_PER_UNIT_SECOND * 3_600;
  return { service: "Comprehend", item: "custom endpoint", quantity: units * HOURS_A_MONTH, unit: "unit-hours", unitUsd, usd: units * HOURS_A_MONTH * unitUsd, unverified: true };
}

function endpointLine(endpoint: string, usdPerHour: number | undefined): BillLine {
  const item = `endpoint ${endpoint}`;
  if (usdPerHour === undefined) return unpricedLine("SageMaker", item, HOURS_A_MONTH, "hours");
  return { service: "SageMaker", item, quantity: HOURS_A_MONTH, unit: "hours", unitUsd: usdPerHour, usd: HOURS_A_MONTH * usdPerHour, unverified: false };
}
