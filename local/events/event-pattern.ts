/**
 * EventBridge's event patterns: a field lists the values it may have, or objects that say more; all fields must match. Array fields of an
 * event match when one element does. (Amazon EventBridge User Guide, "Comparison operators for use in event patterns".)
 */
export type EventPattern = Readonly<Record<string, unknown>>;

type Test = (value: unknown) => boolean;

/** @throws naming the operator that is not known here, so that no rule silently matches less than in an account. */
export function compilePattern(pattern: EventPattern, place = "the pattern"): Test {
  const fields = Object.entries(pattern).map(([name, expected]): Test => {
    const here = `${place}.${name}`;
    if (name === "$or") return anyPattern(expected, here);
    const test = Array.isArray(expected) ? anyOf(expected, here) : compilePattern(asPattern(expected, here), here);
    return (event) => test(isObject(event) ? event[name] : undefined);
  });
  return (event) => fields.every((field) => field(event));
}

/** `$or`: one of several patterns of the same object. */
function anyPattern(expected: unknown, place: string): Test {
  if (!Array.isArray(expected) || expected.length === 0) throw new Error(`${place}: $or takes a list of patterns`);
  const tests = expected.map((one, index) => compilePattern(asPattern(one, `${place}[${index}]`), `${place}[${index}]`));
  return (event) => tests.some((test) => test(event));
}

function anyOf(expected: readonly unknown[], place: string): Test {
  const tests = expected.map((one): Test => (isObject(one) ? operator(one, place) : (value) => value === one));
  return (value) => tests.some((test) => (Array.isArray(value) ? value.some(test) : test(value)));
}

function operator(expression: Record<string, unknown>, place: string): Test {
  const [[name, operand] = ["", undefined], ...others] = Object.entries(expression);
  if (others.length > 0) throw new Error(`${place}: a comparison has one operator, not ${Object.keys(expression).join(", ")}`);
  switch (name) {
    case "prefix":
    case "suffix":
    case "equals-ignore-case":
    case "wildcard":
      return text(name, operand, place);
    case "numeric":
      return numeric(operand, place);
    case "exists":
      return (value) => (value !== undefined) === operand;
    case "anything-but":
      return anythingBut(operand, place);
    default:
      throw new Error(`${place}: the local run does not know the operator ${JSON.stringify(name)} of event patterns; it knows prefix, suffix, equals-ignore-case, wildcard, numeric, exists, anything-but`);
  }
}

function text(name: "prefix" | "suffix" | "equals-ignore-case" | "wildcard", operand: unknown, place: string): Test {
  if (typeof operand !== "string") throw new Error(`${place}: ${name} takes a text`);
  const matches = (value: string): boolean => {
    if (name === "prefix") return value.startsWith(operand);
    if (name === "suffix") return value.endsWith(operand);
    if (name === "wildcard") return wildcard(operand).test(value);
    return value.toLowerCase() === operand.toLowerCase();
  };
  return (value) => typeof value === "string" && matches(value);
}

function wildcard(pattern: string): RegExp {
  return new RegExp(`^${pattern.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\/]/gu, String.raw`\$&`)).join(".*")}$`, "su");
}

const NUMERIC: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** `[">", 0, "<=", 5]`: all of the comparisons must hold. */
function numeric(operand: unknown, place: string): Test {
  const parts: readonly unknown[] = Array.isArray(operand) ? operand : [];
  if (parts.length === 0 || parts.length % 2 !== 0) throw new Error(`${place}: numeric takes comparisons such as [">", 0, "<=", 5]`);
  const tests = parts.flatMap((symbol, index) => (index % 2 === 0 ? [comparison(symbol, parts[index + 1], place)] : []));
  return (value) => typeof value === "number" && tests.every((test) => test(value));
}

function comparison(symbol: unknown, bound: unknown, place: string): (value: number) => boolean {
  const compare = typeof symbol === "string" ? NUMERIC[symbol] : undefined;
  if (compare === undefined || typeof bound !== "number") throw new Error(`${place}: numeric compares with =, <, <=, > or >= and a number, not ${JSON.stringify([symbol, bound])}`);
  return (value) => compare(value, bound);
}

/** A value, several, or one of the comparisons of texts with a text or several. A field that is absent does not match. */
function anythingBut(operand: unknown, place: string): Test {
  const excluded: Test = isObject(operand)
    ? anyOf(Object.entries(operand).flatMap(([name, values]) => (Array.isArray(values) ? values : [values]).map((value) => ({ [name]: value }))), place)
    : anyOf(Array.isArray(operand) ? operand : [operand], place);
  return (value) => value !== undefined && !excluded(value);
}

function asPattern(value: unknown, place: string): EventPattern {
  if (isObject(value)) return value;
  throw new Error(`${place}: a field of an event pattern is a list of values or an object of fields`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
