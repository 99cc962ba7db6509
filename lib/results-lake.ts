import { Duration, type RemovalPolicy } from "aws-cdk-lib";
import type { Bucket, LifecycleRule } from "aws-cdk-lib/aws-s3";
import { StorageClass } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import type { LakeConfiguration } from "./configuration.ts";
import type { DataKey } from "./data-key.ts";
import { PrivateBucket } from "./private-bucket.ts";

export const RESULTS_PREFIX = "results/";
export const DELIVERY_ERRORS_PREFIX = "errors/";

export interface ResultsLakeProps {
  key: DataKey;
  accessLogs: Bucket;
  configuration: LakeConfiguration;
  removalPolicy: RemovalPolicy;
}

/** The bucket where results lie as Parquet files. */
export class ResultsLake extends Construct {
  readonly bucket: Bucket;
  readonly key: DataKey;

  constructor(scope: Construct, id: string, props: ResultsLakeProps) {
    super(scope, id);
    const { configuration } = props;
    this.key = props.key;
    this.bucket = new PrivateBucket(this, "Bucket", {
      key: props.key,
      accessLogs: props.accessLogs,
      accessLogsPrefix: "lake",
      versioned: configuration.versioned,
      lifecycleRules: lifecycleOf(configuration),
      removalPolicy: props.removalPolicy,
    }).bucket;
  }
}

function lifecycleOf(configuration: LakeConfiguration): LifecycleRule[] {
  const { expireAfterDays, infrequentAccessAfterDays } = configuration;
  return [
    { abortIncompleteMultipartUploadAfter: Duration.days(1) },
    // What Firehose could not convert waits here for a person, not for ever.
    { prefix: DELIVERY_ERRORS_PREFIX, expiration: Duration.days(90) },
    ...(configuration.versioned ? [{ noncurrentVersionExpiration: Duration.days(30) }] : []),
    ...(expireAfterDays === null ? [] : [{ prefix: RESULTS_PREFIX, expiration: Duration.days(expireAfterDays) }]),
    ...(infrequentAccessAfterDays === null
      ? []
      : [
          {
            prefix: RESULTS_PREFIX,
            transitions: [{ storageClass: StorageClass.INFREQUENT_ACCESS, transitionAfter: Duration.days(infrequentAccessAfterDays) }],
          },
        ]),
  ];
}
