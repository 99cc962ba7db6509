import { MAX_ATTRIBUTE_CHARACTERS } from "../contracts/identity.ts";
import { addCounts, type Counts, redact } from "../redaction/redact.ts";
import { prepareAttribute } from "./prepare-for-storage.ts";

export interface PreparedAttributes {
  attributes: Record<string, string> | undefined;
  /** What was taken out of all values together. */
  counts: Counts;
  /** The first key whose value no longer fits the contract: `[EMAIL]` is longer than some addresses. */
  tooLong: string | undefined;
}

/** The values without invisible characters and personal data; the keys are the producer's own names and stay. */
export function prepareAttributes(attributes: Record<string, string> | undefined): PreparedAttributes {
  if (attributes === undefined) return { attributes, counts: {}, tooLong: undefined };
  const counted: Counts[] = [];
  let tooLong: string | undefined;
  const prepared: Record<string, string> = {};
  for (const [key, value] of Object.entries(attributes)) {
    const { text, redacted, counts } = redact(prepareAttribute(value));
    prepared[key] = text;
    if (redacted) counted.push(counts);
    if (text.length > MAX_ATTRIBUTE_CHARACTERS) tooLong ??= key;
  }
  return { attributes: prepared, counts: addCounts(counted), tooLong };
}
