import * as z from "zod";

export const FUSION_WEIGHTS_VERSION = "valence.fusion/1";

const LogOddsSchema = z.number().min(-100).max(100);
const perLabel = z.strictObject({ positive: LogOddsSchema, neutral: LogOddsSchema, negative: LogOddsSchema });

/** How one modality's probabilities p become log-odds that deserve their name: z(label) = ln p(label) / temperature + bias(label). */
const SideWeightsSchema = z.strictObject({
  temperature: z.number().min(0.01).max(100),
  bias: perLabel,
  /** What the calibrated log-odds count beside a wholly reliable other side; alone they count 1. */
  weight: z.number().min(0).max(100),
});

/** The file of `npx valence tune fusion`: fused(label) = softmax(prior + Σ weight · z) where both sides are wholly reliable. docs/fusion.md has the whole formula and its source. */
export const FusionWeightsSchema = z.strictObject({
  schema: z.literal(FUSION_WEIGHTS_VERSION),
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/u),
  text: SideWeightsSchema,
  voice: SideWeightsSchema,
  prior: perLabel,
  /** On what they were fitted; null where nobody has. */
  fittedOn: z.strictObject({ data: z.string().min(1).max(256), turns: z.int().min(1), fittedAt: z.iso.datetime({ offset: true }), crossEntropy: z.strictObject({ text: z.number(), voice: z.number(), fused: z.number() }) }).nullable(),
});
export type FusionWeights = z.infer<typeof FusionWeightsSchema>;
