import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import { WarehouseMigratorEnvironmentSchema } from "../../lambdas/warehouse-migrator/env.ts";
import { migrationsDigest } from "../../lambdas/warehouse-migrator/migrations.ts";
import { readConfiguration } from "../../lib/read-configuration.ts";
import { synthesize } from "./synthesized.ts";

let prod: Template;
beforeAll(() => {
  prod = synthesize("prod").template("warehouse");
});

describe("the network", () => {
  it("has three isolated subnets in different zones, chosen at deployment", () => {
    const zones = Object.values(prod.findResources("AWS::EC2::Subnet")).map(({ Properties }) => Properties.AvailabilityZone);
    expect(zones).toEqual([0, 1, 2].map((index) => ({ "Fn::Select": [index, { "Fn::GetAZs": "" }] })));
  });

  it("takes the zones of the configuration, one of them twice where a region has only two", () => {
    const configuration = readConfiguration({ stage: "dev" });
    configuration.warehouse.availabilityZones = ["us-west-1a", "us-west-1c", "us-west-1c"];
    const subnets = Object.values(synthesize(configuration).template("warehouse").findResources("AWS::EC2::Subnet"));
    expect(subnets.map(({ Properties }) => Properties.AvailabilityZone)).toEqual(["us-west-1a", "us-west-1c", "us-west-1c"]);
  });

  it("has no way in or out", () => {
    for (const type of ["AWS::EC2::InternetGateway", "AWS::EC2::NatGateway", "AWS::EC2::Route", "AWS::EC2::VPCEndpoint"]) prod.resourceCountIs(type, 0);
    prod.hasResourceProperties("AWS::EC2::SecurityGroup", { SecurityGroupIngress: Match.absent() });
    prod.allResourcesProperties("AWS::EC2::Subnet", { MapPublicIpOnLaunch: false });
  });
});

describe("the workgroup", () => {
  it("is small, private and takes TLS only; identifiers keep their case", () => {
    prod.hasResourceProperties("AWS::RedshiftServerless::Workgroup", {
      WorkgroupName: "valence-prod",
      NamespaceName: "valence-prod",
      BaseCapacity: 8,
      PubliclyAccessible: false,
      EnhancedVpcRouting: false,
      SubnetIds: [Match.anyValue(), Match.anyValue(), Match.anyValue()],
      ConfigParameters: Match.arrayWith([
        { ParameterKey: "enable_case_sensitive_identifier", ParameterValue: "true" },
        { ParameterKey: "require_ssl", ParameterValue: "true" },
      ]),
    });
  });

  it("waits for its namespace", () => {
    prod.hasResource("AWS::RedshiftServerless::Workgroup", { DependsOn: [Match.stringLikeRegexp("^WarehouseNamespace")] });
  });
});

describe("the namespace", () => {
  it("is encrypted under our key, exports its logs and reads the stream with one role", () => {
    prod.hasResource("AWS::RedshiftServerless::Namespace", {
      Properties: {
        DbName: "valence",
        KmsKeyId: { "Fn::ImportValue": Match.stringLikeRegexp("Key") },
        IamRoles: [{ "Fn::GetAtt": [Match.stringLikeRegexp("^WarehouseStreamReader"), "Arn"] }],
        LogExports: ["connectionlog", "useractivitylog", "userlog"],
      },
      DeletionPolicy: "RetainExceptOnCreate",
    });
  });

  it("finds its log groups made, with an end to what they keep", () => {
    for (const log of ["connectionlog", "useractivitylog", "userlog"]) {
      prod.hasResource("AWS::Logs::LogGroup", { Properties: { LogGroupName: `/aws/redshift/valence-prod/${log}`, RetentionInDays: 90 }, DeletionPolicy: "RetainExceptOnCreate" });
      prod.hasResource("AWS::RedshiftServerless::Namespace", { DependsOn: Match.arrayWith([Match.stringLikeRegexp(`^Warehouse${log}`)]) });
    }
    synthesize("dev").template("warehouse").hasResource("AWS::Logs::LogGroup", { Properties: { LogGroupName: "/aws/redshift/valence-dev/userlog" }, DeletionPolicy: "Delete" });
  });

  it("takes the administrator's password from the secret and shows it nowhere", () => {
    prod.hasResourceProperties("AWS::RedshiftServerless::Namespace", {
      AdminUsername: "valence_admin",
      AdminUserPassword: { "Fn::Join": ["", ["{{resolve:secretsmanager:", { Ref: Match.stringLikeRegexp("^WarehouseAdminSecret") }, ":SecretString:password::}}"]] },
    });
    prod.hasResourceProperties("AWS::SecretsManager::Secret", {
      KmsKeyId: Match.anyValue(),
      GenerateSecretString: { GenerateStringKey: "password", SecretStringTemplate: '{"username":"valence_admin"}', PasswordLength: 64 },
    });
  });
});

