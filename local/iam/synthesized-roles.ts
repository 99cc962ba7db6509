import { z } from "zod";
import type { LocalApplication } from "../assembly/local-application.ts";
import { parsePolicyDocument, type Statement } from "./policy-document.ts";

export interface SynthesizedRole {
  arn: string;
  name: string;
  statements: readonly Statement[];
  /** AWS managed policies attached by ARN: their text is not in the template, so nothing can be judged from them. */
  unknownPolicies: readonly string[];
}

const PolicySchema = z.looseObject({ PolicyName: z.string().default("inline"), PolicyDocument: z.unknown() });
const RolePropertiesSchema = z.looseObject({ Policies: z.array(PolicySchema).default([]), ManagedPolicyArns: z.array(z.string()).default([]) });
const AttachedPolicySchema = z.looseObject({ PolicyDocument: z.unknown(), Roles: z.array(z.string()).default([]) });

/** Every role of the templates with all that is attached to it: inline, `AWS::IAM::Policy`, `AWS::IAM::ManagedPolicy`. */
export function synthesizedRoles(application: LocalApplication): Map<string, SynthesizedRole> {
  const attached = [...application.ofType("AWS::IAM::Policy"), ...application.ofType("AWS::IAM::ManagedPolicy")].map((resource) => {
    const { PolicyDocument, Roles } = AttachedPolicySchema.parse(resource.properties);
    return { arn: resource.id, roles: Roles, statements: parsePolicyDocument(PolicyDocument, resource.logicalId) };
  });
  return new Map(
    application.ofType("AWS::IAM::Role").map((resource) => {
      const { Policies, ManagedPolicyArns } = RolePropertiesSchema.parse(resource.properties);
      const arn = String(resource.attribute("Arn"));
      const statements = [
        ...Policies.flatMap((policy) => parsePolicyDocument(policy.PolicyDocument, `${resource.logicalId}/${policy.PolicyName}`)),
        ...attached
          .filter((policy) => policy.roles.includes(resource.id) || ManagedPolicyArns.includes(policy.arn))
          .flatMap((policy) => policy.statements),
      ];
      const unknownPolicies = ManagedPolicyArns.filter((policyArn) => attached.every((policy) => policy.arn !== policyArn));
      return [arn, { arn, name: resource.id, statements, unknownPolicies }];
    }),
  );
}
