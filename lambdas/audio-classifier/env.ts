import * as z from "zod";
import { AudioClassifierSpecificationSchema } from "../../core/classification/audio-specification.ts";
import { commonEnvironmentShape } from "../shared/environment.ts";
import { jsonVariable } from "../shared/json-variable.ts";

export const AudioClassifierEnvironmentSchema = z.object({
  ...commonEnvironmentShape,
  RESULTS_STREAM_NAME: z.string().min(1),
  REJECTS_BUCKET: z.string().min(3),
  /** Where segments and their answers lie, and what asynchronous endpoints write. */
  AUDIO_BUCKET: z.string().min(3),
  /** Its own queue: jobs that are not done yet go on as new messages. */
  AUDIO_JOBS_QUEUE_URL: z.url(),
  /** Which endpoints answer: an `AudioClassifierSpecification` as JSON. */
  AUDIO_CLASSIFIER: jsonVariable(AudioClassifierSpecificationSchema, '{"endpoints": [{"name": "valence-embedded-audio", "weight": 1, "answers": "at-once"}]}'),
});

/** As the construct sets it; `readEnvironment` gives the parsed form. */
export type AudioClassifierEnvironment = z.input<typeof AudioClassifierEnvironmentSchema>;
