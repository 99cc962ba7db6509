import * as z from "zod";
import { AudioRouteSchema } from "./audio-record.ts";
import { LanguageTagSchema, SpeakerSchema } from "./identity.ts";

/** How recordings are heard, as the stage's configuration says it and as it travels in the functions' environment. */
export const AudioSettingsSchema = z.strictObject({
  /** Who is on the channels of a stereo recording. Amazon Connect's have the agent on the right one. */
  speakers: z.tuple([SpeakerSchema, SpeakerSchema]).describe('who is on the left and the right channel, such as ["customer", "agent"]'),
  route: AudioRouteSchema.describe('"direct" (the voice), "transcribe" (the words) or "both", where a record does not say'),
  language: LanguageTagSchema.describe('the language where a record does not say, such as "en", or "und"'),
  maximumMinutes: z.int().min(1).max(240).describe("minutes from 1 to 240, such as 120; longer recordings are refused"),
  maximumMiB: z.int().min(1).max(5_120).describe("MiB from 1 to 5120, such as 1024; larger files are refused"),
  /** Below this signal-to-noise ratio a recording is flagged and, where the configuration decides the route, the voice is not trusted alone. */
  leastSnrDb: z.number().min(0).max(60).describe("dB from 0 to 60, such as 8"),
  /** Contact Lens can keep both: the voice in both would count twice. */
  connectCopies: z.enum(["original", "redacted"]).optional().describe('which recordings of Amazon Connect are heard where Contact Lens writes a second one with personal data silenced: "original" (also when absent) or "redacted"'),
  quietSeconds: z.int().min(5).max(900).describe("seconds from 5 to 900, such as 60; a live conversation that was quiet for so long has ended"),
});
export type AudioSettings = z.infer<typeof AudioSettingsSchema>;
