import type { RequiredPermission } from "../service.ts";
import { type ConditionContext, judgeCondition } from "./conditions.ts";
import type { Statement } from "./policy-document.ts";
import { matchesPattern } from "./wildcards.ts";

export interface Decision {
  allowed: boolean;
  /** The statement that decided; `undefined` when none spoke (an implicit denial). */
  decidedBy: Statement | undefined;
  /** Conditions that would have mattered and cannot be judged on this machine. */
  unjudged: string[];
}

/** IAM's order: an explicit denial wins over any grant; what nobody grants is denied. */
export function evaluatePermission(statements: readonly Statement[], permission: RequiredPermission, context: ConditionContext): Decision {
  const unjudged: string[] = [];
  const applying = statements.filter((statement) => {
    if (!coversAction(statement, permission.action) || !coversResource(statement, permission.resource)) return false;
    const judgement = judgeCondition(statement.Condition, context);
    unjudged.push(...judgement.unjudged);
    return judgement.holds;
  });
  const denial = applying.find((statement) => statement.Effect === "Deny");
  if (denial !== undefined) return { allowed: false, decidedBy: denial, unjudged };
  const grant = applying.find((statement) => statement.Effect === "Allow");
  return { allowed: grant !== undefined, decidedBy: grant, unjudged };
}

function coversAction(statement: Statement, action: string): boolean {
  // IAM compares actions without regard to case, resources with.
  const covered = (statement.Action ?? statement.NotAction ?? []).some((pattern) => matchesPattern(pattern, action, true));
  return statement.Action === undefined ? !covered : covered;
}

function coversResource(statement: Statement, resource: string): boolean {
  const covered = (statement.Resource ?? statement.NotResource ?? []).some((pattern) => matchesPattern(pattern, resource));
  return statement.Resource === undefined ? !covered : covered;
}
