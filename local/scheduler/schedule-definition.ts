import { z } from "zod";
import type { LocalResource } from "../assembly/local-application.ts";

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };
const TARGET = /^arn:aws:scheduler:::aws-sdk:redshiftdata:executeStatement$/u;

const SchedulePropertiesSchema = z.looseObject({
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  ScheduleExpression: z.string(),
  Target: z.looseObject({
    Arn: z.string().regex(TARGET, "the local run knows the target arn:aws:scheduler:::aws-sdk:redshiftdata:executeStatement"),
    RoleArn: z.string(),
    Input: z.string().transform((text, context) => {
      try {
        return z.record(z.string(), z.unknown()).parse(JSON.parse(text));
      } catch {
        context.addIssue({ code: "custom", message: "must be a JSON object: the parameters of the call" });
        return z.NEVER;
      }
    }),
    DeadLetterConfig: z.looseObject({ Arn: z.string() }).optional(),
  }),
});

export interface ScheduleDefinition {
  name: string;
  arn: string;
  everyMilliseconds: number;
  roleArn: string;
  /** Parameters of `ExecuteStatement`. */
  input: Record<string, unknown>;
  /** An SQS queue's ARN. */
  deadLetterArn: string | undefined;
}

/**
 * @returns `undefined` for a schedule that is switched off.
 * @throws naming what the local run cannot honour.
 */
export function scheduleDefinition(resource: LocalResource): ScheduleDefinition | undefined {
  const place = `${resource.stackName}: schedule ${resource.logicalId}`;
  const parsed = SchedulePropertiesSchema.safeParse(resource.properties);
  if (!parsed.success) throw new Error(`${place} cannot run locally: ${z.prettifyError(parsed.error)}`);
  const { State, ScheduleExpression, Target } = parsed.data;
  if (State === "DISABLED") return undefined;
  const [, amount, unit] = /^rate\((\d+) (minute|hour|day)s?\)$/u.exec(ScheduleExpression) ?? [];
  if (amount === undefined || unit === undefined || Number(amount) < 1) {
    throw new Error(`${place}: the local run knows expressions such as rate(5 minutes), not ${ScheduleExpression}`);
  }
  return {
    name: resource.id,
    arn: String(resource.attribute("Arn")),
    everyMilliseconds: Number(amount) * (UNIT_MS[unit] ?? 0),
    roleArn: Target.RoleArn,
    input: Target.Input,
    deadLetterArn: Target.DeadLetterConfig?.Arn,
  };
}
