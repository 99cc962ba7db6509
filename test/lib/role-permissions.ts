import type { Template } from "./template-validator.ts";

/** What a role may do: each statement as `action, action → resource if key = value`, with logical ids and exports shortened to readable names. */
export function permissionsOf(template: Template, roleIdStart: string): string[] {
  const policies = Object.values(template.Resources).filter(({ Type, Properties }) => Type === "AWS::IAM::Policy" && refersToRole(Properties, roleIdStart));
  return policies
    .flatMap((policy) => (policy.Properties as { PolicyDocument: { Statement: Statement[] } }).PolicyDocument.Statement)
    .flatMap(({ Action, Condition, Resource }) => [Resource].flat().map((resource) => `${[Action].flat().join(", ")} → ${readable(resource)}${conditions(Condition)}`))
    .sort();
}

interface Statement {
  Action: string | string[];
  Resource: unknown;
  Condition?: Record<string, Record<string, unknown>>;
}

const OPERATORS: Record<string, string> = { StringEquals: "=", StringLike: "like", Bool: "is" };

function conditions(condition: Statement["Condition"]): string {
  const all = Object.entries(condition ?? {}).flatMap(([operator, tests]) =>
    Object.entries(tests).map(([key, value]) => `${key} ${OPERATORS[operator] ?? operator} ${[value].flat().map(readable).join(" | ")}`),
  );
  return all.length === 0 ? "" : ` if ${all.join(" and ")}`;
}

function refersToRole(properties: unknown, roleIdStart: string): boolean {
  return (properties as { Roles: { Ref: string }[] }).Roles.some(({ Ref }) => new RegExp(`^${roleIdStart}[0-9A-F]{8}$`, "u").test(Ref));
}

function readable(value: unknown): string {
  if (typeof value === "string") return value;
  const [name, argument] = Object.entries(value as Record<string, unknown>)[0]!;
  switch (name) {
    case "Fn::Join":
      return ((argument as [string, unknown[]])[1]).map(readable).join("");
    case "Fn::GetAtt":
      return withoutHash((argument as string[])[0]!);
    case "Fn::FindInMap":
      return `<${(argument as string[])[0]}>`;
    case "Fn::ImportValue":
      return withoutHash((argument as string).replace(/^.*:ExportsOutput(?:FnGetAtt|Ref)/u, "").replace(/(?:Arn)?[0-9A-F]{8}$/u, ""));
    case "Fn::Sub":
      return (argument as string).replace(/\$\{AWS::(\w+)\}/gu, "<$1>");
    case "Ref":
      return (argument as string).startsWith("AWS::") ? `<${(argument as string).slice(5)}>` : withoutHash(argument as string);
    default:
      throw new Error(`No readable form of ${JSON.stringify(value)}`);
  }
}

function withoutHash(logicalId: string): string {
  return logicalId.replace(/[0-9A-F]{8}$/u, "");
}
