import type * as z from "zod";

/** How much of a list of problems a reject keeps. */
const MAX_PROBLEMS = 5;
const MAX_DETAIL_CHARACTERS = 500;

export type ReadJson<Value> = { ok: true; value: Value } | { ok: false; isJson: boolean; detail: string };

/** Parses a file or record. The detail names paths and rules, never what stood there: it may be a customer's words. */
export function readJson<Value>(schema: z.ZodType<Value>, bytes: Uint8Array): ReadJson<Value> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    // The parser's own message quotes the input.
    return { ok: false, isJson: false, detail: `the ${bytes.length} bytes are not one JSON value in UTF-8` };
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const problems = parsed.error.issues.slice(0, MAX_PROBLEMS).map(({ message, path }) => `${path.join(".") || "the whole"}: ${message}`);
  const more = parsed.error.issues.length - problems.length;
  return { ok: false, isJson: true, detail: `${problems.join("; ")}${more > 0 ? `; and ${more} more` : ""}`.slice(0, MAX_DETAIL_CHARACTERS) };
}
