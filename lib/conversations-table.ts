import { RemovalPolicy } from "aws-cdk-lib";
import { AttributeType, BillingMode, Table, TableEncryption } from "aws-cdk-lib/aws-dynamodb";
import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import type { DataKey } from "./data-key.ts";

export interface ConversationsTableProps {
  key: DataKey;
  removalPolicy: RemovalPolicy;
}

/**
 * The journal of each conversation: items are added under the next version and never changed, and end with their time to live. Its name is
 * CloudFormation's: a table that stayed behind would stand in the way of the next deployment.
 */
export class ConversationsTable extends Construct {
  readonly table: Table;
  readonly #key: DataKey;

  constructor(scope: Construct, id: string, { key, removalPolicy }: ConversationsTableProps) {
    super(scope, id);
    this.#key = key;
    this.table = new Table(this, "Resource", {
      partitionKey: { name: "conversation", type: AttributeType.STRING },
      sortKey: { name: "version", type: AttributeType.NUMBER },
      timeToLiveAttribute: "expiresAt",
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: key.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: removalPolicy !== RemovalPolicy.DESTROY,
      removalPolicy,
    });
  }

  get tableName(): string {
    return this.table.tableName;
  }

  /** Reading a conversation's journal and adding to it. DynamoDB has the table's own key decrypted in the caller's name, for writing too, and nothing else. */
  grantJournal(grantee: IGrantable): void {
    grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: ["dynamodb:PutItem", "dynamodb:Query"], resources: [this.table.tableArn] }));
    this.#key.grantDecrypt(grantee);
  }
}
