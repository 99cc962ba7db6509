import { z } from "zod";
import { compilePattern } from "../events/event-pattern.ts";

export const FilterCriteriaSchema = z.strictObject({ Filters: z.array(z.strictObject({ Pattern: z.string() })).optional() });

/** Whether a record reaches the function, by its data or its message's body. */
export type PayloadFilter = (payload: string) => boolean;

/** The field of a record that holds what its producer wrote. */
const PAYLOAD_FIELD = { kinesis: "data", sqs: "body" } as const;

/**
 * Lambda's event filters: a record passes when one of them matches its payload, read as JSON; what is no JSON object passes none.
 * (AWS Lambda Developer Guide, "Control which events Lambda sends to your function".)
 * @returns `undefined` where there are no filters.
 * @throws naming what the local run cannot judge, such as a filter on metadata or on plain text.
 */
export function compileFilters(criteria: z.infer<typeof FilterCriteriaSchema> | undefined, source: keyof typeof PAYLOAD_FIELD, place: string): PayloadFilter | undefined {
  const filters = (criteria?.Filters ?? []).map(({ Pattern }, index) => payloadTest(Pattern, PAYLOAD_FIELD[source], `${place}: filter ${index + 1}`));
  if (filters.length === 0) return undefined;
  return (payload) => {
    const value = jsonObject(payload);
    return value !== undefined && filters.some((test) => test(value));
  };
}

function payloadTest(pattern: string, field: string, place: string): (value: unknown) => boolean {
  const read = z.strictObject({ [field]: z.record(z.string(), z.unknown()) }).safeParse(jsonObject(pattern));
  if (!read.success) throw new Error(`${place} is ${pattern}: the local run knows filters on the fields of ${field}, such as {"${field}":{"channel":["call"]}}`);
  return compilePattern(read.data[field] ?? {}, place);
}

function jsonObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
