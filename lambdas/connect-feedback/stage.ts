import type * as z from "zod";
import type { ConnectFeedbackEnvironmentSchema } from "./env.ts";

/** What both event sources are handled with. */
export interface Stage {
  environment: z.infer<typeof ConnectFeedbackEnvironmentSchema>;
  /** Ends every call in time to report what failed. */
  signal: AbortSignal;
}
