import * as z from "zod";
import { AudioSettingsSchema } from "../../core/contracts/audio-settings.ts";
import { TranscriptionSettingsSchema } from "../../core/contracts/transcription-settings.ts";
import { commonEnvironmentShape } from "../shared/environment.ts";
import { jsonVariable } from "../shared/json-variable.ts";

export const TranscriptRouterEnvironmentSchema = z.object({
  ...commonEnvironmentShape,
  TEXT_JOBS_QUEUE_URL: z.url(),
  /** Its own queue: a job that is still under way is asked for again later. */
  TRANSCRIPTS_QUEUE_URL: z.url(),
  /** Where a request came from whose job failed: its reject says so, and can be replayed there. */
  TRANSCRIPTIONS_QUEUE_ARN: z.string().startsWith("arn:"),
  AUDIO_BUCKET: z.string().min(3),
  RECORDINGS_BUCKET: z.string().min(3),
  REJECTS_BUCKET: z.string().min(3),
  JOB_PREFIX: z.string().min(1).max(64),
  TRANSCRIPTION_SETTINGS: jsonVariable(TranscriptionSettingsSchema, 'transcription settings such as {"languages": ["en-US"], …}'),
  AUDIO_SETTINGS: jsonVariable(AudioSettingsSchema, 'audio settings such as {"speakers": ["customer", "agent"], "route": "direct", …}'),
  /** Which of Contact Lens's output files are read: those with personal data taken out, those without, or none. */
  CONTACT_LENS_FILES: z.enum(["redacted", "original", "none"]),
});

/** As the construct sets it; `readEnvironment` gives the parsed form. */
export type TranscriptRouterEnvironment = z.input<typeof TranscriptRouterEnvironmentSchema>;
