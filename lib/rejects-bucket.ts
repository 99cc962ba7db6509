import { Duration, type RemovalPolicy } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IEventSourceDlq } from "aws-cdk-lib/aws-lambda";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { REJECTS_PREFIX } from "../core/contracts/reject.ts";
import type { DataKey } from "./data-key.ts";
import { PrivateBucket } from "./private-bucket.ts";

/** Where Lambda itself puts a batch it gave up; the service chooses this prefix. */
export const LAMBDA_PREFIX = "aws/lambda/";

export interface RejectsBucketProps {
  key: DataKey;
  accessLogs: Bucket;
  expireAfterDays: number;
  removalPolicy: RemovalPolicy;
}

/** Holds every record that could not be processed, whole, until someone mends the cause and replays it. */
export class RejectsBucket extends Construct {
  readonly #bucket: PrivateBucket;
  readonly #key: DataKey;

  constructor(scope: Construct, id: string, props: RejectsBucketProps) {
    super(scope, id);
    this.#key = props.key;
    this.#bucket = new PrivateBucket(this, "Bucket", {
      key: props.key,
      accessLogs: props.accessLogs,
      accessLogsPrefix: "rejects",
      // Rejects hold words as they arrived, personal data included: deleted must mean gone.
      versioned: false,
      lifecycleRules: [{ expiration: Duration.days(props.expireAfterDays), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: props.removalPolicy,
    });
  }

  get bucketName(): string {
    return this.#bucket.bucketName;
  }

  grantWriteRejects(grantee: IGrantable): void {
    this.#grantPut(grantee, `${REJECTS_PREFIX}*`);
  }

  /** The on-failure destination of an event source that reads a stream. The CDK's own would grant reading and deleting too. */
  asFailureDestination(): IEventSourceDlq {
    return {
      bind: (_mapping, target) => {
        this.#grantPut(target, `${LAMBDA_PREFIX}*`);
        // Lambda looks at the bucket before it accepts it as a destination.
        target.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ["s3:ListBucket"], resources: [this.#bucket.bucketArn] }));
        return { destination: this.#bucket.bucketArn };
      },
    };
  }

  #grantPut(grantee: IGrantable, keys: string): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["s3:PutObject"], resources: [this.#bucket.bucket.arnForObjects(keys)] }),
    );
    this.#key.grantEncrypt(grantee);
  }
}
