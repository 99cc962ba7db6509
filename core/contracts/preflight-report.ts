import * as z from "zod";
import { AUDIO_REFUSALS } from "./audio-refusal.ts";
import { AudioRouteSchema } from "./audio-record.ts";
import { IdentifierSchema, SpeakerSchema, TimestampSchema } from "./identity.ts";

export const PREFLIGHT_REPORT_VERSION = "valence.preflight/1";

/** What a recording lacks, and what that costs. Each has an entry in docs/voice-road.md. */
export const AudioLossSchema = z.enum(["narrowband", "mono_two_speakers_possible", "clipped", "noisy", "quiet", "little_speech", "lossy_codec", "identical_channels", "silent_channel", "sequence_gap"]);
export type AudioLoss = z.infer<typeof AudioLossSchema>;

/** One track's measurements. Levels in dB relative to full scale. */
export const TrackQualitySchema = z.strictObject({
  track: z.int().min(0).max(1),
  speaker: SpeakerSchema.optional(),
  /** Root mean square of the speech; null when there is none. */
  speechLevelDbfs: z.number().nullable(),
  peakDbfs: z.number().nullable(),
  /** Share of samples at full scale in runs of three or more, 0 to 1. */
  clippedShare: z.number().min(0).max(1),
  /** Speech over noise floor in dB; null when one of them was not heard. */
  snrDb: z.number().nullable(),
  speechMs: z.int().min(0),
  /** Speech as a share of the duration, 0 to 1. */
  speechShare: z.number().min(0).max(1),
  /** Highest frequency, in Hz, below which 99 % of the speech's energy lies. */
  bandwidthHz: z.number().nullable(),
  segments: z.int().min(0),
});
export type TrackQuality = z.infer<typeof TrackQualitySchema>;

/** One a recording: what was found in it, what is lost, and which way it went. An object under `reports/`. */
export const PreflightReportSchema = z.strictObject({
  schema: z.literal(PREFLIGHT_REPORT_VERSION),
  id: IdentifierSchema,
  conversationId: IdentifierSchema,
  at: TimestampSchema,
  recording: z.string(),
  container: z.string().optional(),
  codec: z.string().optional(),
  sampleRate: z.int().optional(),
  channels: z.int().optional(),
  bitsPerSample: z.int().optional(),
  durationMs: z.int().min(0).optional(),
  tracks: z.array(TrackQualitySchema),
  losses: z.array(AudioLossSchema),
  route: AudioRouteSchema.optional(),
  /** Who decided: the record, the configuration, or the quality. */
  routeDecidedBy: z.enum(["record", "configuration", "quality"]).optional(),
  refusal: z.strictObject({ code: z.enum(AUDIO_REFUSALS), detail: z.string() }).optional(),
});
export type PreflightReport = z.infer<typeof PreflightReportSchema>;
