import * as z from "zod";
import { identityShape } from "./identity.ts";

export const TEXT_RECORD_VERSION = "valence.text/1";

/** Redshift's longest VARCHAR, in bytes of UTF-8: a text that is accepted is never cut on its way to the analyst. */
export const MAX_TEXT_BYTES = 65_535;

/**
 * What a producer puts on the text stream: one utterance, message, post or mail.
 * Unknown fields are refused, so that a misspelt optional field is noticed and not lost.
 */
export const TextRecordSchema = z
  .strictObject({
    schema: z.literal(TEXT_RECORD_VERSION),
    ...identityShape,
    text: z.string().describe(`The words, at most ${MAX_TEXT_BYTES} bytes of UTF-8; HTML is allowed.`),
  })
  .meta({ id: "TextRecord", title: "Valence text record, version 1" });

export type TextRecord = z.infer<typeof TextRecordSchema>;
