import type { z } from "zod";
import { redact } from "../redaction/redact.ts";

const ISSUES_NAMED = 5;

/** Fields whose offending value helps to find the mistake and cannot hold a customer's words. */
const VALUES_WORTH_NAMING = new Set<PropertyKey>(["schema", "channel", "speaker", "turn", "language", "occurredAt"]);

/**
 * What a schema found wrong with a record, in one readable line: the field, and its value where that cannot be a
 * customer's words. Never holds the text or personal data.
 */
export function describeIssues(issues: readonly z.core.$ZodIssue[], value: object): string {
  const lines = issues.slice(0, ISSUES_NAMED).map((issue) => {
    const path = issue.path.map((part) => cut(String(part))).join(".");
    if (issue.code === "unrecognized_keys") {
      const keys = issue.keys.slice(0, ISSUES_NAMED).map((key) => shown(key));
      return `${path === "" ? "" : `${path}: `}unknown field ${keys.join(", ")}`;
    }
    const field = issue.path[0];
    if (field !== undefined && issue.path.length === 1 && valueAt(value, field) === undefined) return `${path}: is missing`;
    const found = issue.path.length === 1 && VALUES_WORTH_NAMING.has(field!) ? valueAt(value, field!) : undefined;
    return `${path}: ${issue.message}${found === undefined ? "" : `, found ${shown(found)}`}`;
  });
  if (issues.length > ISSUES_NAMED) lines.push(`and ${issues.length - ISSUES_NAMED} more`);
  return redact(lines.join("; ")).text;
}

/** For messages: `an array`, `a string` … */
export function kindOf(value: unknown): string {
  return Array.isArray(value) ? "an array" : value === null ? "null" : `a ${typeof value}`;
}

/** A value from outside, safe to print: short, redacted, control characters escaped. */
export function shown(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(cut(value));
  return typeof value === "number" || typeof value === "boolean" ? String(value) : kindOf(value);
}

const LONGEST_SHOWN = 40;
// Far more than is shown, so that no cut leaves half a mail address that redaction would not know; bounded, because a
// value may be a megabyte.
const LONGEST_REDACTED = 1_000;

function cut(value: string): string {
  const { text } = redact(value.slice(0, LONGEST_REDACTED));
  return text.length <= LONGEST_SHOWN ? text : `${text.slice(0, LONGEST_SHOWN)}…`;
}

function valueAt(value: object, field: PropertyKey): unknown {
  return Object.hasOwn(value, field) ? (value as Record<PropertyKey, unknown>)[field] : undefined;
}
