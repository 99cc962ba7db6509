import { AMAZON_MODELS } from "./amazon-models.ts";
import { ANTHROPIC_MODELS } from "./anthropic-models.ts";
import type { CatalogueModel } from "./catalogue-model.ts";
import { META_MODELS } from "./meta-models.ts";
import { MISTRAL_MODELS } from "./mistral-models.ts";
import { OTHER_MODELS } from "./other-models.ts";

export type { CatalogueModel, ListPrice, ModelState, TokenPrice } from "./catalogue-model.ts";

/** Every model that Valence knows the state and price of. docs/models/catalogue.md is written from it. */
export const MODEL_CATALOGUE: readonly CatalogueModel[] = [...AMAZON_MODELS, ...ANTHROPIC_MODELS, ...META_MODELS, ...MISTRAL_MODELS, ...OTHER_MODELS];

/** Prefixes that a system-defined inference profile's id may have; whether a model has the profile is in its row. */
const PROFILE_PREFIXES = ["us-gov", "us", "eu", "apac", "jp", "au", "ca", "global"] as const;

const MODEL_ARN = /^arn:aws[a-z-]*:bedrock:[a-z0-9-]*:\d*:(?:foundation-model|inference-profile)\/(?<id>.+)$/u;
const PROFILE_ID = new RegExp(`^(?<prefix>${PROFILE_PREFIXES.join("|")})\\.(?<id>.+)$`, "u");

export interface ModelReference {
  /** Without prefix and ARN. */
  id: string;
  /** Of the inference profile, when one is named. */
  profile?: string;
  /** Written as an ARN, hence with its Region. */
  arn: boolean;
}

/** Takes apart a bare id, an inference profile's id, or the ARN of a foundation model or a system-defined inference profile. */
export function readModelReference(written: string): ModelReference {
  const ofArn = MODEL_ARN.exec(written)?.groups?.["id"];
  const { prefix, id } = PROFILE_ID.exec(ofArn ?? written)?.groups ?? {};
  return { id: id ?? ofArn ?? written, ...(prefix === undefined ? {} : { profile: prefix }), arn: written.startsWith("arn:") };
}

/**
 * The catalogue's row for a bare id, an inference profile's id (`us.amazon.nova-lite-v1:0`) or the ARN of either, with the
 * price as that way of calling is billed. `undefined` for unknown ids and for ARNs of provisioned, custom or imported models and
 * of application inference profiles, which do not say what is behind them.
 */
export function findModel(written: string): CatalogueModel | undefined {
  const { id, profile } = readModelReference(written);
  const model = MODEL_CATALOGUE.find((candidate) => candidate.id === id);
  return profile === "global" && model?.globalPrice !== undefined ? { ...model, price: model.globalPrice } : model;
}

/** The ids to write for a model: with each of its profiles, or bare where it has none. */
export function callableIds(model: CatalogueModel): string[] {
  const profiled = model.inferenceProfiles.map((prefix) => `${prefix}.${model.id}`);
  return model.onDemand ? [model.id, ...profiled] : profiled;
}
