import type { Statement } from "./policy-document.ts";
import { matchesPattern } from "./wildcards.ts";

/** Condition keys whose value is known on this machine, lower-cased as IAM compares them. */
export type ConditionContext = Readonly<Record<string, string>>;

export interface ConditionJudgement {
  holds: boolean;
  /** What could not be judged here; such a condition counts as not met, as IAM treats a key that a request lacks. */
  unjudged: string[];
}

type Comparison = (expected: string, actual: string) => boolean;

const COMPARISONS: Readonly<Record<string, Comparison>> = {
  StringEquals: (expected, actual) => expected === actual,
  StringEqualsIgnoreCase: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
  StringLike: (expected, actual) => matchesPattern(expected, actual),
  ArnEquals: (expected, actual) => matchesPattern(expected, actual),
  ArnLike: (expected, actual) => matchesPattern(expected, actual),
  Bool: (expected, actual) => expected.toLowerCase() === actual.toLowerCase(),
};

const NEGATED: Readonly<Record<string, string>> = {
  StringNotEquals: "StringEquals",
  StringNotEqualsIgnoreCase: "StringEqualsIgnoreCase",
  StringNotLike: "StringLike",
  ArnNotEquals: "ArnEquals",
  ArnNotLike: "ArnLike",
};

/** All operators and all keys must hold; of one key's values any may. */
export function judgeCondition(condition: Statement["Condition"], context: ConditionContext): ConditionJudgement {
  const unjudged: string[] = [];
  let holds = true;
  for (const [operator, keys] of Object.entries(condition ?? {})) {
    for (const [key, expected] of Object.entries(keys)) {
      const judged = judge(operator, context[key.toLowerCase()], expected);
      if (judged === undefined) unjudged.push(`${operator} ${key}`);
      if (judged !== true) holds = false;
    }
  }
  return { holds, unjudged };
}

function judge(operator: string, actual: string | undefined, expected: readonly string[]): boolean | undefined {
  const ifExists = operator.endsWith("IfExists");
  const base = ifExists ? operator.slice(0, -"IfExists".length) : operator;
  const negated = NEGATED[base] !== undefined;
  const comparison = COMPARISONS[NEGATED[base] ?? base];
  if (comparison === undefined) return undefined;
  if (actual === undefined) return ifExists ? true : undefined;
  return expected.some((value) => comparison(value, actual)) !== negated;
}
