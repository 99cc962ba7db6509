import { loadAwsServiceSpecSync } from "@aws-cdk/aws-service-spec";
import type { Property, PropertyType, Resource, SpecDatabase } from "@aws-cdk/service-spec-types";

/*
 * Checks synthesized templates against CloudFormation's own resource schemas, without an account: unknown types and
 * properties, missing and mistyped ones, values that a property does not allow, and references to nothing.
 */

export interface Template {
  Parameters?: Record<string, unknown>;
  Conditions?: Record<string, unknown>;
  Resources: Record<string, TemplateResource>;
  Outputs?: Record<string, { Value: unknown; Export?: { Name: string } }>;
}

export interface TemplateResource {
  Type: string;
  Properties?: Record<string, unknown>;
  DependsOn?: string | string[];
  Condition?: string;
}

let database: SpecDatabase | undefined;

function specification(): SpecDatabase {
  database ??= loadAwsServiceSpecSync();
  return database;
}

/** Problems of all templates of one deployment, by stack name; exports of one may be imported by the others. */
export function validateTemplates(templates: Record<string, Template>): string[] {
  const exported = new Set(Object.values(templates).flatMap((template) => Object.values(template.Outputs ?? {}).flatMap((output) => output.Export?.Name ?? [])));
  return Object.entries(templates).flatMap(([stack, template]) => new TemplateCheck(stack, template, exported).run());
}

class TemplateCheck {
  readonly #stack: string;
  readonly #template: Template;
  readonly #exported: ReadonlySet<string>;
  readonly #problems: string[] = [];

  constructor(stack: string, template: Template, exported: ReadonlySet<string>) {
    this.#stack = stack;
    this.#template = template;
    this.#exported = exported;
  }

  run(): string[] {
    for (const [id, resource] of Object.entries(this.#template.Resources)) {
      this.#checkResource(id, resource);
      for (const dependency of [resource.DependsOn ?? []].flat()) {
        if (!(dependency in this.#template.Resources)) this.#report(id, `depends on ${dependency}, which does not exist`);
      }
      this.#checkReferences(resource.Properties, id);
    }
    this.#checkReferences(this.#template.Outputs, "Outputs");
    this.#checkReferences(this.#template.Conditions, "Conditions");
    return this.#problems;
  }

  #report(place: string, problem: string): void {
    this.#problems.push(`${this.#stack}: ${place} ${problem}`);
  }

  #checkResource(id: string, { Type, Properties }: TemplateResource): void {
    if (Type.startsWith("Custom::") || Type === "AWS::CloudFormation::CustomResource") return;
    const resource = specOf(Type);
    if (resource === undefined) this.#report(id, `has the type ${Type}, which CloudFormation does not know`);
    else this.#checkProperties(Properties ?? {}, resource.properties, id);
  }

  #checkProperties(values: Record<string, unknown>, known: Record<string, Property>, place: string): void {
    for (const [name, value] of Object.entries(values)) {
      const property = known[name];
      if (property === undefined) this.#report(`${place}.${name}`, "is not a property that CloudFormation knows");
      else this.#checkProperty(value, property, `${place}.${name}`);
    }
    for (const [name, property] of Object.entries(known)) {
      if (property.required === true && values[name] === undefined) this.#report(`${place}.${name}`, "is required and missing");
    }
  }

