import type { CatalogueModel } from "./catalogue-model.ts";
import { fromPriceList, fromPublishedTables } from "./list-prices.ts";

const mistral = {
  vendor: "Mistral AI",
  provider: "bedrock",
  state: { kind: "active" },
  inferenceProfiles: [],
  onDemand: true,
  toolUse: true,
  forcedToolChoice: false,
  temperature: true,
} as const;

const TOOLS = "whether the Converse API takes tools for it: its page of features was not read";

/** States: Bedrock model cards, read October 2026. Tools: Converse, supported models. */
export const MISTRAL_MODELS: readonly CatalogueModel[] = [
  {
    ...mistral,
    id: "mistral.mixtral-8x7b-instruct-v0:1",
    name: "Mixtral 8x7B Instruct",
    replacement: "mistral.ministral-3-14b-instruct",
    price: fromPublishedTables(0.45, 0.7),
    contextTokens: 32_000,
    toolUse: false,
    unverified: "its price was not read at AWS",
  },
  {
    ...mistral,
    id: "mistral.mistral-large-2402-v1:0",
    name: "Mistral Large (24.02)",
    replacement: "mistral.mistral-large-3-675b-instruct",
    price: fromPublishedTables(4, 12),
    contextTokens: 32_000,
    unverified: "its price was not read at AWS",
  },
  {
    ...mistral,
    id: "mistral.mistral-small-2402-v1:0",
    name: "Mistral Small (24.02)",
    replacement: "mistral.ministral-3-8b-instruct",
    price: fromPublishedTables(1, 3),
    contextTokens: 32_000,
    onDemandIn: ["us-east-1"],
    unverified: "its price was not read at AWS",
  },
  { ...mistral, id: "mistral.mistral-large-3-675b-instruct", name: "Mistral Large 3", price: fromPriceList(0.5, 1.5), contextTokens: 256_000, unverified: TOOLS },
  { ...mistral, id: "mistral.ministral-3-14b-instruct", name: "Ministral 3 14B", price: fromPriceList(0.2, 0.2), contextTokens: 256_000, unverified: TOOLS },
  { ...mistral, id: "mistral.ministral-3-8b-instruct", name: "Ministral 3 8B", price: fromPriceList(0.15, 0.15), contextTokens: 256_000, unverified: TOOLS },
  {
    ...mistral,
    id: "huggingface-llm-mixtral-8x7b-instruct",
    name: "Mixtral 8x7B Instruct (JumpStart)",
    provider: "jumpstart",
    contextTokens: 32_000,
    toolUse: false,
    instanceType: "ml.g5.48xlarge",
    note: "Newest version 1.16.0. Paid by the hour, used or not.",
  },
];
