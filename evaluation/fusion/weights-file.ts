import { createHash } from "node:crypto";
import { FUSION_WEIGHTS_VERSION, type FusionWeights, FusionWeightsSchema } from "../../core/contracts/fusion-weights.ts";
import type { FusionReport } from "./tune-fusion.ts";

/** More digits than the intervals of any data set have use for, and a file that people can read. */
const DIGITS = 6;

/**
 * The fitted weights as `conversations.fusionWeights` takes them.
 * @param of.data the file they were fitted on. @param of.version otherwise the day and a hash of the weights: equal weights, equal hash.
 */
export function weightsFile({ paired, systems, weights }: FusionReport, of: { data: string; fittedAt: Date; version?: string }): FusionWeights {
  const rounded = JSON.parse(JSON.stringify(weights, (_, value: unknown) => (typeof value === "number" ? round(value) : value))) as typeof weights;
  const hash = createHash("sha256").update(JSON.stringify(rounded)).digest("hex").slice(0, 8);
  const fittedAt = of.fittedAt.toISOString();
  return FusionWeightsSchema.parse({
    schema: FUSION_WEIGHTS_VERSION,
    version: of.version ?? `${fittedAt.slice(0, 10)}-${hash}`,
    ...rounded,
    fittedOn: {
      data: of.data.slice(0, 256),
      turns: paired,
      fittedAt,
      crossEntropy: { text: round(systems["words-calibrated"].crossEntropy.value), voice: round(systems["voice-calibrated"].crossEntropy.value), fused: round(systems["fused-fitted"].crossEntropy.value) },
    },
  });
}

function round(value: number): number {
  return Number(value.toFixed(DIGITS));
}
