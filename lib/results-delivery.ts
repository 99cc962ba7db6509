import { RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { CfnDeliveryStream } from "aws-cdk-lib/aws-kinesisfirehose";
import { LogGroup, LogStream, type RetentionDays } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { openXMappings } from "../core/tables/glue-columns.ts";
import { acknowledgeWildcards } from "./acknowledged-wildcards.ts";
import type { LakeConfiguration } from "./configuration.ts";
import type { RecordStream } from "./record-stream.ts";
import { DELIVERY_ERRORS_PREFIX, RESULTS_PREFIX, type ResultsLake } from "./results-lake.ts";
import { ARRIVAL_DATE, type ResultsTable } from "./results-table.ts";

export interface ResultsDeliveryProps {
  name: string;
  results: RecordStream;
  lake: ResultsLake;
  table: ResultsTable;
  configuration: LakeConfiguration;
  logRetention: RetentionDays;
}

/** Firehose: from the results stream into the lake, as Parquet, a folder a day of arrival. */
export class ResultsDelivery extends Construct {
  constructor(scope: Construct, id: string, props: ResultsDeliveryProps) {
    super(scope, id);
    const { configuration, lake, results, table } = props;
    const stack = Stack.of(this);
    const logGroup = new LogGroup(this, "Log", {
      logGroupName: `/aws/kinesisfirehose/${props.name}`,
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const logStream = new LogStream(this, "DeliveryErrors", { logGroup, logStreamName: "delivery", removalPolicy: RemovalPolicy.DESTROY });

    const role = new Role(this, "Role", {
      // No condition: Firehose's documentation promises no aws:SourceAccount when it assumes a role, and only principals of this
      // account may pass the role to it.
      assumedBy: new ServicePrincipal("firehose.amazonaws.com"),
      description: "Firehose: reads results, writes Parquet into the lake",
    });
    results.grantRead(role);
    table.grantReadSchema(role);
    lake.key.grantEncrypt(role);
    role.addToPolicy(
      new PolicyStatement({
        actions: ["s3:AbortMultipartUpload", "s3:GetObject", "s3:PutObject"],
        resources: [lake.bucket.arnForObjects(`${RESULTS_PREFIX}*`), lake.bucket.arnForObjects(`${DELIVERY_ERRORS_PREFIX}*`)],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        resources: [lake.bucket.bucketArn],
      }),
    );
    role.addToPolicy(
      new PolicyStatement({
        actions: ["logs:PutLogEvents"],
        resources: [stack.formatArn({ service: "logs", resource: `log-group:${logGroup.logGroupName}:log-stream:${logStream.logStreamName}` })],
      }),
    );
    const deliveryStream = new CfnDeliveryStream(this, "Resource", {
      deliveryStreamName: props.name,
      deliveryStreamType: "KinesisStreamAsSource",
      kinesisStreamSourceConfiguration: { kinesisStreamArn: results.streamArn, roleArn: role.roleArn },
      extendedS3DestinationConfiguration: {
        bucketArn: lake.bucket.bucketArn,
        roleArn: role.roleArn,
        prefix: `${RESULTS_PREFIX}${ARRIVAL_DATE}=!{timestamp:yyyy-MM-dd}/`,
        errorOutputPrefix: `${DELIVERY_ERRORS_PREFIX}!{firehose:error-output-type}/!{timestamp:yyyy-MM-dd}/`,
        bufferingHints: { intervalInSeconds: configuration.bufferSeconds, sizeInMBs: configuration.bufferMiB },
        // Parquet compresses inside; Firehose refuses another compression around it.
        compressionFormat: "UNCOMPRESSED",
        cloudWatchLoggingOptions: { enabled: true, logGroupName: logGroup.logGroupName, logStreamName: logStream.logStreamName },
        dataFormatConversionConfiguration: {
          enabled: true,
          schemaConfiguration: {
            catalogId: stack.account,
            databaseName: table.databaseName,
            tableName: table.tableName,
            region: stack.region,
            roleArn: role.roleArn,
            versionId: "LATEST",
          },
          inputFormatConfiguration: {
            deserializer: { openXJsonSerDe: { caseInsensitive: true, columnToJsonKeyMappings: openXMappings() } },
          },
          outputFormatConfiguration: { serializer: { parquetSerDe: { compression: "SNAPPY" } } },
        },
      },
    });
    // Firehose tries the role when it is created: the permissions must be there before.
    deliveryStream.node.addDependency(role, table);
    const madeUp = "Firehose makes up the keys of the files it writes.";
    acknowledgeWildcards(role, { [`${RESULTS_PREFIX}*`]: madeUp, [`${DELIVERY_ERRORS_PREFIX}*`]: madeUp });
    Validations.of(deliveryStream).acknowledge({
      id: "AwsSolutions-KDF1",
      reason: "The source is a Kinesis stream under our key; Firehose keeps its own copy encrypted and allows no second setting for such a source.",
    });
  }
}
