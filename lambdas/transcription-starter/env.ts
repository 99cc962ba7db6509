import * as z from "zod";
import { TranscriptionSettingsSchema } from "../../core/contracts/transcription-settings.ts";
import { commonEnvironmentShape } from "../shared/environment.ts";
import { jsonVariable } from "../shared/json-variable.ts";

export const TranscriptionStarterEnvironmentSchema = z.object({
  ...commonEnvironmentShape,
  /** Where requests and transcripts lie, under `transcripts/`. */
  AUDIO_BUCKET: z.string().min(3),
  REJECTS_BUCKET: z.string().min(3),
  /** Its own queue: what Transcribe throttles comes again after a while of its own choice. */
  TRANSCRIPTIONS_QUEUE_URL: z.url(),
  /** Where a check waits, in case the event of a job's end is lost. */
  TRANSCRIPTS_QUEUE_URL: z.url(),
  /** How the names of this stage's jobs begin: `valence-dev.`. */
  JOB_PREFIX: z.string().min(1).max(64),
  /** The role in which Transcribe reads recordings and writes transcripts. */
  TRANSCRIBE_ROLE_ARN: z.string().startsWith("arn:"),
  /** The key under which Transcribe encrypts what it writes. */
  OUTPUT_KEY_ARN: z.string().startsWith("arn:"),
  TRANSCRIPTION_SETTINGS: jsonVariable(TranscriptionSettingsSchema, 'transcription settings such as {"languages": ["en-US"], …}'),
});

/** As the construct sets it; `readEnvironment` gives the parsed form. */
export type TranscriptionStarterEnvironment = z.input<typeof TranscriptionStarterEnvironmentSchema>;
