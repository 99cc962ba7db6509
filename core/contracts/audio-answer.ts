import * as z from "zod";

export const AUDIO_ANSWER_VERSION = "valence.audio-answer/1";

const probability = z.number().min(0).max(1);
const ValenceSchema = z.strictObject({ positive: probability, neutral: probability, negative: probability });

/** What the model server answers to `/invocations`: the whole, and the windows it was heard in. */
export const AudioAnswerSchema = z.strictObject({
  schema: z.literal(AUDIO_ANSWER_VERSION),
  model: z.strictObject({ name: z.string().min(1).max(128), version: z.string().min(1).max(64), family: z.string().min(1).max(32) }),
  durationMs: z.int().min(0),
  /** The model's labels, dropped ones included; they sum to 1. */
  probabilities: z.record(z.string().min(1).max(64), probability),
  /** Without the dropped labels; they sum to 1. */
  valence: ValenceSchema,
  lowConfidence: z.boolean(),
  scores: z.enum(["calibrated", "service"]),
  windows: z.array(z.strictObject({ startMs: z.int().min(0), endMs: z.int().min(1), probabilities: z.record(z.string(), probability), valence: ValenceSchema })).min(1),
  timings: z.strictObject({ queuedMs: z.number().min(0), inferenceMs: z.number().min(0) }),
});
export type AudioAnswer = z.infer<typeof AudioAnswerSchema>;
