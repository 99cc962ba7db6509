import * as z from "zod";
import { nearestName } from "../core/nearest-name.ts";

type Path = readonly PropertyKey[];

/** One line a problem: what, which value, what to write instead. The advice comes from the schema's descriptions. */
export function describeProblems(schema: z.ZodType, value: unknown, issues: readonly z.core.$ZodIssue[]): string[] {
  return issues.flatMap((issue) => {
    if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(schema, value, issue.path, key));
    // A check across keys carries its own advice; for everything else the description of the place says what to write.
    const advice = issue.code === "custom" && issue.message !== "Invalid input" ? issue.message : adviceFor(schema, value, issue);
    const place = issue.path.length === 0 ? "the configuration" : name(issue.path);
    const found = valueAt(value, issue.path);
    return [found === undefined ? `${place} is missing: write ${advice}` : `${place} is ${shown(found)}: write ${advice}`];
  });
}

/** A line like those above for what a check outside the schema found; its message says the value and what to write. */
export function describePlace(path: Path, message: string): string {
  return `${name(path)}: ${message}`;
}

function adviceFor(schema: z.ZodType, value: unknown, issue: z.core.$ZodIssue): string {
  for (let length = issue.path.length; length >= 0; length -= 1) {
    const description = descriptionOf(schemaAt(schema, value, issue.path.slice(0, length)));
    if (description !== undefined) return description;
    // A union that does not describe itself: what its discriminator may be says it all.
    const kinds = length === issue.path.length - 1 ? discriminators(schemaAt(schema, value, issue.path.slice(0, length)), issue.path[length]) : [];
    if (kinds.length > 0) return `one of ${kinds.map((kind) => JSON.stringify(kind)).join(", ")}`;
  }
  return issue.message;
}

function discriminators(schema: z.ZodType | undefined, key: PropertyKey | undefined): unknown[] {
  const union = schema === undefined ? undefined : unwrapped(schema);
  if (!(union instanceof z.ZodDiscriminatedUnion) || union.def.discriminator !== key) return [];
  return (union.options as z.ZodObject[]).flatMap((option) => [...((option.shape[union.def.discriminator] as z.ZodLiteral).values ?? [])]);
}

/** `optional()` and `nullable()` wrap a schema without taking over its description. */
function descriptionOf(schema: z.ZodType | undefined): string | undefined {
  if (schema?.description !== undefined) return schema.description;
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? descriptionOf(schema.unwrap() as z.ZodType) : undefined;
}

function unknownKey(schema: z.ZodType, value: unknown, path: Path, key: string): string {
  const known = knownKeys(schemaAt(schema, value, path), valueAt(value, path));
  const nearest = nearestName(key, known);
  const advice = nearest === undefined ? `remove it; known here: ${known.join(", ")}` : `write ${name([...path, nearest])}`;
  return `${name([...path, key])} is not a key that Valence knows (its value: ${shown(valueAt(value, [...path, key]))}): ${advice}`;
}

function knownKeys(schema: z.ZodType | undefined, value: unknown): string[] {
  const object = schema === undefined ? undefined : objectOf(schema, value);
  return object === undefined ? [] : Object.keys(object.shape);
}

function schemaAt(schema: z.ZodType, value: unknown, path: Path): z.ZodType | undefined {
  let [current, at]: [z.ZodType | undefined, unknown] = [schema, value];
  for (const key of path) {
    const container = current === undefined ? undefined : unwrapped(current);
    if (container instanceof z.ZodRecord) current = container.valueType as z.ZodType;
    else if (container instanceof z.ZodArray) current = container.element as z.ZodType;
    else current = current === undefined ? undefined : (objectOf(current, at)?.shape[String(key)] as z.ZodType | undefined);
    at = valueAt(at, [key]);
  }
  return current;
}

/** Unwraps to the object schema that the value means: of a discriminated union, the option its discriminator names. */
function objectOf(schema: z.ZodType, value: unknown): z.ZodObject | undefined {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) return inner;
  if (!(inner instanceof z.ZodDiscriminatedUnion)) return undefined;
  const discriminator = inner.def.discriminator;
  const options = inner.options as z.ZodObject[];
  return options.find((option) => (option.shape[discriminator] as z.ZodType).safeParse(valueAt(value, [discriminator])).success);
}

function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional || schema instanceof z.ZodNullable ? unwrapped(schema.unwrap() as z.ZodType) : schema;
}

function valueAt(value: unknown, path: Path): unknown {
  let current = value;
  for (const key of path) {
    if (typeof current !== "object" || current === null) return undefined;
    current = (current as Record<PropertyKey, unknown>)[key];
  }
  return current;
}

function name(path: Path): string {
  return path.map(String).join(".");
}

function shown(value: unknown): string {
  const text = value === undefined ? "absent" : JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
