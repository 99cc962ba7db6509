/** US dollars per million tokens. */
export interface TokenPrice {
  inputUsdPerMillion: number;
  outputUsdPerMillion: number;
}

export interface ListPrice extends TokenPrice {
  /** The day someone read it, as YYYY-MM-DD. */
  readOn: string;
  source: string;
}

/** A model that is retired fails every call; one that is legacy will, from its end of life on. Dates are YYYY-MM-DD. */
export type ModelState = { kind: "active" } | { kind: "legacy"; endOfLife: string } | { kind: "retired"; since: string };

/** A row of the catalogue: what has to be known of a model before a stage may name it. */
export interface CatalogueModel {
  /** Of Bedrock without an inference profile's prefix; of JumpStart the model id. */
  id: string;
  name: string;
  vendor: string;
  provider: "bedrock" | "jumpstart" | "comprehend" | "embedded";
  state: ModelState;
  /** The id of the nearest model that is live. */
  replacement?: string;
  /** On demand, called by the bare id or a geographic profile, in us-east-1. Absent where an instance is paid by the hour. */
  price?: ListPrice;
  /** Where a call through the profile `global.` is billed less. */
  globalPrice?: ListPrice;
  contextTokens: number;
  /** Prefixes of the inference profiles, such as `us` for `us.amazon.nova-lite-v1:0`. */
  inferenceProfiles: readonly string[];
  /** Whether the bare id can be called at all. */
  onDemand: boolean;
  /** The Regions that serve the bare id, where others need a profile. */
  onDemandIn?: readonly string[];
  /** Whether the Converse API takes tools for it. Without them it answers in JSON of its own making. */
  toolUse: boolean;
  /** Whether a call may insist on a certain tool. */
  forcedToolChoice: boolean;
  /** Whether a temperature may be set. */
  temperature: boolean;
  /** Thinks before it answers without being told to. Thinking is billed as output. */
  thinks?: true;
  /** JumpStart: the cheapest instance it is offered on. */
  instanceType?: string;
  /** What in this row nobody could read at its source, and why it stands here all the same. */
  unverified?: string;
  note?: string;
}
