import * as z from "zod";
import { commonEnvironmentShape } from "../shared/environment.ts";

export const TextPreprocessorEnvironmentSchema = z.object({
  ...commonEnvironmentShape,
  TEXT_JOBS_QUEUE_URL: z.url(),
  REJECTS_BUCKET: z.string().min(3),
});

export type TextPreprocessorEnvironment = z.infer<typeof TextPreprocessorEnvironmentSchema>;
