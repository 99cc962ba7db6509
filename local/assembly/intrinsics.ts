import type { Template } from "./cloud-assembly.ts";
import { LOCAL_REGION, pseudoParameter } from "./pseudo-parameters.ts";

/** What an intrinsic function may ask about the world outside its own template. */
export interface Surroundings {
  stackName: string;
  template: Template;
  reference(logicalId: string): unknown;
  attribute(logicalId: string, attribute: string): unknown;
  exported(name: string): unknown;
}

const NO_VALUE = Symbol("AWS::NoValue");

/**
 * Evaluates CloudFormation's intrinsic functions in a value, depth first.
 * @throws for a function this program does not know, and for a wrong use of one, naming the place.
 */
export function evaluate(value: unknown, surroundings: Surroundings, place: string): unknown {
  const result = evaluateNode(value, surroundings, place);
  return result === NO_VALUE ? undefined : result;
}

export function conditionHolds(name: string, surroundings: Surroundings): boolean {
  if (!(name in surroundings.template.Conditions)) throw new Error(`${surroundings.stackName}: there is no condition ${name}`);
  return evaluate(surroundings.template.Conditions[name], surroundings, `condition ${name}`) === true;
}

function evaluateNode(value: unknown, surroundings: Surroundings, place: string): unknown {
  if (Array.isArray(value)) {
    return value.map((item, index) => evaluateNode(item, surroundings, `${place}[${index}]`)).filter((item) => item !== NO_VALUE);
  }
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [first] = entries;
  if (first !== undefined && entries.length === 1 && (first[0] === "Ref" || first[0] === "Condition" || first[0].startsWith("Fn::"))) {
    // `Condition` is also an ordinary key, of IAM statements: there it holds an object.
    if (first[0] !== "Condition" || typeof first[1] === "string") return callFunction(first[0], first[1], surroundings, place);
  }
  return Object.fromEntries(
    entries
      .map(([key, item]): [string, unknown] => [key, evaluateNode(item, surroundings, `${place}.${key}`)])
      .filter(([, item]) => item !== NO_VALUE),
  );
}

function callFunction(name: string, argument: unknown, surroundings: Surroundings, place: string): unknown {
  const inner = (value: unknown): unknown => evaluateNode(value, surroundings, place);
  const wrong = (expected: string): Error =>
    new Error(`${surroundings.stackName} ${place}: ${name} takes ${expected}, not ${JSON.stringify(argument)}`);
  const list = (value: unknown, expected: string): unknown[] => {
    const evaluated = inner(value);
    if (!Array.isArray(evaluated)) throw wrong(expected);
    return evaluated;
  };
  const raw = (length: number, expected: string): unknown[] => {
    if (!Array.isArray(argument) || argument.length < length) throw wrong(expected);
    return argument;
  };
  switch (name) {
    case "Ref":
      if (typeof argument !== "string") throw wrong("a logical id");
      return referenceTo(argument, surroundings);
    case "Condition":
      return conditionHolds(String(argument), surroundings);
    case "Fn::GetAtt": {
      const [logicalId, ...rest] = typeof argument === "string" ? argument.split(".") : raw(2, "[logical id, attribute]").map(inner);
      return surroundings.attribute(String(logicalId), rest.join("."));
    }
    case "Fn::Sub":
      return substitute(argument, surroundings, place, wrong);
    case "Fn::Join": {
      const [separator, parts] = raw(2, "[separator, [parts]]");
      return list(parts, "[separator, [parts]]").map(String).join(String(inner(separator)));
    }
    case "Fn::Select": {
      const [index, items] = raw(2, "[index, [items]]");
      const selected = list(items, "[index, [items]]")[Number(inner(index))];
      if (selected === undefined) throw wrong("an index within its list");
      return selected;
    }
    case "Fn::Split": {
      const [separator, text] = raw(2, "[separator, text]").map(inner);
      return String(text).split(String(separator));
    }
    case "Fn::GetAZs": {
      const region = inner(argument);
      return ["a", "b", "c"].map((zone) => `${typeof region === "string" && region !== "" ? region : LOCAL_REGION}${zone}`);
    }
    case "Fn::ImportValue":
      return surroundings.exported(String(inner(argument)));
    case "Fn::FindInMap": {
      const [map, first, second] = raw(3, "[map, key, key]").map(inner).map(String);
      const found = surroundings.template.Mappings[map ?? ""]?.[first ?? ""]?.[second ?? ""];
      if (found === undefined) throw wrong("keys that its map has");
      return found;
    }
    case "Fn::Base64":
      return Buffer.from(String(inner(argument))).toString("base64");
    case "Fn::ToJsonString":
      return JSON.stringify(inner(argument));
    case "Fn::If": {
      const [condition, whenTrue, whenFalse] = raw(3, "[condition, value, value]");
      return inner(conditionHolds(String(condition), surroundings) ? whenTrue : whenFalse);
    }
    case "Fn::Equals": {
      const [left, right] = raw(2, "[value, value]").map(inner);
      return JSON.stringify(left) === JSON.stringify(right);
    }
    case "Fn::And":
      return raw(1, "[conditions]").every((condition) => inner(condition) === true);
    case "Fn::Or":
      return raw(1, "[conditions]").some((condition) => inner(condition) === true);
    case "Fn::Not":
      return inner(raw(1, "[condition]")[0]) !== true;
    default:
      throw new Error(`${surroundings.stackName} ${place}: ${name} is not known to the local run; teach it in local/assembly/intrinsics.ts`);
  }
}

function referenceTo(name: string, surroundings: Surroundings): unknown {
  if (name === "AWS::NoValue") return NO_VALUE;
  const pseudo = pseudoParameter(name, surroundings.stackName);
  if (pseudo !== undefined) return pseudo;
  const parameter = surroundings.template.Parameters[name];
  if (parameter === undefined) return surroundings.reference(name);
  if (parameter.Default === undefined) {
    throw new Error(`${surroundings.stackName}: parameter ${name} has no default; the local run passes no parameters, so give it one`);
  }
  return parameter.Default;
}

function substitute(argument: unknown, surroundings: Surroundings, place: string, wrong: (expected: string) => Error): string {
  const [pattern, variables] = Array.isArray(argument) ? argument : [argument, {}];
  if (typeof pattern !== "string" || typeof variables !== "object" || variables === null) throw wrong("a text, or [text, {variables}]");
  return pattern.replaceAll(/\$\{(!?)([^}]+)\}/gu, (_match, literal: string, name: string) => {
    if (literal !== "") return `\${${name}}`;
    if (name in variables) return String(evaluateNode((variables as Record<string, unknown>)[name], surroundings, place));
    const [logicalId, ...attribute] = name.split(".");
    return String(
      attribute.length === 0 ? referenceTo(name, surroundings) : surroundings.attribute(logicalId ?? "", attribute.join(".")),
    );
  });
}
