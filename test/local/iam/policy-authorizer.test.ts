import { expect, test } from "vitest";
import type { LocalApplication, LocalResource } from "../../../local/assembly/local-application.ts";
import { PolicyAuthorizer } from "../../../local/iam/policy-authorizer.ts";
import { requirePermissions } from "../../../local/iam/require-permissions.ts";
import { synthesizedRoles } from "../../../local/iam/synthesized-roles.ts";
import { AccessDeniedError } from "../../../local/service.ts";

const ROLE = "arn:aws:iam::123456789012:role/worker";
const CALLER = { roleArn: ROLE, name: "worker" };
const grant = (Action: string): object => ({ Statement: [{ Effect: "Allow", Action, Resource: "*" }] });

function authorizerOf(managedPolicies: string[] = []): PolicyAuthorizer {
  const resources: LocalResource[] = [
    resource("AWS::IAM::Role", "worker", { Policies: [{ PolicyName: "inline", PolicyDocument: grant("s3:GetObject") }], ManagedPolicyArns: ["arn:own", ...managedPolicies] }, { Arn: ROLE }),
    resource("AWS::IAM::Policy", "attached", { PolicyDocument: grant("sqs:SendMessage"), Roles: ["worker"] }),
    resource("AWS::IAM::Policy", "of-another", { PolicyDocument: grant("sqs:DeleteQueue"), Roles: ["other"] }),
    resource("AWS::IAM::ManagedPolicy", "arn:own", { PolicyDocument: grant("kms:Decrypt") }),
  ];
  const application = { resources, ofType: (type: string) => resources.filter((candidate) => candidate.type === type) };
  return new PolicyAuthorizer(synthesizedRoles(application as unknown as LocalApplication));
}

function resource(type: string, id: string, properties: Record<string, unknown>, attributes: Record<string, string> = {}): LocalResource {
  return { stackName: "main", logicalId: id, type, id, properties, attribute: (name) => attributes[name] };
}

test.each(["s3:GetObject", "sqs:SendMessage", "kms:Decrypt"])("inline, attached and managed policies grant: %s", (action) => {
  expect(() => authorizerOf().authorize(CALLER, [{ action, resource: "arn:x" }])).not.toThrow();
});

test("a refusal names caller, action, resource and the statement to add, and is kept once", () => {
  const authorizer = authorizerOf();
  const call = (): void => authorizer.authorize(CALLER, [{ action: "sqs:DeleteQueue", resource: "arn:aws:sqs:us-east-1:123456789012:jobs" }]);
  expect(call).toThrow(AccessDeniedError);
  expect(call).toThrow('{"Effect":"Allow","Action":"sqs:DeleteQueue","Resource":"arn:aws:sqs:us-east-1:123456789012:jobs"}');
  expect(authorizer.denied()).toHaveLength(1);
  expect(authorizer.denied()[0]).toMatch(/^worker .*sqs:DeleteQueue/u);
});

test("the machine's owner may do everything", () => {
  expect(() => authorizerOf().authorize({ roleArn: null, name: "owner" }, [{ action: "s3:DeleteBucket", resource: "*" }])).not.toThrow();
});

test("grants that nothing used are listed, for roles that act", () => {
  const authorizer = authorizerOf();
  expect(authorizer.unusedGrants()).toEqual([]);
  authorizer.expectRole(ROLE, "worker");
  authorizer.authorize(CALLER, [{ action: "s3:GetObject", resource: "arn:x" }]);
  expect(authorizer.unusedGrants().map(({ statement }) => statement.Action)).toEqual([["sqs:SendMessage"], ["kms:Decrypt"]]);
});

test("a managed policy of AWS on an acting role stops the start", () => {
  expect(() => authorizerOf(["arn:aws:iam::aws:policy/ReadOnlyAccess"]).expectRole(ROLE, "worker")).toThrow(/ReadOnlyAccess attached.*write out the statements/su);
});

test("a role outside the templates is named", () => {
  expect(() => authorizerOf().expectRole("arn:elsewhere", "worker")).toThrow(/acts as arn:elsewhere, which no template defines/u);
});

test("everything that a service needs is checked at once", () => {
  const missing = ["kinesis:GetRecords", "kinesis:ListShards"].map((action) => ({ action, resource: "arn:stream" }));
  expect(() => requirePermissions(authorizerOf(), CALLER, missing)).toThrow(/kinesis:GetRecords[^]*kinesis:ListShards/u);
});
