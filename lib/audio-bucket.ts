import { Duration, type RemovalPolicy } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";
import { TRANSCRIPTS_PREFIX } from "../core/transcripts/storage-keys.ts";
import type { DataKey } from "./data-key.ts";
import { PrivateBucket } from "./private-bucket.ts";

/** Who writes what: speech cut out of recordings, with the endpoints' answers beside it; chunks of live conversations; preflight reports; transcripts, each beside the request that it answers; what asynchronous endpoints write. */
export type AudioPrefix = "segments/" | "live/" | "reports/" | typeof TRANSCRIPTS_PREFIX | `async-answers/${string}`;

/** Why the prefixes end in a wildcard, for `acknowledgeWildcards`. */
export const AUDIO_KEYS: Readonly<Record<AudioPrefix, string>> = {
  "segments/": "The keys of segments and answers are made from their recording.",
  "live/": "The keys of chunks are made from their conversation.",
  "reports/": "The keys of reports are made from their recording.",
  [TRANSCRIPTS_PREFIX]: "The keys of requests and transcripts are made from their job.",
  "async-answers/": "SageMaker makes up the keys of the answers it writes.",
};

export interface AudioBucketProps {
  key: DataKey;
  accessLogs: Bucket;
  expireAfterDays: number;
  removalPolicy: RemovalPolicy;
}

/** What is made of recordings on their way to a model: kept for some days, then gone. */
export class AudioBucket extends Construct {
  readonly #bucket: PrivateBucket;
  readonly #key: DataKey;

  constructor(scope: Construct, id: string, props: AudioBucketProps) {
    super(scope, id);
    this.#key = props.key;
    this.#bucket = new PrivateBucket(this, "Bucket", {
      key: props.key,
      accessLogs: props.accessLogs,
      accessLogsPrefix: "audio",
      versioned: false,
      lifecycleRules: [{ expiration: Duration.days(props.expireAfterDays), abortIncompleteMultipartUploadAfter: Duration.days(1) }],
      removalPolicy: props.removalPolicy,
    });
  }

  get bucketName(): string {
    return this.#bucket.bucketName;
  }

  /**
   * Reading, and telling what is missing from what is forbidden: without the right to list the bucket, S3 answers 403 to both. Not for prefixes
   * only: whether a GetObject meets a condition on `s3:prefix` is not documented, and this bucket holds nothing else.
   */
  grantRead(grantee: IGrantable, ...prefixes: AudioPrefix[]): void {
    this.#allow(grantee, "s3:GetObject", prefixes);
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ["s3:ListBucket"], resources: [this.#bucket.bucketArn] }));
    this.#key.grantDecrypt(grantee);
  }

  grantWrite(grantee: IGrantable, ...prefixes: AudioPrefix[]): void {
    this.#allow(grantee, "s3:PutObject", prefixes);
    this.#key.grantEncrypt(grantee);
  }

  #allow(grantee: IGrantable, action: string, prefixes: readonly AudioPrefix[]): void {
    const resources = prefixes.map((prefix) => this.#bucket.bucket.arnForObjects(`${prefix}*`));
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources }));
  }
}
