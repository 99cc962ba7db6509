import * as z from "zod";
import { SentimentLabelSchema } from "./sentiment-result.ts";

export const MODEL_FOLDER_VERSION = "valence.model/1";

const probability = z.number().min(0).max(1);

/** `model.json` of a model folder: everything the model server knows of a model. docs/audio-models.md says how one is made. */
export const ModelManifestSchema = z
  .strictObject({
    schema: z.literal(MODEL_FOLDER_VERSION),
    name: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,127}$/u),
    version: z.string().min(1).max(64),
    family: z.string().min(1).max(32),
    samplingRate: z.literal(16_000),
    windowSeconds: z.number().min(0.5).max(60),
    hopSeconds: z.number().min(0.1).max(60),
    /** Shorter audio gets no answer. */
    minimumSeconds: z.number().min(0.02).max(60),
    /** In the order of the graph's output; a valence of null is dropped and the others renormalised. */
    labels: z.array(z.strictObject({ name: z.string().min(1).max(64), valence: SentimentLabelSchema.nullable() })).min(2).max(64),
    quantization: z.enum(["none", "int8-matmul"]),
    /** An answer whose highest valence is below this is marked. */
    lowConfidenceBelow: probability,
    scores: z.enum(["calibrated", "service"]),
    licence: z.string().min(1),
    /** Of the quantised graph with the one it was made from: share of equal labels and the largest difference of a probability. */
    agreement: z.strictObject({ clips: z.int().min(0), labels: probability, largestDifference: probability }),
    golden: z.array(z.strictObject({ clip: z.string().regex(/^golden\/[\w.-]+\.wav$/u), probabilities: z.array(probability) })).min(1),
    goldenTolerance: z.number().gt(0).max(0.1),
    files: z.record(z.string(), z.strictObject({ bytes: z.int().min(1), sha256: z.string().regex(/^[0-9a-f]{64}$/u) })),
    madeWith: z.record(z.string(), z.string()),
  })
  .refine(({ hopSeconds, windowSeconds }) => hopSeconds <= windowSeconds, { path: ["hopSeconds"], message: "must not exceed windowSeconds, or audio between windows is not heard" })
  .refine(({ minimumSeconds, windowSeconds }) => minimumSeconds <= windowSeconds, { path: ["minimumSeconds"], message: "must not exceed windowSeconds" })
  .refine(({ golden, labels }) => golden.every(({ probabilities }) => probabilities.length === labels.length), { path: ["golden"], message: "needs a probability for each label" })
  .refine(({ labels }) => labels.some(({ valence }) => valence !== null), { path: ["labels"], message: "needs a label with a valence" });
export type ModelManifest = z.infer<typeof ModelManifestSchema>;
