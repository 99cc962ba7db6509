import * as z from "zod";
import { AudioSettingsSchema } from "../../core/contracts/audio-settings.ts";
import { commonEnvironmentShape } from "../shared/environment.ts";
import { jsonVariable } from "../shared/json-variable.ts";

export const LiveAudioEnvironmentSchema = z.object({
  ...commonEnvironmentShape,
  AUDIO_JOBS_QUEUE_URL: z.url(),
  /** Where recordings wait whose words are to be written down. */
  TRANSCRIPTIONS_QUEUE_URL: z.url(),
  RECORDINGS_QUEUE_URL: z.url(),
  /** Where a live conversation's own reminder waits: it comes back when the conversation may have gone quiet. */
  QUIET_CHECKS_QUEUE_URL: z.url(),
  AUDIO_BUCKET: z.string().min(3),
  RECORDINGS_BUCKET: z.string().min(3),
  REJECTS_BUCKET: z.string().min(3),
  AUDIO_SETTINGS: jsonVariable(AudioSettingsSchema, 'audio settings such as {"speakers": ["customer", "agent"], "route": "direct", …}'),
});

/** As the construct sets it; `readEnvironment` gives the parsed form. */
export type LiveAudioEnvironment = z.input<typeof LiveAudioEnvironmentSchema>;
