import type { CatalogueModel } from "./catalogue-model.ts";
import { fromPriceList } from "./list-prices.ts";

const nova = { vendor: "Amazon", provider: "bedrock", toolUse: true, forcedToolChoice: true, temperature: true } as const;
const active = { kind: "active" } as const;
const NOVA_1_PROFILES = ["us", "eu", "apac"] as const;

/** States: Bedrock user guide, model lifecycle, read October 2026. Regions: same guide, Regional availability. */
export const AMAZON_MODELS: readonly CatalogueModel[] = [
  {
    ...nova,
    id: "amazon.nova-micro-v1:0",
    name: "Amazon Nova Micro",
    state: active,
    price: fromPriceList(0.035, 0.14),
    contextTokens: 128_000,
    inferenceProfiles: NOVA_1_PROFILES,
    onDemand: true,
    onDemandIn: ["us-east-1", "us-gov-west-1", "eu-west-2", "ap-southeast-2"],
  },
  {
    ...nova,
    id: "amazon.nova-lite-v1:0",
    name: "Amazon Nova Lite",
    state: active,
    price: fromPriceList(0.06, 0.24),
    contextTokens: 300_000,
    inferenceProfiles: [...NOVA_1_PROFILES, "ca"],
    onDemand: true,
    onDemandIn: ["us-east-1", "us-east-2", "us-west-2", "us-gov-west-1", "eu-north-1", "eu-west-2", "ap-northeast-1", "ap-southeast-2", "ap-southeast-3", "me-central-1"],
  },
  {
    ...nova,
    id: "amazon.nova-pro-v1:0",
    name: "Amazon Nova Pro",
    state: active,
    price: fromPriceList(0.8, 3.2),
    contextTokens: 300_000,
    inferenceProfiles: NOVA_1_PROFILES,
    onDemand: true,
    onDemandIn: ["us-east-1", "us-gov-west-1", "eu-west-2", "ap-southeast-2", "ap-southeast-3", "me-central-1"],
  },
  {
    ...nova,
    id: "amazon.nova-premier-v1:0",
    name: "Amazon Nova Premier",
    state: { kind: "retired", since: "2026-09-14" },
    replacement: "amazon.nova-pro-v1:0",
    contextTokens: 1_000_000,
    inferenceProfiles: ["us"],
    onDemand: false,
  },
  {
    ...nova,
    id: "amazon.nova-2-lite-v1:0",
    name: "Amazon Nova 2 Lite",
    state: active,
    price: fromPriceList(0.33, 2.75),
    contextTokens: 1_000_000,
    inferenceProfiles: ["us", "eu", "jp", "ca", "global"],
    onDemand: false,
    unverified: "the price through global., which may be lower than the one given here; the prefixes jp and ca, inferred from the Regions served",
  },
];
