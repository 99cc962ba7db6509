import * as z from "zod";
import { commonEnvironmentShape } from "../shared/environment.ts";

export const ConnectFeedbackEnvironmentSchema = z.object({
  ...commonEnvironmentShape,
  CONNECT_INSTANCE_ID: z.uuid(),
  /** How the names of the contact attributes begin: `valence_`. */
  ATTRIBUTE_PREFIX: z.string().regex(/^[A-Za-z0-9_-]{1,32}$/u),
  /** The flow that takes a supervisor's task; empty: alerts make no task. */
  TASK_FLOW_ID: z.union([z.uuid(), z.literal("")]),
});

/** As the construct sets it; `readEnvironment` gives the parsed form. */
export type ConnectFeedbackEnvironment = z.input<typeof ConnectFeedbackEnvironmentSchema>;
