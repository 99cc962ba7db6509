import type * as z from "zod";
import type { TranscriptRouterEnvironmentSchema } from "./env.ts";

/** What routing a transcript needs to know of where it runs. */
export interface Stage {
  environment: z.output<typeof TranscriptRouterEnvironmentSchema>;
  /** The function's deadline. */
  signal: AbortSignal;
}
