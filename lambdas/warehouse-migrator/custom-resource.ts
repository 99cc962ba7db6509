import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";

// CloudFormation turns every number into text on its way.
const UsageLimitSchema = z.object({ amount: z.coerce.number().int().min(1), period: z.enum(["daily", "weekly", "monthly"]) });

export const PropertiesSchema = z.object({
  workgroupArn: z.string().min(1),
  usageLimit: UsageLimitSchema,
  refresh: z.enum(["scheduled", "continuous"]),
});

/** What CloudFormation sends; `ResourceProperties` are read by their own schema, so that a bad one is answered, too. */
export const CustomResourceEventSchema = z.object({
  RequestType: z.enum(["Create", "Update", "Delete"]),
  ResponseURL: z.url(),
  StackId: z.string(),
  RequestId: z.string(),
  LogicalResourceId: z.string(),
  PhysicalResourceId: z.string().optional(),
  ResourceProperties: z.unknown(),
  OldResourceProperties: z.unknown().optional(),
});
export type CustomResourceEvent = z.infer<typeof CustomResourceEventSchema>;

export type Outcome = { status: "SUCCESS"; data: Record<string, string> } | { status: "FAILED"; reason: string };

/** CloudFormation refuses answers above 4,096 bytes. */
const REASON_CHARACTERS = 1_000;
const ATTEMPTS = 5;
const ATTEMPT_MS = 5_000;
const FIRST_PAUSE_MS = 200;

/**
 * Answers CloudFormation, which otherwise waits for its time-out.
 * @throws Error when the answer could not be delivered: Lambda then runs the event again, and every step is repeatable.
 */
export async function answer(event: CustomResourceEvent, physicalResourceId: string, outcome: Outcome): Promise<void> {
  const body = JSON.stringify({
    Status: outcome.status,
    Reason: outcome.status === "FAILED" ? outcome.reason.slice(0, REASON_CHARACTERS) : "",
    PhysicalResourceId: physicalResourceId,
    StackId: event.StackId,
    RequestId: event.RequestId,
    LogicalResourceId: event.LogicalResourceId,
    ...(outcome.status === "SUCCESS" && { Data: outcome.data }),
  });
  let problem = "";
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 0) await sleep(FIRST_PAUSE_MS * 2 ** attempt);
    try {
      // The URL is signed for an empty content type.
      const response = await fetch(event.ResponseURL, { method: "PUT", body, headers: { "content-type": "" }, signal: AbortSignal.timeout(ATTEMPT_MS) });
      if (response.ok) return;
      problem = `status ${response.status}`;
    } catch (error) {
      problem = String(error);
    }
  }
  throw new Error(`CloudFormation could not be told the outcome of ${event.LogicalResourceId} (${outcome.status}) in ${ATTEMPTS} attempts: ${problem}`);
}
