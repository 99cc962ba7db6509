import { z } from "zod";
import { encryptionKeyArn } from "../assembly/encryption-key.ts";
import type { LocalApplication, LocalResource } from "../assembly/local-application.ts";
import { LOCAL_REGION } from "../assembly/pseudo-parameters.ts";
import { readProperties } from "../assembly/read-properties.ts";

export interface TableDefinition {
  name: string;
  keySchema: readonly { AttributeName: string; KeyType: "HASH" | "RANGE" }[];
  attributeDefinitions: readonly { AttributeName: string; AttributeType: "S" | "N" | "B" }[];
  /** Of a customer-managed key, which callers need a permission on. */
  kmsKeyArn: string | undefined;
}

const KEYS = {
  TableName: z.string().optional(),
  KeySchema: z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) })).min(1),
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) })),
};

/** What changes no answer of a table here. Items past their time to live stay, as DynamoDB keeps them for days; its throughput is not metered. */
const WITHOUT_EFFECT = Object.fromEntries(
  [
    "BillingMode",
    "ContributorInsightsSpecification",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "PointInTimeRecoverySpecification",
    "ProvisionedThroughput",
    "ReadOnDemandThroughputSettings",
    "ReadProvisionedThroughputSettings",
    "SSESpecification",
    "TableClass",
    "Tags",
    "TimeToLiveSpecification",
    "WarmThroughput",
    "WriteOnDemandThroughputSettings",
    "WriteProvisionedThroughputSettings",
  ].map((name) => [name, z.unknown().optional()]),
);

// Streams, indexes, imports and resource policies stop the start: something would wait for them in vain.
const TableSchema = z.strictObject({ ...WITHOUT_EFFECT, ...KEYS });
const ReplicaSchema = z.strictObject({ ...WITHOUT_EFFECT, Region: z.literal(LOCAL_REGION, "the local run is one region") });
const GlobalTableSchema = z.strictObject({ ...WITHOUT_EFFECT, ...KEYS, Replicas: z.array(ReplicaSchema).length(1) });

/**
 * The templates' tables, those of CDK's `TableV2` included, which are global tables of one region.
 * @throws naming the table and the property that the local run cannot honour.
 */
export function tableDefinitions(application: LocalApplication): TableDefinition[] {
  return [
    ...application.ofType("AWS::DynamoDB::Table").map((table) => definition(table, readProperties(table, TableSchema))),
    ...application.ofType("AWS::DynamoDB::GlobalTable").map((table) => definition(table, readProperties(table, GlobalTableSchema))),
  ];
}

function definition(table: LocalResource, { KeySchema, AttributeDefinitions }: Pick<z.infer<typeof TableSchema>, "KeySchema" | "AttributeDefinitions">): TableDefinition {
  return { name: table.id, keySchema: KeySchema, attributeDefinitions: AttributeDefinitions, kmsKeyArn: encryptionKeyArn(table) };
}