describe("migrations", () => {
  it("run again when the SQL, the limit or the refresh changes", () => {
    prod.hasResourceProperties("Custom::WarehouseMigrations", {
      ServiceToken: { "Fn::GetAtt": [Match.stringLikeRegexp("^MigrationFunction"), "Arn"] },
      migrations: migrationsDigest(),
      workgroupArn: { "Fn::GetAtt": [Match.stringLikeRegexp("^WarehouseWorkgroup"), "Workgroup.WorkgroupArn"] },
      usageLimit: { amount: 64, period: "daily" },
      refresh: "scheduled",
    });
  });

  it("start when the workgroup and the permissions are there", () => {
    const [migration] = Object.values(prod.findResources("Custom::WarehouseMigrations"));
    expect(migration?.["DependsOn"]).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^WarehouseWorkgroup/u),
        expect.stringMatching(/^WarehouseStreamReaderDefaultPolicy/u),
        expect.stringMatching(/^MigrationFunctionRoleDefaultPolicy/u),
      ]),
    );
  });

  it("have 15 minutes and exactly the variables their env.ts asks for", () => {
    const [migrator] = Object.values(prod.findResources("AWS::Lambda::Function"));
    expect(migrator?.["Properties"].Timeout).toBe(900);
    expect(Object.keys(migrator?.["Properties"].Environment.Variables).sort()).toEqual(Object.keys(WarehouseMigratorEnvironmentSchema.shape).sort());
  });
});

describe("the refresh", () => {
  it("is a call of the Data API at the configured rate, after the migrations", () => {
    prod.hasResource("AWS::Scheduler::Schedule", {
      Properties: {
        ScheduleExpression: "rate(15 minutes)",
        Target: {
          Arn: { "Fn::Join": ["", ["arn:", { Ref: "AWS::Partition" }, ":scheduler:::aws-sdk:redshiftdata:executeStatement"]] },
          Input: {
            "Fn::Join": [
              "",
              [
                '{"WorkgroupName":"valence-prod","Database":"valence","SecretArn":"',
                { Ref: Match.stringLikeRegexp("^WarehouseAdminSecret") },
                '","StatementName":"valence-prod-refresh","Sql":"REFRESH MATERIALIZED VIEW valence.results_stream"}',
              ],
            ],
          },
          RetryPolicy: { MaximumRetryAttempts: 3, MaximumEventAgeInSeconds: 900 },
          DeadLetterConfig: { Arn: { "Fn::GetAtt": [Match.stringLikeRegexp("^RefreshFailures"), "Arn"] } },
        },
      },
      DependsOn: Match.arrayWith([Match.stringLikeRegexp("^Migration")]),
    });
  });

  it("has its role long before: the Scheduler refuses one that IAM does not know everywhere yet", () => {
    const roles = Object.entries(prod.findResources("AWS::IAM::Role")).filter(([id]) => id.startsWith("RefreshRole"));
    expect(roles).toHaveLength(1);
    for (const [, role] of roles) expect(role["DependsOn"]).toBeUndefined();
  });

  it("says minute, not minutes, for one", () => {
    synthesize("local").template("warehouse").hasResourceProperties("AWS::Scheduler::Schedule", { ScheduleExpression: "rate(1 minute)" });
  });

  it("is Redshift's own when continuous", () => {
    const configuration = readConfiguration({ stage: "dev" });
    configuration.warehouse.refreshMinutes = "continuous";
    const template = synthesize(configuration).template("warehouse");

    template.resourceCountIs("AWS::Scheduler::Schedule", 0);
    template.hasResourceProperties("Custom::WarehouseMigrations", { refresh: "continuous" });
  });
});

it("is left out when the configuration says so", () => {
  const configuration = readConfiguration({ stage: "dev" });
  configuration.warehouse.enabled = false;

  expect(Object.keys(synthesize(configuration).plain)).toEqual(["valence-dev-data", "valence-dev-pipeline"]);
});

it("publishes its names for the command line", () => {
  prod.hasOutput("WarehouseWorkgroupName", { Value: "valence-prod" });
  prod.hasOutput("WarehouseDatabase", { Value: "valence" });
});
