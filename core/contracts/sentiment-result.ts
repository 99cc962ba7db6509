import * as z from "zod";
import { AttributesSchema, ChannelSchema, IdentifierSchema, LanguageTagSchema, SpeakerSchema, TimestampSchema } from "./identity.ts";

export const SENTIMENT_RESULT_VERSION = "valence.result/1";

export const SENTIMENT_LABELS = ["positive", "neutral", "negative"] as const;
export const SentimentLabelSchema = z.enum(SENTIMENT_LABELS);
export type SentimentLabel = z.infer<typeof SentimentLabelSchema>;

/** What a voice sounds like, as far as a model's labels tell: emotion → probability. */
export const EmotionsSchema = z.record(z.string().min(1).max(64), z.number().min(0).max(1));
export type Emotions = z.infer<typeof EmotionsSchema>;

const ProbabilitySchema = z.number().min(0).max(1);

/**
 * Where the three scores come from: a model whose probabilities were calibrated on held-back data, a service's own scores,
 * probabilities that a language model stated in words, the shares of several answers of one, or opinions combined by weights
 * that nobody has fitted yet.
 */
export const ScoresFromSchema = z.enum(["calibrated", "service", "stated", "samples", "combined"]);
export type ScoresFrom = z.infer<typeof ScoresFromSchema>;

/** Three scores that sum to 1; `label` is the highest, `confidence` says how far to trust it. */
export const SentimentSchema = z.strictObject({
  label: SentimentLabelSchema,
  scores: z.strictObject({ positive: ProbabilitySchema, neutral: ProbabilitySchema, negative: ProbabilitySchema }),
  confidence: ProbabilitySchema,
  scoresFrom: ScoresFromSchema.describe("How the scores came about: whether they may be read as probabilities."),
});
export type Sentiment = z.infer<typeof SentimentSchema>;

/** What an analyst should know before trusting a row. Each value is documented in docs/analysts-guide.md. */
export const FlagSchema = z.enum([
  "language_detected",
  "language_uncertain",
  "language_unsupported",
  "redacted",
  "low_confidence",
  "mixed",
  "escalated",
  "fallback",
  "redaction_rules_only",
  "modalities_disagree",
  "narrowband",
  "low_quality_audio",
  "role_inferred",
  "running",
]);
export type Flag = z.infer<typeof FlagSchema>;

export const ModalitySchema = z.enum(["text", "audio", "fused"]);
export const ScopeSchema = z.enum(["segment", "turn", "conversation"]);

export const ModelIdentitySchema = z.strictObject({
  provider: z.string().min(1).max(32),
  id: z.string().min(1).max(256),
  version: z.string().min(1).max(64),
  promptVersion: z.string().max(64).optional(),
});
export type ModelIdentity = z.infer<typeof ModelIdentitySchema>;

/** How many pieces of personal data of each type were taken out of a text; never the values. */
export const RedactionCountsSchema = z.record(z.string().min(1).max(64), z.int().min(1).max(1_000_000));
export type RedactionCounts = z.infer<typeof RedactionCountsSchema>;

export const CostSchema = z.strictObject({
  usd: z.number().min(0),
  inputTokens: z.int().min(0).optional(),
  outputTokens: z.int().min(0).optional(),
});
export type Cost = z.infer<typeof CostSchema>;

/** Whose words these are: what turned the speech into text, and how sure it was of them. */
export const TranscriptSchema = z.strictObject({
  transcriber: z.string().min(1).max(64).describe("amazon-transcribe, contact-lens, or what stood in for them."),
  confidence: ProbabilitySchema.optional().describe("Mean over the words of the utterance, as the transcriber gave it."),
  speakerConfidence: ProbabilitySchema.optional().describe("Of a role that was inferred: how far to trust it."),
});
export type Transcript = z.infer<typeof TranscriptSchema>;

/** What one modality said about a turn, once calibrated, and its share in the fused opinion. */
export const FusedSideSchema = z.strictObject({
  positive: ProbabilitySchema,
  neutral: ProbabilitySchema,
  negative: ProbabilitySchema,
  weight: z.number().min(0).max(100).describe("Its log-odds count so much in the fused opinion: by the fitted weight and how far each side can be relied on."),
});
export type FusedSide = z.infer<typeof FusedSideSchema>;

/** Of a fused result: the opinions that it was made of. */
export const FusionSchema = z.strictObject({
  text: FusedSideSchema.optional(),
  voice: FusedSideSchema.optional(),
  disagreement: ProbabilitySchema.optional().describe("Half the distance of the two valences (positive less negative): 0 agree, 1 opposite. Absent with one modality."),
});
export type Fusion = z.infer<typeof FusionSchema>;

/** One opinion of one model about one piece of a conversation: the row of the results table. */
export const SentimentResultSchema = z
  .strictObject({
    schema: z.literal(SENTIMENT_RESULT_VERSION),
    resultId: z.string().regex(/^[0-9a-f]{32}$/u).describe("Deterministic: a repeated delivery has the same id."),
    id: IdentifierSchema.describe("The producer's id of the record this result is about."),
    conversationId: IdentifierSchema,
    channel: ChannelSchema,
    speaker: SpeakerSchema.optional(),
    turn: z.int().min(0).optional(),
    language: LanguageTagSchema.describe("Given by the producer or detected; `und` when it could not be told."),
    occurredAt: TimestampSchema,
    attributes: AttributesSchema.optional(),
    segment: z.strictObject({
      index: z.int().min(0),
      startMs: z.int().min(0).optional(),
      endMs: z.int().min(0).optional(),
    }),
    modality: ModalitySchema,
    scope: ScopeSchema,
    sentiment: SentimentSchema,
    model: ModelIdentitySchema,
    route: z.string().min(1).max(64).describe("The way the record took, e.g. `text`."),
    text: z.string().max(65_535).optional().describe("The words as stored: personal data redacted."),
    parts: z.int().min(1).max(100_000).optional().describe("In how many parts a long text was classified; absent when whole."),
    redactions: RedactionCountsSchema.optional().describe("Personal data taken out of the text and attributes: type → count."),
    track: z.int().min(0).max(1).optional().describe("The channel of the recording the voice was on, from 0."),
    recording: z.string().max(2_048).optional().describe("Where the recording lies, `s3://bucket/key`."),
    emotions: EmotionsSchema.optional().describe("The audio model's own labels: label → probability."),
    transcript: TranscriptSchema.optional(),
    fusion: FusionSchema.optional(),
    trend: z.number().min(-1).max(1).optional().describe("Of a conversation: exponentially weighted valence of the speaker's turns, the newest weighing most."),
    turns: z.int().min(1).max(1_000_000).optional().describe("Of a conversation: how many turns of the speaker it sums up."),
    revision: z.int().min(0).optional().describe("Of the same resultId the highest revision counts; absent is 0."),
    withdrawn: z.boolean().optional().describe("True: an earlier revision of this result no longer stands; views leave it out."),
    flags: z.array(FlagSchema),
    timings: z.strictObject({
      arrivedAt: TimestampSchema.describe("When Kinesis took the record."),
      classifiedAt: TimestampSchema,
      modelMs: z.number().min(0).describe("The share of the model call's duration, in milliseconds."),
    }),
    cost: CostSchema,
  })
  .meta({ id: "SentimentResult", title: "Valence sentiment result, version 1" });

export type SentimentResult = z.infer<typeof SentimentResultSchema>;
