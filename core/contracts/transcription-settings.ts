import * as z from "zod";

const LanguageCodeSchema = z.string().regex(/^[a-z]{2,3}-[A-Z]{2}$/u).describe('a language code of Amazon Transcribe, such as "en-US"');
const ResourceNameSchema = z.string().regex(/^[0-9a-zA-Z._-]{1,200}$/u);

/** How recordings are written down, as the stage's configuration says it and as it travels in the functions' environment. */
export const TranscriptionSettingsSchema = z.strictObject({
  languages: z
    .array(LanguageCodeSchema)
    .min(1)
    .max(10)
    .describe('the languages that callers speak, such as ["en-US", "es-US"]: of two or more Transcribe tells which it is where a recording does not say; of a language without a region (en) the first that fits is taken'),
  vocabularies: z.record(LanguageCodeSchema, ResourceNameSchema).describe('custom vocabularies of the account by language, such as {"en-US": "our-products"}, or {}'),
  vocabularyFilters: z
    .record(LanguageCodeSchema, z.strictObject({ name: ResourceNameSchema, method: z.enum(["mask", "remove", "tag"]) }))
    .describe('vocabulary filters by language, such as {"en-US": {"name": "profanity", "method": "mask"}}, or {}'),
  redaction: z
    .enum(["transcribe", "none"])
    .describe('"transcribe" (Transcribe takes personal data out before it writes, in the languages it can) or "none" (only Valence does, before anything is stored in a result)'),
  checkSeconds: z.int().min(5).max(900).describe("seconds from 5 to 900, such as 900: so often a job is asked for in case its event was lost"),
});
export type TranscriptionSettings = z.infer<typeof TranscriptionSettingsSchema>;
