import { Fn, Stack, type StackProps } from "aws-cdk-lib";
import type { Construct } from "constructs";
import type { Configuration } from "./configuration.ts";
import type { DataStack } from "./data-stack.ts";
import { publish } from "./deployment-output.ts";
import { removalPolicyOf } from "./removal-policy.ts";
import { WarehouseMigration } from "./warehouse-migration.ts";
import { AVAILABILITY_ZONES, WarehouseNetwork } from "./warehouse-network.ts";
import { WarehouseRefresh } from "./warehouse-refresh.ts";
import { Warehouse } from "./warehouse.ts";

export interface WarehouseStackProps extends StackProps {
  configuration: Configuration;
  data: DataStack;
}

/** The one part that bills by the hour while it is awake; leave it out with `warehouse.enabled: false`. */
export class WarehouseStack extends Stack {
  private zones: string[] | undefined;

  constructor(scope: Construct, id: string, props: WarehouseStackProps) {
    super(scope, id, props);
    const { configuration, data } = props;
    this.zones = configuration.warehouse.availabilityZones;
    const name = `valence-${configuration.stage}`;
    const warehouse = new Warehouse(this, "Warehouse", {
      name,
      key: data.key,
      network: new WarehouseNetwork(this, "Network"),
      results: data.resultsStream,
      configuration: configuration.warehouse,
      logRetention: configuration.logs.retentionDays,
      removalPolicy: removalPolicyOf(configuration),
    });
    const migration = new WarehouseMigration(this, "Migration", { configuration, warehouse, results: data.resultsStream });
    const { refreshMinutes } = configuration.warehouse;
    if (refreshMinutes !== "continuous") {
      new WarehouseRefresh(this, "Refresh", { name: `${name}-refresh`, warehouse, everyMinutes: refreshMinutes, after: migration.done });
    }
    publish(this, { WarehouseWorkgroupName: warehouse.workgroupName, WarehouseDatabase: warehouse.database, WarehouseAdminSecretArn: warehouse.adminSecretArn });
  }

  /** Without an account the CDK assumes two zones; the real ones are chosen by CloudFormation at deployment, unless configured. */
  override get availabilityZones(): string[] {
    return this.zones ?? Array.from({ length: AVAILABILITY_ZONES }, (_, index) => Fn.select(index, Fn.getAzs()));
  }
}
