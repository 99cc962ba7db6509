import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import { glueColumns, openXMappings } from "../../core/tables/glue-columns.ts";
import { synthesize } from "./synthesized.ts";

let dev: Template;
let prod: Template;
beforeAll(() => {
  dev = synthesize("dev").template("data");
  prod = synthesize("prod").template("data");
});

describe("streams", () => {
  it.each(["text", "results"])("%s: provisioned in dev, on demand in prod, under our key", (name) => {
    const encryption = { EncryptionType: "KMS", KeyId: { "Fn::GetAtt": [Match.stringLikeRegexp("^Key"), "Arn"] } };
    dev.hasResource("AWS::Kinesis::Stream", {
      Properties: { Name: `valence-dev-${name}`, ShardCount: 1, RetentionPeriodHours: 24, StreamEncryption: encryption },
      DeletionPolicy: "Delete",
    });
    prod.hasResource("AWS::Kinesis::Stream", {
      Properties: { Name: `valence-prod-${name}`, ShardCount: Match.absent(), StreamModeDetails: { StreamMode: "ON_DEMAND" }, RetentionPeriodHours: 168, StreamEncryption: encryption },
      DeletionPolicy: "RetainExceptOnCreate",
    });
  });

  it("the key rotates, and stays where data stays", () => {
    prod.hasResource("AWS::KMS::Key", { Properties: { EnableKeyRotation: true }, DeletionPolicy: "RetainExceptOnCreate" });
    prod.hasResourceProperties("AWS::KMS::Alias", { AliasName: "alias/valence-prod" });
  });
});

describe("buckets", () => {
  it("are closed to the public, all of them", () => {
    prod.allResourcesProperties("AWS::S3::Bucket", {
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true, IgnorePublicAcls: true, RestrictPublicBuckets: true },
      OwnershipControls: { Rules: [{ ObjectOwnership: "BucketOwnerEnforced" }] },
    });
  });

  it("refuse plain HTTP and old TLS, all of them", () => {
    prod.resourceCountIs("AWS::S3::BucketPolicy", Object.keys(prod.findResources("AWS::S3::Bucket")).length);
    prod.allResourcesProperties("AWS::S3::BucketPolicy", {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: "Deny", Action: "s3:*", Condition: { Bool: { "aws:SecureTransport": "false" } } }),
          Match.objectLike({ Effect: "Deny", Action: "s3:*", Condition: { NumericLessThan: { "s3:TlsVersion": 1.2 } } }),
        ]),
      },
    });
  });

  it.each(["Lake", "Rejects"])("%s: under our key, with access logs", (name) => {
    const [bucket] = Object.entries(prod.findResources("AWS::S3::Bucket")).filter(([id]) => id.startsWith(name)).map(([, { Properties }]) => Properties);
    expect(bucket).toMatchObject({
      BucketEncryption: { ServerSideEncryptionConfiguration: [{ BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms" } }] },
      LoggingConfiguration: { LogFilePrefix: `${name.toLowerCase()}/` },
    });
  });

  it("the lake keeps what prod says, and versions; rejects expire and leave no versions behind", () => {
    const buckets = prod.findResources("AWS::S3::Bucket");
    const named = (start: string) => Object.entries(buckets).find(([id]) => id.startsWith(start))![1].Properties;

    expect(named("Lake").VersioningConfiguration).toEqual({ Status: "Enabled" });
    expect(named("Lake").LifecycleConfiguration.Rules).toEqual([
      { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, Status: "Enabled" },
      { ExpirationInDays: 90, Prefix: "errors/", Status: "Enabled" },
      { NoncurrentVersionExpiration: { NoncurrentDays: 30 }, Status: "Enabled" },
      { Prefix: "results/", Status: "Enabled", Transitions: [{ StorageClass: "STANDARD_IA", TransitionInDays: 90 }] },
    ]);
    expect(named("Rejects").VersioningConfiguration).toBeUndefined();
    expect(named("Rejects").LifecycleConfiguration.Rules).toEqual([
      { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 }, ExpirationInDays: 90, Status: "Enabled" },
    ]);
  });

  it("go with the stack in dev, emptied first, and stay in prod, unless the deployment that made them fails", () => {
    dev.allResources("AWS::S3::Bucket", { DeletionPolicy: "Delete" });
    dev.resourceCountIs("Custom::S3AutoDeleteObjects", 3);
    prod.allResources("AWS::S3::Bucket", { DeletionPolicy: "RetainExceptOnCreate", UpdateReplacePolicy: "Retain" });
    prod.resourceCountIs("Custom::S3AutoDeleteObjects", 0);
  });
});

describe("delivery to the lake", () => {
  it("reads the results stream and writes Parquet by day of arrival", () => {
    prod.hasResourceProperties("AWS::KinesisFirehose::DeliveryStream", {
      DeliveryStreamName: "valence-prod-results",
      DeliveryStreamType: "KinesisStreamAsSource",
      KinesisStreamSourceConfiguration: { KinesisStreamARN: { "Fn::GetAtt": [Match.stringLikeRegexp("^ResultsStream"), "Arn"] } },
      ExtendedS3DestinationConfiguration: {
        Prefix: "results/arrival_date=!{timestamp:yyyy-MM-dd}/",
        ErrorOutputPrefix: "errors/!{firehose:error-output-type}/!{timestamp:yyyy-MM-dd}/",
        BufferingHints: { IntervalInSeconds: 300, SizeInMBs: 128 },
        CompressionFormat: "UNCOMPRESSED",
        CloudWatchLoggingOptions: { Enabled: true },
        DynamicPartitioningConfiguration: Match.absent(),
        DataFormatConversionConfiguration: {
          Enabled: true,
          SchemaConfiguration: { DatabaseName: "valence_prod", TableName: "results", VersionId: "LATEST" },
          InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: { CaseInsensitive: true, ColumnToJsonKeyMappings: openXMappings() } } },
          OutputFormatConfiguration: { Serializer: { ParquetSerDe: { Compression: "SNAPPY" } } },
        },
      },
    });
  });

  it("is created after its permissions and its table, which Firehose tries", () => {
    const [delivery] = Object.values(prod.findResources("AWS::KinesisFirehose::DeliveryStream"));
    expect(delivery?.["DependsOn"]).toEqual(expect.arrayContaining([expect.stringMatching(/^ResultsDeliveryRoleDefaultPolicy/u), expect.stringMatching(/^ResultsTable(?!Database)/u)]));
  });

  it("has a table with the contract's columns and computed partitions", () => {
    prod.hasResourceProperties("AWS::Glue::Table", {
      DatabaseName: "valence_prod",
      TableInput: {
        Name: "results",
        PartitionKeys: [Match.objectLike({ Name: "arrival_date", Type: "string" })],
        StorageDescriptor: {
          Columns: glueColumns().map(({ name, type }) => ({ Name: name, Type: type })),
          SerdeInfo: { SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
        },
        Parameters: Match.objectLike({
          "projection.enabled": "true",
          "projection.arrival_date.type": "date",
          "projection.arrival_date.format": "yyyy-MM-dd",
          "storage.location.template": { "Fn::Join": ["", ["s3://", { Ref: Match.stringLikeRegexp("^LakeBucket") }, "/results/arrival_date=${arrival_date}/"]] },
        }),
      },
    });
    expect(glueColumns().map(({ name }) => name)).toContain("result_id");
  });
});

it("publishes the names that the command line looks for", () => {
  for (const output of ["TextStreamName", "ResultsStreamName", "LakeBucketName", "RejectsBucketName"]) dev.hasOutput(output, {});
});
