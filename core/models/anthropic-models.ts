import type { CatalogueModel, ModelState } from "./catalogue-model.ts";
import { fromPartnerPriceList } from "./list-prices.ts";

const claude = { vendor: "Anthropic", provider: "bedrock", toolUse: true, forcedToolChoice: true, temperature: true } as const;
const active = { kind: "active" } as const;
const SONNET = "anthropic.claude-sonnet-4-6";
const HAIKU = "anthropic.claude-haiku-4-5-20251001-v1:0";
const OPUS = "anthropic.claude-opus-4-6-v1";

const retired = (id: string, name: string, since: string, replacement: string, inferenceProfiles: readonly string[], unverified?: string): CatalogueModel => ({
  ...claude,
  id,
  name,
  state: { kind: "retired", since },
  replacement,
  contextTokens: 200_000,
  inferenceProfiles,
  onDemand: true,
  ...(unverified === undefined ? {} : { unverified }),
});

const legacy = (endOfLife: string): ModelState => ({ kind: "legacy", endOfLife });

/**
 * States: Bedrock user guide, model lifecycle, read October 2026; where Regions differ, the date is the last Region's.
 * Regions and profiles: same guide, Regional availability. What newer models refuse: Anthropic's model pages, read November 2026.
 */
export const ANTHROPIC_MODELS: readonly CatalogueModel[] = [
  {
    ...claude,
    id: SONNET,
    name: "Claude Sonnet 4.6",
    state: active,
    ...fromPartnerPriceList(3, 15),
    contextTokens: 1_000_000,
    inferenceProfiles: ["us", "eu", "jp", "au", "global"],
    onDemand: false,
    note: "London serves it without a profile, by the foundation model's ARN. Anthropic itself calls it legacy; Bedrock has announced no end.",
  },
  {
    ...claude,
    id: HAIKU,
    name: "Claude Haiku 4.5",
    state: active,
    ...fromPartnerPriceList(1, 5),
    contextTokens: 200_000,
    inferenceProfiles: ["us", "eu", "jp", "au", "global"],
    onDemand: true,
    onDemandIn: ["us-east-1", "eu-north-1", "eu-west-1", "ap-northeast-1", "ap-southeast-4"],
  },
  {
    ...claude,
    id: "anthropic.claude-sonnet-5",
    name: "Claude Sonnet 5",
    state: active,
    ...fromPartnerPriceList(2, 10),
    contextTokens: 1_000_000,
    inferenceProfiles: ["us", "eu", "global"],
    onDemand: true,
    onDemandIn: ["us-east-1", "eu-north-1", "eu-west-1", "ap-southeast-4"],
    temperature: false,
    thinks: true,
    note: "Its tokenizer makes about 30 % more tokens of the same text.",
  },
  {
    ...claude,
    id: "anthropic.claude-sonnet-5-5",
    name: "Claude Sonnet 5.5",
    state: active,
    ...fromPartnerPriceList(2, 10),
    contextTokens: 1_000_000,
    inferenceProfiles: ["us", "global"],
    onDemand: false,
    temperature: false,
    forcedToolChoice: false,
    thinks: true,
    unverified: "further inference profiles, and where the bare id works: its page of Regions was not read",
  },
  {
    ...claude,
    id: OPUS,
    name: "Claude Opus 4.6",
    state: active,
    ...fromPartnerPriceList(5, 25),
    contextTokens: 1_000_000,
    inferenceProfiles: ["us", "eu", "au", "global"],
    onDemand: false,
  },
  {
    ...claude,
    id: "anthropic.claude-opus-4-5-20251101-v1:0",
    name: "Claude Opus 4.5",
    state: active,
    ...fromPartnerPriceList(5, 25),
    contextTokens: 200_000,
    inferenceProfiles: ["us", "eu", "global"],
    onDemand: false,
  },
  {
    ...claude,
    id: "anthropic.claude-sonnet-4-5-20250929-v1:0",
    name: "Claude Sonnet 4.5",
    state: legacy("2027-04-08"),
    replacement: SONNET,
    ...fromPartnerPriceList(3, 15),
    contextTokens: 200_000,
    inferenceProfiles: ["us", "eu", "jp", "au", "global"],
    onDemand: false,
    unverified: "its price, taken to be that of Sonnet 4.6, and what the extended access from 2027-01-08 costs",
  },
  {
    ...claude,
    id: "anthropic.claude-opus-4-1-20250805-v1:0",
    name: "Claude Opus 4.1",
    state: legacy("2027-01-08"),
    replacement: OPUS,
    contextTokens: 200_000,
    inferenceProfiles: ["us"],
    onDemand: false,
    unverified: "its price since the extended access began on 2026-10-08",
  },
  retired("anthropic.claude-sonnet-4-20250514-v1:0", "Claude Sonnet 4", "2026-10-14", SONNET, ["us", "eu", "apac", "global"]),
  retired("anthropic.claude-opus-4-20250514-v1:0", "Claude Opus 4", "2026-05-31", OPUS, ["us"]),
  retired("anthropic.claude-3-7-sonnet-20250219-v1:0", "Claude 3.7 Sonnet", "2026-07-30", SONNET, ["us", "eu", "apac"]),
  retired("anthropic.claude-3-5-sonnet-20241022-v2:0", "Claude 3.5 Sonnet v2", "2026-07-30", SONNET, ["us", "apac"]),
  // The Claude of the reference work.
  retired("anthropic.claude-3-5-sonnet-20240620-v1:0", "Claude 3.5 Sonnet", "2026-07-30", SONNET, ["us", "eu", "apac"]),
  retired("anthropic.claude-3-5-haiku-20241022-v1:0", "Claude 3.5 Haiku", "2026-06-19", HAIKU, ["us"]),
  retired("anthropic.claude-3-haiku-20240307-v1:0", "Claude 3 Haiku", "2026-09-10", HAIKU, ["us", "eu", "apac"], "a few Regions outside the announcement (Canada, Zurich) may serve it longer"),
  retired("anthropic.claude-3-sonnet-20240229-v1:0", "Claude 3 Sonnet", "2026-07-30", SONNET, ["us", "eu", "apac"]),
];
