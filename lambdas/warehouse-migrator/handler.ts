import type { Context } from "aws-lambda";
import { readEnvironment } from "../shared/environment.ts";
import { describeError, logger } from "../shared/observability.ts";
import { answer, type CustomResourceEvent, CustomResourceEventSchema, type Outcome, PropertiesSchema } from "./custom-resource.ts";
import { WarehouseMigratorEnvironmentSchema } from "./env.ts";
import { redshiftDataClient, redshiftServerlessClient } from "./redshift-clients.ts";
import { runMigrations } from "./run-migrations.ts";
import { keepUsageLimit } from "./usage-limit.ts";
import { WarehouseSession } from "./warehouse-session.ts";

const environment = readEnvironment(WarehouseMigratorEnvironmentSchema);

/** Kept free at the end of the function's time for the answer, with its attempts. */
const ANSWER_MS = 40_000;

/**
 * Serves the custom resource that stands for the warehouse's schema: runs the migrations that are new and sets the usage
 * limit. Deleting the resource leaves the data alone: it goes, or stays, with the namespace.
 */
export async function handler(input: unknown, context: Context): Promise<void> {
  logger.addContext(context);
  const event = CustomResourceEventSchema.parse(input);
  // Stable, or CloudFormation would "replace" the resource and delete the old one.
  const physicalResourceId = event.PhysicalResourceId ?? `${environment.WORKGROUP_NAME}-migrations`;
  const outcome = await serve(event, AbortSignal.timeout(Math.max(1_000, context.getRemainingTimeInMillis() - ANSWER_MS)));
  logger.info("Migrations ended.", { requestType: event.RequestType, ...outcome });
  await answer(event, physicalResourceId, outcome);
}

async function serve(event: CustomResourceEvent, signal: AbortSignal): Promise<Outcome> {
  if (event.RequestType === "Delete") return { status: "SUCCESS", data: {} };
  try {
    const properties = PropertiesSchema.parse(event.ResourceProperties);
    const previous = PropertiesSchema.safeParse(event.OldResourceProperties).data;
    // First, so that not even the migrations run without a limit.
    await keepUsageLimit(await redshiftServerlessClient(), properties.workgroupArn, properties.usageLimit, previous?.usageLimit, signal);
    const session = new WarehouseSession(
      await redshiftDataClient(),
      { workgroupName: environment.WORKGROUP_NAME, database: environment.DATABASE, secretArn: environment.ADMIN_SECRET_ARN },
      signal,
    );
    const target = { resultsStreamName: environment.RESULTS_STREAM_NAME, streamReaderRoleArn: environment.STREAM_READER_ROLE_ARN };
    const ran = await runMigrations(session, target, properties.refresh === "continuous");
    return { status: "SUCCESS", data: { Migrations: ran.join(" ") } };
  } catch (error) {
    const late = signal.aborted ? "The function's time ran out; what Redshift is still doing is found done by the next deployment. " : "";
    return { status: "FAILED", reason: late + describeError(error) };
  }
}
