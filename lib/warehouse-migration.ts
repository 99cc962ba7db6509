import { CustomResource, Duration } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { WarehouseMigratorEnvironment } from "../lambdas/warehouse-migrator/env.ts";
import { migrationsDigest } from "../lambdas/warehouse-migrator/migrations.ts";
import type { Configuration } from "./configuration.ts";
import type { RecordStream } from "./record-stream.ts";
import { TRACING_WILDCARD, ValenceFunction } from "./valence-function.ts";
import type { Warehouse } from "./warehouse.ts";

export interface WarehouseMigrationProps {
  configuration: Configuration;
  warehouse: Warehouse;
  results: RecordStream;
}

/** Brings the warehouse's schema up to date on every deployment that changes the SQL, the limit or the refresh. */
export class WarehouseMigration extends Construct {
  readonly done: CustomResource;

  constructor(scope: Construct, id: string, props: WarehouseMigrationProps) {
    super(scope, id);
    const { configuration, results, warehouse } = props;
    const { refreshMinutes, usageLimit } = configuration.warehouse;
    const migrator = new ValenceFunction<WarehouseMigratorEnvironment>(this, "Function", {
      name: "warehouse-migrator",
      stage: configuration.stage,
      description: "Runs the warehouse's migrations and keeps its usage limit",
      logs: configuration.logs,
      memoryMiB: 256,
      wildcards: {
        "*": `${TRACING_WILDCARD} Neither do the actions on usage limits, nor redshift-data:DescribeStatement and GetStatementResult, which show a role only its own statements.`,
      },
      // A first migration waits for the workgroup to wake up; a Lambda function lives no longer than this.
      timeout: Duration.minutes(15),
      environment: {
        WORKGROUP_NAME: warehouse.workgroupName,
        DATABASE: warehouse.database,
        ADMIN_SECRET_ARN: warehouse.adminSecretArn,
        RESULTS_STREAM_NAME: results.streamName,
        STREAM_READER_ROLE_ARN: warehouse.streamReaderRoleArn,
      },
    });
    warehouse.grantRunStatements(migrator, ["ExecuteStatement", "BatchExecuteStatement"]);
    warehouse.grantFollowStatements(migrator);
    migrator.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [
          "redshift-serverless:CreateUsageLimit",
          "redshift-serverless:DeleteUsageLimit",
          "redshift-serverless:ListUsageLimits",
          "redshift-serverless:UpdateUsageLimit",
        ],
        resources: ["*"],
      }),
    );
    this.done = new CustomResource(this, "Resource", {
      resourceType: "Custom::WarehouseMigrations",
      serviceToken: migrator.function.functionArn,
      serviceTimeout: Duration.minutes(16),
      properties: {
        migrations: migrationsDigest(),
        workgroupArn: warehouse.workgroupArn,
        usageLimit: { amount: usageLimit.rpuHours, period: usageLimit.period },
        refresh: refreshMinutes === "continuous" ? "continuous" : "scheduled",
      },
    });
    this.done.node.addDependency(warehouse, migrator);
  }
}
