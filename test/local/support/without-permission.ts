import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "./assembly.ts";

type Json = Record<string, unknown>;
interface Resource {
  Type: string;
  Properties?: Json;
}
interface Statement {
  Action: string | string[];
  Effect: string;
}

/** One function of the synthesized templates and every action its role allows. */
export interface FunctionGrants {
  functionName: string;
  actions: string[];
}

const FUNCTION_NAME = /^valence-local-/u;

function templates(assemblyFolder: string): [file: string, template: { Resources: Record<string, Resource> }][] {
  return readdirSync(assemblyFolder)
    .filter((file) => file.endsWith(".template.json"))
    .map((file) => [file, JSON.parse(readFileSync(join(assemblyFolder, file), "utf8")) as { Resources: Record<string, Resource> }]);
}

/** The statements of the role's inline policies and of the policies attached to it, as live objects of the template. */
function statementsOf(resources: Record<string, Resource>, roleId: string): Statement[] {
  const inline = (resources[roleId]?.Properties?.["Policies"] ?? []) as { PolicyDocument: { Statement: Statement[] } }[];
  const attached = Object.values(resources).filter(
    ({ Type, Properties }) => Type === "AWS::IAM::Policy" && JSON.stringify(Properties?.["Roles"] ?? []).includes(`"${roleId}"`),
  );
  return [
    ...inline.flatMap(({ PolicyDocument }) => PolicyDocument.Statement),
    ...attached.flatMap(({ Properties }) => (Properties?.["PolicyDocument"] as { Statement: Statement[] } | undefined)?.Statement ?? []),
  ];
}

function roleOf(resource: Resource): string {
  const role = resource.Properties?.["Role"] as { "Fn::GetAtt"?: [string, string] } | undefined;
  return role?.["Fn::GetAtt"]?.[0] ?? "";
}

const asList = (value: string | string[]): string[] => (Array.isArray(value) ? value : [value]);

function functionsIn(resources: Record<string, Resource>): [name: string, roleId: string][] {
  return Object.values(resources)
    .filter(({ Type, Properties }) => Type === "AWS::Lambda::Function" && FUNCTION_NAME.test(String(Properties?.["FunctionName"])))
    .map((resource) => [String(resource.Properties?.["FunctionName"]), roleOf(resource)]);
}

export function grantsOf(assemblyFolder: string): FunctionGrants[] {
  return templates(assemblyFolder).flatMap(([, { Resources }]) =>
    functionsIn(Resources).map(([functionName, roleId]) => ({
      functionName,
      actions: [...new Set(statementsOf(Resources, roleId).flatMap(({ Action }) => asList(Action)))].sort(),
    })),
  );
}

/** A copy of the assembly in which one function's role lacks one action. */
export function withoutPermission(assemblyFolder: string, functionName: string, action: string): string {
  const copy = temporaryFolder("without-permission");
  cpSync(assemblyFolder, copy, { recursive: true });
  for (const [file, template] of templates(copy)) {
    const found = functionsIn(template.Resources).find(([name]) => name === functionName);
    if (found === undefined) continue;
    for (const statement of statementsOf(template.Resources, found[1])) {
      statement.Action = asList(statement.Action).filter((granted) => granted !== action);
    }
    writeFileSync(join(copy, file), JSON.stringify(template));
  }
  return copy;
}

/** Changes the custom resource's usage limit in a copy of the assembly, as a new configuration would. */
export function withUsageLimit(copy: string, usageLimit: { amount: number; period: string }): void {
  for (const [file, template] of templates(copy)) {
    for (const { Type, Properties } of Object.values(template.Resources)) {
      if (Type === "Custom::WarehouseMigrations" && Properties !== undefined) Properties["usageLimit"] = usageLimit;
    }
    writeFileSync(join(copy, file), JSON.stringify(template));
  }
}
