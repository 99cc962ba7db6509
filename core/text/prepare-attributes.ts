import { MAX_ATTRIBUTE_CHARACTERS } from "../contracts/identity.ts";
import { redact } from "../redaction/redact.ts";
import { prepareAttribute } from "./prepare-for-storage.ts";

export interface PreparedAttributes {
  attributes: Record<string, string> | undefined;
  redacted: boolean;
  /** The first key whose value no longer fits the contract: `[EMAIL]` is longer than some addresses. */
  tooLong: string | undefined;
}

/** The values without invisible characters and personal data; the keys are the producer's own names and stay. */
export function prepareAttributes(attributes: Record<string, string> | undefined): PreparedAttributes {
  if (attributes === undefined) return { attributes, redacted: false, tooLong: undefined };
  let anyRedacted = false;
  let tooLong: string | undefined;
  const prepared: Record<string, string> = {};
  for (const [key, value] of Object.entries(attributes)) {
    const { text, redacted } = redact(prepareAttribute(value));
    prepared[key] = text;
    anyRedacted ||= redacted;
    if (text.length > MAX_ATTRIBUTE_CHARACTERS) tooLong ??= key;
  }
  return { attributes: prepared, redacted: anyRedacted, tooLong };
}
