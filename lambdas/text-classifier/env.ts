import * as z from "zod";
import { commonEnvironmentShape } from "../shared/environment.ts";

export const TextClassifierEnvironmentSchema = z.object({
  ...commonEnvironmentShape,
  RESULTS_STREAM_NAME: z.string().min(1),
  REJECTS_BUCKET: z.string().min(3),
  /** Which `TextClassifier` answers. */
  TEXT_CLASSIFIER: z.enum(["embedded"]),
});

export type TextClassifierEnvironment = z.infer<typeof TextClassifierEnvironmentSchema>;
