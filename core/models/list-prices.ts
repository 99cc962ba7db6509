import type { ListPrice } from "./catalogue-model.ts";

/**
 * Where prices were read, and when. Every amount is US dollars per million tokens, us-east-1 or us-east-2, standard tier. "At second hand":
 * someone asked the Price List API on that day and published the answer.
 */
const READINGS = {
  /** Amazon, Mistral's newer, Meta's and others' models: AWS Price List API, US East (Ohio). */
  priceList: { readOn: "2026-10-04", source: "AWS Price List API (AmazonBedrock), at second hand" },
  /** Anthropic's models, which have a service code of their own. */
  priceListOfPartners: { readOn: "2026-09-29", source: "AWS Price List API (AmazonBedrockFoundationModels), at second hand" },
  /** Older models: several published price tables that agree; not read at AWS itself. */
  published: { readOn: "2026-11-22", source: "published price tables that agree, not AWS itself" },
} as const;

export const fromPriceList = (inputUsdPerMillion: number, outputUsdPerMillion: number): ListPrice => ({ inputUsdPerMillion, outputUsdPerMillion, ...READINGS.priceList });

export const fromPublishedTables = (inputUsdPerMillion: number, outputUsdPerMillion: number): ListPrice => ({ inputUsdPerMillion, outputUsdPerMillion, ...READINGS.published });

/** Anthropic's models from 4.5 on cost a tenth more wherever the Region or the geography is chosen. */
export function fromPartnerPriceList(globalInput: number, globalOutput: number): { price: ListPrice; globalPrice: ListPrice } {
  const rounded = (usd: number): number => Math.round(usd * 110) / 100;
  return {
    price: { inputUsdPerMillion: rounded(globalInput), outputUsdPerMillion: rounded(globalOutput), ...READINGS.priceListOfPartners },
    globalPrice: { inputUsdPerMillion: globalInput, outputUsdPerMillion: globalOutput, ...READINGS.priceListOfPartners },
  };
}
