import { Duration, type RemovalPolicy } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Bucket, CfnBucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { OWN_RECORDINGS_PREFIX } from "../core/contracts/recording-notice.ts";
import type { DataKey } from "./data-key.ts";
import { PrivateBucket } from "./private-bucket.ts";

export interface RecordingsBucketProps {
  key: DataKey;
  accessLogs: Bucket;
  expireAfterDays: number | null;
  removalPolicy: RemovalPolicy;
}

/** Whole recordings: what producers put there, in whatever layout, and under a prefix of its own what Valence put together. */
export class RecordingsBucket extends Construct {
  readonly #bucket: PrivateBucket;
  readonly #key: DataKey;

  constructor(scope: Construct, id: string, props: RecordingsBucketProps) {
    super(scope, id);
    this.#key = props.key;
    this.#bucket = new PrivateBucket(this, "Bucket", {
      key: props.key,
      accessLogs: props.accessLogs,
      accessLogsPrefix: "recordings",
      // A voice says who speaks: deleted must mean gone.
      versioned: false,
      lifecycleRules: [
        { abortIncompleteMultipartUploadAfter: Duration.days(1), ...(props.expireAfterDays === null ? {} : { expiration: Duration.days(props.expireAfterDays) }) },
      ],
      removalPolicy: props.removalPolicy,
    });
    // Written into the bucket itself: the CDK's own switch deploys a function that does it, with rights to every bucket's notifications.
    (this.#bucket.bucket.node.defaultChild as CfnBucket).notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } };
  }

  get bucketName(): string {
    return this.#bucket.bucketName;
  }

  /** @param keys of the objects to be read, with wildcards. */
  grantRead(grantee: IGrantable, keys = "*"): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ["s3:GetObject"], resources: [this.#bucket.bucket.arnForObjects(keys)] }));
    // Who may not list gets 403 for what is not there, which looks like a missing permission.
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ["s3:ListBucket"], resources: [this.#bucket.bucketArn] }));
    this.#key.grantDecrypt(grantee);
  }

  grantWriteOwn(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ["s3:PutObject"], resources: [this.#bucket.bucket.arnForObjects(`${OWN_RECORDINGS_PREFIX}*`)] }));
    this.#key.grantEncrypt(grantee);
  }
}
