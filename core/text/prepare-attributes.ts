import { redact } from "../redaction/redact.ts";
import { prepareAttribute } from "./prepare-for-storage.ts";

export interface PreparedAttributes {
  attributes: Record<string, string> | undefined;
  redacted: boolean;
}

/** The values without invisible characters and personal data; the keys are the producer's own names and stay. */
export function prepareAttributes(attributes: Record<string, string> | undefined): PreparedAttributes {
  if (attributes === undefined) return { attributes, redacted: false };
  let anyRedacted = false;
  const prepared: Record<string, string> = {};
  for (const [key, value] of Object.entries(attributes)) {
    const { text, redacted } = redact(prepareAttribute(value));
    prepared[key] = text;
    anyRedacted ||= redacted;
  }
  return { attributes: prepared, redacted: anyRedacted };
}
