import { type RemovalPolicy, Validations } from "aws-cdk-lib";
import { CompositePrincipal, type IGrantable, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnNamespace, CfnWorkgroup } from "aws-cdk-lib/aws-redshiftserverless";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { Construct } from "constructs";
import { acknowledgeWildcards } from "./acknowledged-wildcards.ts";
import type { Configuration } from "./configuration.ts";
import type { DataKey } from "./data-key.ts";
import type { RecordStream } from "./record-stream.ts";
import type { WarehouseNetwork } from "./warehouse-network.ts";

const LOG_EXPORTS = ["connectionlog", "useractivitylog", "userlog"];
const ADMINISTRATOR = "valence_admin";

export interface WarehouseProps {
  /** The name of the workgroup and of the namespace. */
  name: string;
  key: DataKey;
  network: WarehouseNetwork;
  results: RecordStream;
  configuration: Configuration["warehouse"];
  logRetention: Configuration["logs"]["retentionDays"];
  removalPolicy: RemovalPolicy;
}

/** Redshift Serverless, its administrator, and the role with which it reads the results stream. */
export class Warehouse extends Construct {
  readonly workgroupName: string;
  readonly workgroupArn: string;
  readonly database = "valence";
  readonly adminSecretArn: string;
  readonly streamReaderRoleArn: string;
  readonly #key: DataKey;

  constructor(scope: Construct, id: string, props: WarehouseProps) {
    super(scope, id);
    this.workgroupName = props.name;
    this.#key = props.key;
    const secret = new Secret(this, "AdminSecret", {
      description: "The warehouse's administrator, used by migrations and the refresh schedule",
      encryptionKey: props.key.key,
      generateSecretString: {
        secretStringTemplate: JSON.stringify({ username: ADMINISTRATOR }),
        generateStringKey: "password",
        passwordLength: 64,
        // Redshift takes letters and digits without reservation; the length makes up for the rest.
        excludePunctuation: true,
      },
      removalPolicy: props.removalPolicy,
    });
    Validations.of(secret).acknowledge({
      id: "AwsSolutions-SMG4",
      reason: "Secrets Manager's hosted rotation serves provisioned clusters only. No person uses this password: two roles of this stage read it, and the workgroup has no way in but the Data API.",
    });
    this.adminSecretArn = secret.secretArn;
    const streamReader = this.#streamReader(props.results);
    this.streamReaderRoleArn = streamReader.roleArn;

    const namespace = new CfnNamespace(this, "Namespace", {
      namespaceName: props.name,
      dbName: this.database,
      adminUsername: ADMINISTRATOR,
      adminUserPassword: secret.secretValueFromJson("password").unsafeUnwrap(),
      kmsKeyId: props.key.key.keyArn,
      iamRoles: [streamReader.roleArn],
      logExports: LOG_EXPORTS,
    });
    // Redshift would make these groups itself, to be kept for ever and by no stack.
    for (const log of LOG_EXPORTS) {
      const group = new LogGroup(this, log, { logGroupName: `/aws/redshift/${props.name}/${log}`, retention: props.logRetention, removalPolicy: props.removalPolicy });
      namespace.node.addDependency(group);
    }
    namespace.applyRemovalPolicy(props.removalPolicy);
    const workgroup = new CfnWorkgroup(this, "Workgroup", {
      workgroupName: props.name,
      namespaceName: namespace.namespaceName,
      baseCapacity: props.configuration.baseCapacityRpus,
      publiclyAccessible: false,
      // With enhanced routing, reading Kinesis would need interface endpoints for Kinesis, STS and KMS in three zones,
      // which cost more than the warehouse itself; without it the traffic stays on the service's network.
      enhancedVpcRouting: false,
      subnetIds: props.network.subnetIds,
      securityGroupIds: [props.network.securityGroupId],
      configParameters: [
        // The keys of results are camelCase; without this, SQL could not navigate to payload."resultId".
        { parameterKey: "enable_case_sensitive_identifier", parameterValue: "true" },
        { parameterKey: "enable_user_activity_logging", parameterValue: "true" },
        { parameterKey: "require_ssl", parameterValue: "true" },
      ],
    });
    workgroup.addResourceDependency(namespace);
    workgroup.applyRemovalPolicy(props.removalPolicy);
    this.workgroupArn = workgroup.getAtt("Workgroup.WorkgroupArn").toString();
  }

  /** To run SQL as the administrator, through the Data API. */
  grantRunStatements(grantee: IGrantable, actions: readonly ("ExecuteStatement" | "BatchExecuteStatement")[]): void {
    const principal = grantee.grantPrincipal;
    principal.addToPrincipalPolicy(
      new PolicyStatement({ actions: actions.map((action) => `redshift-data:${action}`), resources: [this.workgroupArn] }),
    );
    principal.addToPrincipalPolicy(new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [this.adminSecretArn] }));
    this.#key.grantDecrypt(grantee);
  }

  /** To follow statements: they belong to whoever ran them, and the actions know no other resource. */
  grantFollowStatements(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["redshift-data:DescribeStatement", "redshift-data:GetStatementResult"], resources: ["*"] }),
    );
  }

  #streamReader(results: RecordStream): Role {
    const role = new Role(this, "StreamReader", {
      assumedBy: new CompositePrincipal(new ServicePrincipal("redshift-serverless.amazonaws.com"), new ServicePrincipal("redshift.amazonaws.com")),
      description: "Redshift: reads the results stream and nothing else",
    });
    results.grantRead(role);
    role.addToPolicy(new PolicyStatement({ actions: ["kinesis:ListStreams"], resources: ["*"] }));
    acknowledgeWildcards(role, { "*": "An external schema from Kinesis lists the account's streams; kinesis:ListStreams knows no resources. Reading is granted on one stream." });
    return role;
  }
}
