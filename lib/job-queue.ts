import { Duration, type RemovalPolicy } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Queue, QueueEncryption } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import type { DataKey } from "./data-key.ts";

export interface JobQueueProps {
  /** The queue's name; its dead-letter queue ends in `-dead-letters`. */
  name: string;
  key: DataKey;
  maximumReceives: number;
  /** The time-out of the function that works on the jobs. */
  consumerTimeout: Duration;
  /** How long Lambda collects a batch for it. */
  consumerWindow: Duration;
  removalPolicy: RemovalPolicy;
}

const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Jobs that wait for a function, and those that no attempt could do. */
export class JobQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly #key: DataKey;

  constructor(scope: Construct, id: string, props: JobQueueProps) {
    super(scope, id);
    this.#key = props.key;
    const common = {
      encryption: QueueEncryption.KMS,
      encryptionMasterKey: props.key.key,
      enforceSSL: true,
      // What the senders send at most. Said here because 256 KiB was SQS's default for long, and still is what some tools assume.
      maxMessageSizeBytes: MAX_MESSAGE_BYTES,
      removalPolicy: props.removalPolicy,
    };
    this.deadLetters = new Queue(this, "DeadLetters", { ...common, queueName: `${props.name}-dead-letters`, retentionPeriod: Duration.days(14) });
    this.queue = new Queue(this, "Resource", {
      ...common,
      queueName: props.name,
      retentionPeriod: Duration.days(7),
      // Lambda's rule: six time-outs and the window, so that a throttled batch is not handed out twice.
      visibilityTimeout: Duration.seconds(props.consumerTimeout.toSeconds() * 6 + props.consumerWindow.toSeconds()),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maximumReceives },
    });
  }

  grantSend(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ["sqs:SendMessage"], resources: [this.queue.queueArn] }));
    this.#key.grantEncrypt(grantee);
    // SQS reuses a data key for some minutes and has it decrypted on sending as well.
    this.#key.grantDecrypt(grantee);
  }

  /** For a function that says itself when a failed message is to come again. */
  grantPostpone(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ["sqs:ChangeMessageVisibility"], resources: [this.queue.queueArn] }));
  }

  /** What Lambda's poller calls. */
  grantConsume(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"], resources: [this.queue.queueArn] }),
    );
    this.#key.grantDecrypt(grantee);
  }
}
