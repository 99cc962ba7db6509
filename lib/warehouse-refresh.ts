import { Duration, Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnSchedule } from "aws-cdk-lib/aws-scheduler";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct, type IDependable } from "constructs";
import type { Warehouse } from "./warehouse.ts";

export interface WarehouseRefreshProps {
  name: string;
  warehouse: Warehouse;
  everyMinutes: number;
  /** What makes the view: there is nothing to refresh before. */
  after: IDependable;
}

/** The Scheduler calls the Data API itself: no function, and between refreshes the workgroup sleeps and costs nothing. */
export class WarehouseRefresh extends Construct {
  constructor(scope: Construct, id: string, props: WarehouseRefreshProps) {
    super(scope, id);
    const { everyMinutes, warehouse } = props;
    const stack = Stack.of(this);
    // Holds only the failed calls (statement and ARNs), so the queue service's own key will do.
    const failures = new Queue(this, "Failures", {
      queueName: `${props.name}-failures`,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    Validations.of(failures).acknowledge({ id: "AwsSolutions-SQS3", reason: "This is a dead-letter queue." });
    const role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("scheduler.amazonaws.com", { conditions: { StringEquals: { "aws:SourceAccount": stack.account } } }),
      description: "Scheduler: refreshes the streaming materialized view",
    });
    warehouse.grantRunStatements(role, ["ExecuteStatement"]);
    role.addToPolicy(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [failures.queueArn] }));

    const schedule = new CfnSchedule(this, "Resource", {
      name: props.name,
      description: "Reads what is new on the results stream into the warehouse",
      scheduleExpression: everyMinutes === 1 ? "rate(1 minute)" : `rate(${everyMinutes} minutes)`,
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: `arn:${stack.partition}:scheduler:::aws-sdk:redshiftdata:executeStatement`,
        roleArn: role.roleArn,
        input: stack.toJsonString({
          WorkgroupName: warehouse.workgroupName,
          Database: warehouse.database,
          SecretArn: warehouse.adminSecretArn,
          StatementName: props.name,
          Sql: "REFRESH MATERIALIZED VIEW valence.results_stream",
        }),
        // A missed refresh is made up for by the next one: trying for longer than that would only pile them up.
        retryPolicy: { maximumRetryAttempts: 3, maximumEventAgeInSeconds: Math.max(60, everyMinutes * 60) },
        deadLetterConfig: { arn: failures.queueArn },
      },
    });
    // The role alone could be made long before, and is: the Scheduler refuses one that IAM has not made known everywhere yet.
    schedule.node.addDependency(role, props.after);
  }
}
