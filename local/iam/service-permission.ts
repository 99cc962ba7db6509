import { z } from "zod";
import { LOCAL_ACCOUNT_ID } from "../assembly/pseudo-parameters.ts";
import type { RequiredPermission } from "../service.ts";
import type { ConditionContext } from "./conditions.ts";
import { evaluatePermission } from "./evaluate.ts";
import { parsePolicyDocument } from "./policy-document.ts";

const oneOrMore = z.union([z.string(), z.array(z.string())]).transform((value) => (Array.isArray(value) ? value : [value]));
const ResourcePolicySchema = z.looseObject({
  Statement: z.array(z.looseObject({ Principal: z.union([z.literal("*"), z.record(z.string(), oneOrMore)]).optional() })),
});

export interface ServiceCaller {
  /** The principal: `events.amazonaws.com`. */
  service: string;
  /** The resource in whose name it calls; absent where the call does not say. */
  sourceArn?: string;
  /** Further condition keys of the call, lower-cased. */
  context?: ConditionContext;
}

/**
 * Checks what a service may do by the policies of the resource itself, where it acts without a role.
 * @throws with the statement to add.
 */
export function requireServicePermission(caller: ServiceCaller, permission: RequiredPermission, policies: readonly unknown[], place: string): void {
  const statements = policies.flatMap((policy) => {
    const { Statement } = ResourcePolicySchema.parse(policy);
    const applying = Statement.filter(({ Principal }) => Principal === "*" || Principal?.["AWS"]?.includes("*") === true || Principal?.["Service"]?.includes(caller.service) === true);
    return parsePolicyDocument({ Statement: applying.map((statement) => Object.fromEntries(Object.entries(statement).filter(([name]) => name !== "Principal"))) }, place);
  });
  const { allowed, unjudged } = evaluatePermission(statements, permission, {
    "aws:securetransport": "true",
    ...(caller.sourceArn === undefined ? {} : { "aws:sourcearn": caller.sourceArn, "aws:sourceaccount": LOCAL_ACCOUNT_ID }),
    ...caller.context,
    "aws:principalservicename": caller.service,
    "aws:principalisawsservice": "true",
  });
  if (allowed) return;
  const statement = { Effect: "Allow", Principal: { Service: caller.service }, Action: permission.action, Resource: permission.resource };
  throw new Error(
    `${place}: ${caller.service} is not authorized to perform ${permission.action} on ${permission.resource}. The resource's policy lacks a statement such as ${JSON.stringify(statement)}` +
      (unjudged.length > 0 ? `; one with the condition ${unjudged.join(", ")} was left out, because the local run cannot judge it` : ""),
  );
}
