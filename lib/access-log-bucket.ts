import { type Duration, type RemovalPolicy, Validations } from "aws-cdk-lib";
import { Bucket, BucketEncryption } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { closedBucket } from "./closed-bucket.ts";

export interface AccessLogBucketProps {
  expireAfter: Duration;
  removalPolicy: RemovalPolicy;
}

/** Where S3 notes who read or wrote the other buckets. */
export class AccessLogBucket extends Construct {
  readonly bucket: Bucket;

  constructor(scope: Construct, id: string, props: AccessLogBucketProps) {
    super(scope, id);
    this.bucket = new Bucket(this, "Resource", {
      ...closedBucket(props.removalPolicy),
      // S3 delivers access logs only to buckets under its own keys.
      encryption: BucketEncryption.S3_MANAGED,
      lifecycleRules: [{ expiration: props.expireAfter }],
    });
    Validations.of(this.bucket).acknowledge({
      id: "AwsSolutions-S1",
      reason: "This bucket holds the access logs of the others; logging its own accesses into itself would never end.",
    });
  }
}
