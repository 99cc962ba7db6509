import type { CatalogueModel } from "./catalogue-model.ts";
import { fromPriceList } from "./list-prices.ts";

const open = {
  provider: "bedrock",
  state: { kind: "active" },
  contextTokens: 128_000,
  inferenceProfiles: [],
  onDemand: true,
  toolUse: true,
  forcedToolChoice: false,
  temperature: true,
  unverified: "whether the Converse API takes tools for it, and the length of its context: their pages were not read",
} as const;

/** Of further vendors, those that a text classifier might well be built on; and the two that are no language models. */
export const OTHER_MODELS: readonly CatalogueModel[] = [
  { ...open, id: "openai.gpt-oss-20b-1:0", name: "gpt-oss 20B", vendor: "OpenAI", price: fromPriceList(0.07, 0.3) },
  { ...open, id: "openai.gpt-oss-120b-1:0", name: "gpt-oss 120B", vendor: "OpenAI", price: fromPriceList(0.15, 0.6) },
  { ...open, id: "qwen.qwen3-32b-v1:0", name: "Qwen3 32B", vendor: "Qwen", price: fromPriceList(0.15, 0.6) },
  { ...open, id: "google.gemma-3-27b-it", name: "Gemma 3 27B", vendor: "Google", price: fromPriceList(0.23, 0.38), toolUse: false },
  {
    id: "comprehend",
    name: "Amazon Comprehend sentiment",
    vendor: "Amazon",
    provider: "comprehend",
    state: { kind: "active" },
    contextTokens: 0,
    inferenceProfiles: [],
    onDemand: true,
    toolUse: false,
    forcedToolChoice: false,
    temperature: false,
    note: "At most 5,000 bytes a text, in 12 languages. Billed by units of 100 characters: core/models/comprehend-cost.ts.",
  },
  {
    id: "embedded",
    name: "Valence's embedded model",
    vendor: "Valence",
    provider: "embedded",
    state: { kind: "active" },
    contextTokens: 0,
    inferenceProfiles: [],
    onDemand: true,
    toolUse: false,
    forcedToolChoice: false,
    temperature: false,
    note: "Runs inside the function: costs its time only.",
  },
];
