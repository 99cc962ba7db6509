/*
 * Source of rules and prices: Amazon Comprehend pricing, us-east-1. Rules read November 2026; amounts are list prices of long standing.
 */

const CHARACTERS_PER_UNIT = 100;
const LEAST_UNITS = 3;
const CHARACTERS_PER_UNIT_SECOND = 100;

export type ComprehendOperation = "sentiment" | "dominantLanguage" | "piiEntities";

interface Tier {
  /** Units a month up to which the price holds. */
  upTo: number;
  usdPerUnit: number;
}

const NATURAL_LANGUAGE: readonly Tier[] = [
  { upTo: 10_000_000, usdPerUnit: 0.0001 },
  { upTo: 50_000_000, usdPerUnit: 0.00005 },
  { upTo: Infinity, usdPerUnit: 0.000025 },
];

const TIERS: Readonly<Record<ComprehendOperation, readonly Tier[]>> = {
  sentiment: NATURAL_LANGUAGE,
  dominantLanguage: NATURAL_LANGUAGE,
  piiEntities: NATURAL_LANGUAGE,
};

/** A custom classifier's endpoint: US dollars for each inference unit and second while it exists, used or not. */
export const COMPREHEND_ENDPOINT_USD_PER_UNIT_SECOND = 0.0005;

/** The units billed for one text: one for each 100 characters begun, at least 3. @param characters as Unicode code points. */
export function comprehendUnits(characters: number): number {
  return Math.max(LEAST_UNITS, Math.ceil(characters / CHARACTERS_PER_UNIT));
}

/** US dollars for this many units within one month, the dearer tiers first. The three operations' tiers are counted apart. */
export function comprehendUnitsUsd(operation: ComprehendOperation, units: number): number {
  let [usd, from] = [0, 0];
  for (const { upTo, usdPerUnit } of TIERS[operation]) {
    usd += Math.max(0, Math.min(units, upTo) - from) * usdPerUnit;
    from = upTo;
  }
  return usd;
}

/**
 * US dollars for one text of this many characters, at the first tier's price: what a single answer can say of its own cost. The same
 * for sentiment, the dominant language and personal data.
 */
export function comprehendCostUsd(characters: number): number {
  return comprehendUnitsUsd("sentiment", comprehendUnits(characters));
}

/**
 * US dollars for one text's share of a custom classifier's endpoint that is always busy: one inference unit reads 100
 * characters a second. An idle endpoint costs the same an hour, see `comprehendEndpointUsd`.
 */
export function comprehendEndpointCostUsd(characters: number): number {
  return (characters / CHARACTERS_PER_UNIT_SECOND) * COMPREHEND_ENDPOINT_USD_PER_UNIT_SECOND;
}

/** US dollars a month of an endpoint that is never deleted. @param hours of the month, 730 by default. */
export function comprehendEndpointUsd(inferenceUnits: number, hours = 730): number {
  return inferenceUnits * hours * 3_600 * COMPREHEND_ENDPOINT_USD_PER_UNIT_SECOND;
}
