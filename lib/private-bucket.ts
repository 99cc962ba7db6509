import type { RemovalPolicy } from "aws-cdk-lib";
import { Bucket, BucketEncryption, type IBucket, type LifecycleRule } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { closedBucket } from "./closed-bucket.ts";
import type { DataKey } from "./data-key.ts";

export interface PrivateBucketProps {
  key: DataKey;
  accessLogs: Bucket;
  /** Prefix of this bucket's access logs, without a slash at the end. */
  accessLogsPrefix: string;
  lifecycleRules: LifecycleRule[];
  versioned: boolean;
  removalPolicy: RemovalPolicy;
}

/** A bucket only this account reaches, only over TLS, encrypted under the stage's key. */
export class PrivateBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, "Resource", {
      ...closedBucket(props.removalPolicy),
      encryption: BucketEncryption.KMS,
      encryptionKey: props.key.key,
      // Asks the key once a while and not once an object.
      bucketKeyEnabled: true,
      versioned: props.versioned,
      // The CDK's own types are not made for exactOptionalPropertyTypes.
      serverAccessLogsBucket: props.accessLogs as IBucket,
      serverAccessLogsPrefix: `${props.accessLogsPrefix}/`,
      lifecycleRules: props.lifecycleRules,
    });
  }

  get bucketName(): string {
    return this.bucket.bucketName;
  }

  get bucketArn(): string {
    return this.bucket.bucketArn;
  }
}
