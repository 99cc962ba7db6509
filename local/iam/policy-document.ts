import { z } from "zod";

const OneOrMoreSchema = z.union([z.string(), z.array(z.string())]).transform((value) => (Array.isArray(value) ? value : [value]));
const ConditionValuesSchema = z
  .union([z.string(), z.boolean(), z.number(), z.array(z.union([z.string(), z.boolean(), z.number()]))])
  .transform((value) => (Array.isArray(value) ? value : [value]).map(String));

const StatementSchema = z
  .strictObject({
    Sid: z.string().optional(),
    Effect: z.enum(["Allow", "Deny"]),
    Action: OneOrMoreSchema.optional(),
    NotAction: OneOrMoreSchema.optional(),
    Resource: OneOrMoreSchema.optional(),
    NotResource: OneOrMoreSchema.optional(),
    Condition: z.record(z.string(), z.record(z.string(), ConditionValuesSchema)).optional(),
  })
  .refine((statement) => (statement.Action === undefined) !== (statement.NotAction === undefined), "needs either Action or NotAction")
  .refine((statement) => (statement.Resource === undefined) !== (statement.NotResource === undefined), "needs either Resource or NotResource");

/** One statement of an identity-based policy, lists normalised. */
export type Statement = z.infer<typeof StatementSchema>;

const DocumentSchema = z.looseObject({
  Statement: z.union([StatementSchema, z.array(StatementSchema)]).transform((value) => (Array.isArray(value) ? value : [value])),
});

/** @throws naming the policy when the document is no identity-based policy. */
export function parsePolicyDocument(document: unknown, policyName: string): Statement[] {
  const parsed = DocumentSchema.safeParse(document);
  if (parsed.success) return parsed.data.Statement;
  throw new Error(`Policy ${policyName} is no identity-based policy document: ${z.prettifyError(parsed.error)}`);
}
