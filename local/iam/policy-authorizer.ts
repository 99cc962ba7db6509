import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../assembly/pseudo-parameters.ts";
import { AccessDeniedError, type Authorizer, type Caller, type RequiredPermission } from "../service.ts";
import { type Decision, evaluatePermission } from "./evaluate.ts";
import type { Statement } from "./policy-document.ts";
import type { SynthesizedRole } from "./synthesized-roles.ts";

export interface UnusedGrant {
  role: string;
  statement: Statement;
}

/** Judges every call by the caller's synthesized role, and remembers what was refused and what was used. */
export class PolicyAuthorizer implements Authorizer {
  readonly #roles: ReadonlyMap<string, SynthesizedRole>;
  readonly #implied: (permission: RequiredPermission) => readonly RequiredPermission[];
  readonly #decisions = new Map<string, Decision>();
  readonly #used = new Set<Statement>();
  readonly #acting = new Set<string>();
  readonly #denied = new Map<string, string>();

  /** @param implied what else a permission takes, known only to the templates: the key of a secret */
  constructor(roles: ReadonlyMap<string, SynthesizedRole>, implied: (permission: RequiredPermission) => readonly RequiredPermission[] = () => []) {
    this.#roles = roles;
    this.#implied = implied;
  }

  /**
   * Says at start that somebody will act with this role.
   * @throws when the templates do not have it, or when it leans on an AWS managed policy.
   */
  expectRole(roleArn: string, actor: string): void {
    const role = this.#role(roleArn, actor);
    if (role.unknownPolicies.length > 0) {
      throw new Error(
        `${actor} acts as ${role.name}, which has ${role.unknownPolicies.join(", ")} attached. The text of an AWS managed policy is ` +
          "not in the template, so it cannot be judged here: write out the statements that are needed",
      );
    }
    this.#acting.add(roleArn);
  }

  authorize(caller: Caller, permissions: readonly RequiredPermission[]): void {
    if (caller.roleArn === null) return;
    for (const permission of permissions.flatMap((asked) => [asked, ...this.#implied(asked)])) {
      const decision = this.#decide(caller.roleArn, caller.name, permission);
      if (decision.decidedBy !== undefined) this.#used.add(decision.decidedBy);
      if (decision.allowed) continue;
      const error = new AccessDeniedError(caller, permission);
      if (decision.decidedBy !== undefined) error.message += `; an explicit Deny forbids it: ${JSON.stringify(decision.decidedBy)}`;
      if (decision.unjudged.length > 0) {
        error.message += `; a statement with the condition ${decision.unjudged.join(", ")} was left out, because the local run cannot judge it`;
      }
      this.#denied.set(`${caller.name}\n${permission.action}\n${permission.resource}`, error.message);
      throw error;
    }
  }

  /** Every refusal, each once, in the order of the first. */
  denied(): string[] {
    return [...this.#denied.values()];
  }

  /** Grants of acting roles that this run never needed: too much, or a path that was not walked. */
  unusedGrants(): UnusedGrant[] {
    return [...this.#acting].flatMap((roleArn) => {
      const role = this.#role(roleArn, roleArn);
      return role.statements
        .filter((statement) => statement.Effect === "Allow" && !this.#used.has(statement))
        .map((statement) => ({ role: role.name, statement }));
    });
  }

  #decide(roleArn: string, actor: string, permission: RequiredPermission): Decision {
    const key = `${roleArn}\n${permission.action}\n${permission.resource}\n${JSON.stringify(permission.context ?? {})}`;
    let decision = this.#decisions.get(key);
    if (decision === undefined) {
      const role = this.#role(roleArn, actor);
      decision = evaluatePermission(role.statements, permission, {
        "aws:securetransport": "true",
        "aws:requestedregion": LOCAL_REGION,
        "aws:principalaccount": LOCAL_ACCOUNT_ID,
        "aws:sourceaccount": LOCAL_ACCOUNT_ID,
        "aws:resourceaccount": LOCAL_ACCOUNT_ID,
        "aws:principalarn": roleArn,
        ...permission.context,
      });
      // Object keys make resources endless; a cache without a bound would grow with every file written.
      if (this.#decisions.size > 10_000) this.#decisions.clear();
      this.#decisions.set(key, decision);
    }
    return decision;
  }

  #role(roleArn: string, actor: string): SynthesizedRole {
    const role = this.#roles.get(roleArn);
    if (role !== undefined) return role;
    throw new Error(`${actor} acts as ${roleArn}, which no template defines: the local run can only judge roles of this application`);
  }
}
