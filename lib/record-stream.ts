import { Duration, type RemovalPolicy, Validations } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Stream, StreamEncryption, StreamMode } from "aws-cdk-lib/aws-kinesis";
import { Construct } from "constructs";
import type { StreamConfiguration } from "./configuration-leaves.ts";
import type { DataKey } from "./data-key.ts";

/** What a polling reader (Lambda, Firehose, Redshift) calls. */
export const READ_STREAM = ["kinesis:DescribeStream", "kinesis:DescribeStreamSummary", "kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"] as const;

export interface RecordStreamProps {
  name: string;
  key: DataKey;
  configuration: StreamConfiguration;
  removalPolicy: RemovalPolicy;
}

/** An encrypted Kinesis stream. Its grants are narrower than the CDK's, which add fan-out and listing. */
export class RecordStream extends Construct {
  readonly stream: Stream;
  readonly #key: DataKey;

  constructor(scope: Construct, id: string, props: RecordStreamProps) {
    super(scope, id);
    const { configuration } = props;
    this.#key = props.key;
    this.stream = new Stream(this, "Resource", {
      streamName: props.name,
      encryption: StreamEncryption.KMS,
      encryptionKey: props.key.key,
      retentionPeriod: Duration.hours(configuration.retentionHours),
      removalPolicy: props.removalPolicy,
      ...(configuration.mode === "on-demand"
        ? { streamMode: StreamMode.ON_DEMAND }
        : { streamMode: StreamMode.PROVISIONED, shardCount: configuration.shards }),
    });
    Validations.of(this.stream).acknowledge({
      id: "AwsSolutions-KDS3",
      reason: "A key of our own and not aws/kinesis: its use is granted role by role and shows in the audit trail. Readers and writers reuse data keys, so its requests cost little.",
    });
  }

  get streamName(): string {
    return this.stream.streamName;
  }

  get streamArn(): string {
    return this.stream.streamArn;
  }

  grantRead(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [...READ_STREAM], resources: [this.streamArn] }));
    this.#key.grantDecrypt(grantee);
  }

  grantPutRecords(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ["kinesis:PutRecords"], resources: [this.streamArn] }));
    this.#key.grantEncrypt(grantee);
  }
}
