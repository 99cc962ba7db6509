import { FUSION_WEIGHTS_VERSION, type FusionWeights } from "../contracts/fusion-weights.ts";

const NONE = { positive: 0, neutral: 0, negative: 0 } as const;

/**
 * Nobody has fitted these on paired calls. Temperature 1 and no bias take the models' own calibration as it is. The weights sum to 1, because words
 * and voice of one person at one moment are no independent witnesses: so fusing never claims more than its sides do. Words against voice 7 to 3, as
 * in MELD (Poria et al., arXiv 1810.02508, draft of 2018), three labels: weighted F1 66.3 of words, 47.1 of voice, which above a third is 33 points to 14. Fit your own
 * with `npx valence tune fusion`.
 */
export const DEFAULT_FUSION_WEIGHTS: FusionWeights = {
  schema: FUSION_WEIGHTS_VERSION,
  version: "unfitted-1",
  text: { temperature: 1, bias: { ...NONE }, weight: 0.7 },
  voice: { temperature: 1, bias: { ...NONE }, weight: 0.3 },
  prior: { ...NONE },
  fittedOn: null,
};
