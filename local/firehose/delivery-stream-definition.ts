import { z } from "zod";
import { encryptionKeyArn } from "../assembly/encryption-key.ts";
import type { LocalApplication, LocalResource } from "../assembly/local-application.ts";
import { arn } from "../assembly/pseudo-parameters.ts";
import type { RequiredPermission } from "../service.ts";
import { parseHiveType } from "./hive-type.ts";
import { evaluatePrefix } from "./prefix.ts";
import type { TableColumn } from "./record-conversion.ts";

const count = z.coerce.number();

const PropertiesSchema = z.looseObject({
  KinesisStreamSourceConfiguration: z.looseObject({ KinesisStreamARN: z.string(), RoleARN: z.string() }),
  ExtendedS3DestinationConfiguration: z.looseObject({
    BucketARN: z.string(),
    RoleARN: z.string(),
    Prefix: z.string().default(""),
    ErrorOutputPrefix: z.string().default("errors/"),
    BufferingHints: z.looseObject({ IntervalInSeconds: count.default(300), SizeInMBs: count.default(128) }).default({ IntervalInSeconds: 300, SizeInMBs: 128 }),
    CustomTimeZone: z.literal("UTC").default("UTC"),
    ProcessingConfiguration: z.looseObject({ Enabled: z.literal(false) }).optional(),
    DynamicPartitioningConfiguration: z.looseObject({ Enabled: z.literal(false) }).optional(),
    CloudWatchLoggingOptions: z.looseObject({ Enabled: z.boolean().default(false), LogGroupName: z.string().optional(), LogStreamName: z.string().optional() }).default({ Enabled: false }),
    DataFormatConversionConfiguration: z.looseObject({
      Enabled: z.literal(true).default(true),
      SchemaConfiguration: z.looseObject({ DatabaseName: z.string(), TableName: z.string(), RoleARN: z.string(), VersionId: z.string().default("LATEST"), CatalogId: z.string().optional(), Region: z.string().optional() }),
      InputFormatConfiguration: z.looseObject({
        Deserializer: z.looseObject({
          OpenXJsonSerDe: z.looseObject({ CaseInsensitive: z.boolean().default(true), ColumnToJsonKeyMappings: z.record(z.string(), z.string()).default({}) }),
        }),
      }),
      OutputFormatConfiguration: z.looseObject({
        Serializer: z.looseObject({ ParquetSerDe: z.looseObject({ Compression: z.enum(["SNAPPY", "GZIP", "UNCOMPRESSED"]).default("SNAPPY") }) }),
      }),
    }),
  }),
});

const TableSchema = z.looseObject({
  TableInput: z.looseObject({ Name: z.string(), StorageDescriptor: z.looseObject({ Columns: z.array(z.looseObject({ Name: z.string(), Type: z.string() })) }) }),
});

export interface DeliveryStreamDefinition {
  name: string;
  roleArn: string;
  sourceStream: string;
  bucket: string;
  bucketKeyArn: string | undefined;
  prefix: string;
  errorPrefix: string;
  intervalMilliseconds: number;
  sizeBytes: number;
  compression: "SNAPPY" | "GZIP" | "UNCOMPRESSED";
  columns: readonly TableColumn[];
  catalogTable: Record<string, string>;
  /** What the role must allow before a record moves. */
  permissions: readonly RequiredPermission[];
}

/** @throws naming what in the template Firehose could not do, or what the local run does not do. */
export function deliveryStreamDefinition(resource: LocalResource, application: LocalApplication): DeliveryStreamDefinition {
  const place = `${resource.stackName}: delivery stream ${resource.logicalId}`;
  const parsed = PropertiesSchema.safeParse(resource.properties);
  if (!parsed.success) {
    throw new Error(`${place} cannot run locally (from a Kinesis stream to Parquet in S3 is what is known): ${z.prettifyError(parsed.error)}`);
  }
  const { KinesisStreamSourceConfiguration: source, ExtendedS3DestinationConfiguration: target } = parsed.data;
  const { SchemaConfiguration: schema, InputFormatConfiguration, OutputFormatConfiguration } = target.DataFormatConversionConfiguration;
  const roles = new Set([source.RoleARN, target.RoleARN, schema.RoleARN]);
  if (roles.size > 1) throw new Error(`${place} acts as several roles (${[...roles].join(", ")}); the local run knows one a delivery stream`);
  if (target.BufferingHints.SizeInMBs < 64) {
    throw new Error(`${place}: Firehose refuses a buffer of ${target.BufferingHints.SizeInMBs} MiB with format conversion; write at least 64`);
  }
  const table = application.ofType("AWS::Glue::Table").find((candidate) => candidate.id === schema.TableName && candidate.properties["DatabaseName"] === schema.DatabaseName);
  if (table === undefined) throw new Error(`${place} takes its columns from the Glue table ${schema.DatabaseName}.${schema.TableName}, which no template defines`);
  const keyMappings = InputFormatConfiguration.Deserializer.OpenXJsonSerDe.ColumnToJsonKeyMappings;
  const columns = TableSchema.parse(table.properties).TableInput.StorageDescriptor.Columns.map(({ Name, Type }) => ({
    name: Name,
    type: parseHiveType(Type, Name),
    key: (keyMappings[Name] ?? Name).toLowerCase(),
  }));
  evaluatePrefix(target.Prefix, new Date(0));
  evaluatePrefix(target.ErrorOutputPrefix, new Date(0), "format-conversion-failed");
  const find = (type: string, wanted: string): LocalResource => {
    const found = application.ofType(type).find((candidate) => candidate.attribute("Arn") === wanted);
    if (found === undefined) throw new Error(`${place} refers to ${wanted}, which no template defines`);
    return found;
  };
  const stream = find("AWS::Kinesis::Stream", source.KinesisStreamARN);
  const bucket = find("AWS::S3::Bucket", target.BucketARN);
  const streamKey = encryptionKeyArn(stream);
  const logging = target.CloudWatchLoggingOptions;
  return {
    name: resource.id,
    roleArn: target.RoleARN,
    sourceStream: stream.id,
    bucket: bucket.id,
    bucketKeyArn: encryptionKeyArn(bucket),
    prefix: target.Prefix,
    errorPrefix: target.ErrorOutputPrefix,
    intervalMilliseconds: target.BufferingHints.IntervalInSeconds * 1000,
    sizeBytes: target.BufferingHints.SizeInMBs * 1024 * 1024,
    compression: OutputFormatConfiguration.Serializer.ParquetSerDe.Compression,
    columns,
    catalogTable: { catalogId: schema.CatalogId ?? "", databaseName: schema.DatabaseName, tableName: schema.TableName, region: schema.Region ?? "", versionId: schema.VersionId },
    permissions: [
      ...["kinesis:DescribeStream", "kinesis:GetShardIterator", "kinesis:GetRecords", "kinesis:ListShards"].map((action) => ({ action, resource: source.KinesisStreamARN })),
      ...(streamKey === undefined ? [] : [{ action: "kms:Decrypt", resource: streamKey }]),
      ...["glue:GetTable", "glue:GetTableVersion", "glue:GetTableVersions"].flatMap((action) =>
        ["catalog", `database/${schema.DatabaseName}`, `table/${schema.DatabaseName}/${schema.TableName}`].map((path) => ({ action, resource: arn("glue", path) })),
      ),
      ...["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"].map((action) => ({ action, resource: target.BucketARN })),
      ...(logging.Enabled ? [{ action: "logs:PutLogEvents", resource: arn("logs", `log-group:${logging.LogGroupName ?? ""}:log-stream:${logging.LogStreamName ?? ""}`) }] : []),
    ],
  };
}
