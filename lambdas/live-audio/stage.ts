import type * as z from "zod";
import type { LiveAudioEnvironmentSchema } from "./env.ts";
import type { SessionStore } from "./session-store.ts";

/** What hearing a live conversation needs to know of where it runs. */
export interface Stage {
  environment: z.output<typeof LiveAudioEnvironmentSchema>;
  sessions: SessionStore;
  /** The function's deadline. */
  signal: AbortSignal;
}
