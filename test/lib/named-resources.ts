import type { Template } from "aws-cdk-lib/assertions";

/** The properties of the resource of a type whose logical id starts so. */
export function named(template: Template, type: string, start: string): Record<string, unknown> {
  const [, found] = Object.entries(template.findResources(type)).find(([id]) => id.startsWith(start)) ?? [];
  if (found === undefined) throw new Error(`No ${type} starts with ${start}`);
  return found["Properties"] as Record<string, unknown>;
}

/** The variables of a function, by its whole name. */
export function environmentOf(template: Template, functionName: string): Record<string, unknown> {
  const [found] = Object.values(template.findResources("AWS::Lambda::Function", { Properties: { FunctionName: functionName } }));
  if (found === undefined) throw new Error(`No function is called ${functionName}`);
  return (found["Properties"] as { Environment: { Variables: Record<string, unknown> } }).Environment.Variables;
}
