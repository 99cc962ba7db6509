import {
  CreateUsageLimitCommand,
  DeleteUsageLimitCommand,
  paginateListUsageLimits,
  type RedshiftServerlessClient,
  UpdateUsageLimitCommand,
  type UsageLimit,
} from "@aws-sdk/client-redshift-serverless";

export interface UsageLimitSetting {
  /** RPU-hours a period. */
  amount: number;
  period: "daily" | "weekly" | "monthly";
}

const USAGE_TYPE = "serverless-compute";
/**
 * Queries are refused until the next period. A limit that only logs does not limit the bill; what waits meanwhile is safe
 * on the results stream for its retention, and in the lake for good.
 */
const BREACH_ACTION = "deactivate";

/**
 * Makes the workgroup's compute limit what the setting says. Limits of other periods that somebody added stay, except the
 * one this deployment had set before.
 */
export async function keepUsageLimit(
  client: RedshiftServerlessClient,
  workgroupArn: string,
  setting: UsageLimitSetting,
  previous: UsageLimitSetting | undefined,
  abortSignal: AbortSignal,
): Promise<void> {
  const limits: UsageLimit[] = [];
  for await (const page of paginateListUsageLimits({ client }, { resourceArn: workgroupArn, usageType: USAGE_TYPE }, { abortSignal })) {
    limits.push(...(page.usageLimits ?? []));
  }
  const current = limits.find(({ period }) => period === setting.period);
  if (current === undefined) {
    await client.send(new CreateUsageLimitCommand({ resourceArn: workgroupArn, usageType: USAGE_TYPE, ...setting, breachAction: BREACH_ACTION }), { abortSignal });
  } else if (current.amount !== setting.amount || current.breachAction !== BREACH_ACTION) {
    await client.send(new UpdateUsageLimitCommand({ usageLimitId: current.usageLimitId, amount: setting.amount, breachAction: BREACH_ACTION }), { abortSignal });
  }
  // A limit's period cannot be changed, and the old one would go on binding.
  const outdated = previous === undefined || previous.period === setting.period ? undefined : limits.find(({ period }) => period === previous.period);
  if (outdated !== undefined) await client.send(new DeleteUsageLimitCommand({ usageLimitId: outdated.usageLimitId }), { abortSignal });
}