  #checkProperty(value: unknown, property: Property, place: string): void {
    this.#checkAlternatives(value, [property.type, ...(property.previousTypes ?? [])], place);
  }

  #checkAlternatives(value: unknown, types: readonly PropertyType[], place: string): void {
    const attempts = types.map((type) => {
      const attempt = new TemplateCheck(this.#stack, this.#template, this.#exported);
      attempt.#checkValue(value, type, place);
      return attempt.#problems;
    });
    const best = attempts.reduce((fewest, attempt) => (attempt.length < fewest.length ? attempt : fewest));
    this.#problems.push(...best);
  }

  #checkValue(value: unknown, type: PropertyType, place: string): void {
    // What an intrinsic function gives is known at deployment only.
    if (isIntrinsic(value)) return;
    switch (type.type) {
      case "json":
        return;
      case "string":
      case "date-time": {
        if (typeof value !== "string") return this.#mistyped(value, "a string", place);
        const allowed = type.type === "string" ? type.allowedValues : undefined;
        if (allowed !== undefined && allowed.length > 0 && !allowed.includes(value)) this.#report(place, `is ${JSON.stringify(value)}, not one of ${allowed.join(", ")}`);
        return;
      }
      case "number":
        if (typeof value !== "number") this.#mistyped(value, "a number", place);
        return;
      case "integer":
        if (!Number.isInteger(value)) this.#mistyped(value, "a whole number", place);
        return;
      case "boolean":
        if (typeof value !== "boolean") this.#mistyped(value, "true or false", place);
        return;
      case "null":
        if (value !== null) this.#mistyped(value, "null", place);
        return;
      case "array":
        if (!Array.isArray(value)) return this.#mistyped(value, "a list", place);
        for (const [index, element] of value.entries()) this.#checkValue(element, type.element, `${place}[${index}]`);
        return;
      case "map":
        if (!isObject(value)) return this.#mistyped(value, "an object", place);
        for (const [key, element] of Object.entries(value)) this.#checkValue(element, type.element, `${place}.${key}`);
        return;
      case "tag":
        if (!isObject(value) || typeof value["Key"] !== "string") this.#mistyped(value, "a tag of Key and Value", place);
        return;
      case "ref":
        if (!isObject(value)) return this.#mistyped(value, "an object", place);
        return this.#checkProperties(value, specification().get("typeDefinition", type.reference.$ref).properties, place);
      case "union":
        return this.#checkAlternatives(value, type.types, place);
      default:
        throw new Error(`${place}: the validator does not know the type ${JSON.stringify(type)} yet; teach it here`);
    }
  }

  #mistyped(value: unknown, expected: string, place: string): void {
    this.#report(place, `is ${JSON.stringify(value)}, not ${expected}`);
  }

  #checkReferences(value: unknown, place: string): void {
    if (Array.isArray(value)) return value.forEach((item, index) => this.#checkReferences(item, `${place}[${index}]`));
    if (!isObject(value)) return;
    for (const [key, argument] of Object.entries(value)) {
      if (key === "Ref" && typeof argument === "string") this.#checkRef(argument, place);
      else if (key === "Fn::GetAtt") this.#checkAttribute(argument, place);
      else if (key === "Fn::Sub") this.#checkSubstitution(argument, place);
      else if (key === "Fn::ImportValue" && typeof argument === "string" && !this.#exported.has(argument)) this.#report(place, `imports ${argument}, which no stack exports`);
      this.#checkReferences(argument, `${place}.${key}`);
    }
  }

  #checkRef(name: string, place: string): void {
    if (name.startsWith("AWS::") || name in (this.#template.Parameters ?? {}) || name in this.#template.Resources) return;
    this.#report(place, `refers to ${name}, which does not exist`);
  }

  #checkAttribute(argument: unknown, place: string): void {
    const [id, ...path] = typeof argument === "string" ? argument.split(".") : (argument as string[]);
    const resource = this.#template.Resources[id ?? ""];
    if (resource === undefined) return this.#report(place, `takes an attribute of ${id}, which does not exist`);
    const attribute = path.join(".");
    const spec = specOf(resource.Type);
    if (spec !== undefined && !(attribute in spec.attributes)) this.#report(place, `takes ${attribute} of ${id}, which a ${resource.Type} does not have`);
  }

  #checkSubstitution(argument: unknown, place: string): void {
    const [pattern, variables] = (Array.isArray(argument) ? argument : [argument, {}]) as [string, Record<string, unknown>];
    for (const [, name = ""] of pattern.matchAll(/\$\{([^!}][^}]*)\}/gu)) {
      if (name in variables) continue;
      if (name.includes(".")) this.#checkAttribute(name, place);
      else this.#checkRef(name, place);
    }
  }
}

function specOf(type: string): Resource | undefined {
  return specification().lookup("resource", "cloudFormationType", "equals", type)[0];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isIntrinsic(value: unknown): boolean {
  if (!isObject(value)) return false;
  const [key, ...others] = Object.keys(value);
  return others.length === 0 && key !== undefined && (key === "Ref" || key.startsWith("Fn::"));
}
