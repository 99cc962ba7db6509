import { Validations } from "aws-cdk-lib";
import { CfnPolicy, type Role } from "aws-cdk-lib/aws-iam";
import { rules } from "cdk-nag";

/**
 * Says why a role's statements may hold wildcards. `reasons`: the end of a resource (`rejects/*`), `/*` for all objects
 * of a bucket, or `*` for a resource that is nothing but the wildcard → the reason. A wildcard without a reason stops
 * synth as ever; so does a reason without its wildcard.
 *
 * cdk-nag's finding ids hold logical ids and the names of exports, which exist only when the references across stacks
 * are resolved: so the ids are made then, and not written out here.
 */
export function acknowledgeWildcards(role: Role, reasons: Readonly<Record<string, string>>): void {
  role.node.addValidation({
    validate: () => {
      const findings = role.node.findAll().filter((child) => child instanceof CfnPolicy).flatMap(wildcardsIn);
      return Object.entries(reasons).flatMap(([ending, reason]) => {
        const acknowledged = findings.filter((finding) => isMeant(finding, ending));
        for (const finding of acknowledged) Validations.of(role).acknowledge({ id: `AwsSolutions-IAM5[${finding}]`, reason });
        return acknowledged.length > 0 ? [] : [`${role.node.path} acknowledges the wildcard ${ending}, which no statement has any more: remove the acknowledgement`];
      });
    },
  });
}

function isMeant(finding: string, ending: string): boolean {
  if (ending === "*") return finding === "Resource::*";
  if (ending === "/*") return /^Resource::[^/]*\/\*$/u.test(finding);
  return finding.endsWith(`/${ending}`) || finding.endsWith(`:${ending}`);
}

function wildcardsIn(policy: CfnPolicy): string[] {
  const result = rules.iam.IAMNoWildcardPermissions(policy);
  return Array.isArray(result) ? result : [];
}
