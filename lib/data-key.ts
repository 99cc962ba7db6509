import { type RemovalPolicy, Stack } from "aws-cdk-lib";
import { type IGrantable, PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import { Construct } from "constructs";

export interface DataKeyProps {
  alias: string;
  removalPolicy: RemovalPolicy;
}

/**
 * The one key under which a stage's streams, queues, buckets, warehouse and secret are encrypted. One and not several:
 * who may read what is decided by the grants on those resources, and every further key costs money while it sleeps.
 */
export class DataKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string, props: DataKeyProps) {
    super(scope, id);
    this.key = new Key(this, "Resource", {
      alias: props.alias,
      description: "Encrypts what customers wrote and said, wherever Valence keeps it",
      enableKeyRotation: true,
      removalPolicy: props.removalPolicy,
    });
  }

  /** For what reads an encrypted stream, queue, object or secret. */
  grantDecrypt(grantee: IGrantable): void {
    this.#grant(grantee, ["kms:Decrypt"]);
  }

  /** For what writes to an encrypted stream or bucket. */
  grantEncrypt(grantee: IGrantable): void {
    this.#grant(grantee, ["kms:GenerateDataKey"]);
  }

  /** For the volumes of instances: the service makes itself a grant on the key, and nobody else may. */
  grantEncryptVolumes(grantee: IGrantable): void {
    this.#grant(grantee, ["kms:CreateGrant"], { Bool: { "kms:GrantIsForAWSResource": "true" } });
  }

  /**
   * EventBridge sends to an encrypted queue as itself, without a role: only the key's policy can admit it. By account, as the CDK's own target for
   * encrypted queues does; the queue's policy names the rule.
   */
  allowEvents(): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal("events.amazonaws.com")],
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: ["*"],
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
    );
  }

  /**
   * EventBridge publishes to an encrypted topic as itself, too, and SNS works on what it holds as itself. Both for this topic only, by the context that
   * SNS encrypts in: EventBridge names no account here, and a condition on it would stop every message (SNS developer guide, "Key management").
   */
  allowEventsOnTopic(topicName: string): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal("events.amazonaws.com"), new ServicePrincipal("sns.amazonaws.com")],
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: ["*"],
        conditions: { StringEquals: { "kms:EncryptionContext:aws:sns:topicArn": Stack.of(this).formatArn({ service: "sns", resource: topicName }) } },
      }),
    );
  }

  #grant(grantee: IGrantable, actions: string[], conditions?: Record<string, unknown>): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [this.key.keyArn], ...(conditions === undefined ? {} : { conditions }) }));
  }
}
