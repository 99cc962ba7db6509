import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { RejectReason } from "../../core/contracts/reject.ts";

// Both read service name, namespace and level from the environment (commonEnvironmentShape).
export const logger = new Logger();
export const metrics = new Metrics();

/** Counts of one invocation, published as one EMF line. */
export type Counts = Readonly<Record<string, number>>;

export function publishCounts(counts: Counts): void {
  for (const [name, value] of Object.entries(counts)) metrics.addMetric(name, MetricUnit.Count, value);
  metrics.publishStoredMetrics();
}

/** One EMF line a reason, because `reason` is a dimension and the other counts have none. */
export function publishRejects(reasons: Iterable<RejectReason>): void {
  const counts = new Map<RejectReason, number>();
  for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  for (const [reason, count] of counts) {
    metrics.singleMetric().addDimension("reason", reason).addMetric("RecordsRejected", MetricUnit.Count, count);
  }
}

/** Long enough for an access-denied message with its statement. */
const MAX_ERROR_CHARACTERS = 600;

/**
 * A one-line description of a failed call. Not the error object: the SDK hangs the response on it, and a
 * service's answer may quote what was sent.
 */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error).slice(0, MAX_ERROR_CHARACTERS);
  return `${error.name}: ${error.message}`.slice(0, MAX_ERROR_CHARACTERS);
}
