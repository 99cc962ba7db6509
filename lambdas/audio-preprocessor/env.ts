import * as z from "zod";
import { AudioSettingsSchema } from "../../core/contracts/audio-settings.ts";
import { commonEnvironmentShape } from "../shared/environment.ts";
import { jsonVariable } from "../shared/json-variable.ts";

export const AudioPreprocessorEnvironmentSchema = z.object({
  ...commonEnvironmentShape,
  AUDIO_JOBS_QUEUE_URL: z.url(),
  /** Where recordings wait whose words are to be written down. */
  TRANSCRIPTIONS_QUEUE_URL: z.url(),
  AUDIO_BUCKET: z.string().min(3),
  RECORDINGS_BUCKET: z.string().min(3),
  /** Buckets beside the stage's own that producers may point to. */
  OTHER_BUCKETS: jsonVariable(z.array(z.string().min(3).max(63)), 'bucket names such as ["calls-of-another-team"], or []'),
  REJECTS_BUCKET: z.string().min(3),
  /** Whether Contact Lens tells the words of Amazon Connect's calls with an agent: Transcribe would tell them a second time. */
  CONTACT_LENS_TELLS: z.enum(["yes", "no"]),
  AUDIO_SETTINGS: jsonVariable(AudioSettingsSchema, 'audio settings such as {"speakers": ["customer", "agent"], "route": "direct", …}'),
});

/** As the construct sets it; `readEnvironment` gives the parsed form. */
export type AudioPreprocessorEnvironment = z.input<typeof AudioPreprocessorEnvironmentSchema>;
