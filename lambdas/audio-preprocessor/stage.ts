import type * as z from "zod";
import type { AudioPreprocessorEnvironmentSchema } from "./env.ts";

/** What hearing a recording needs to know of where it runs. */
export interface Stage {
  environment: z.output<typeof AudioPreprocessorEnvironmentSchema>;
  allowedBuckets: ReadonlySet<string>;
  /** The function's deadline. */
  signal: AbortSignal;
}
