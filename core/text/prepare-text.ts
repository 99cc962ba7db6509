import { type Channel, MAX_ATTRIBUTE_CHARACTERS } from "../contracts/identity.ts";
import type { Flag, RedactionCounts } from "../contracts/sentiment-result.ts";
import { MAX_TEXT_BYTES } from "../contracts/text-record.ts";
import { addCounts, redact } from "../redaction/redact.ts";
import type { Refusal } from "../records/decode-record.ts";
import { refuse } from "../records/decode-record.ts";
import { resolveLanguage } from "./language/resolve-language.ts";
import { prepareAttributes } from "./prepare-attributes.ts";
import { prepareForModel } from "./prepare-for-model.ts";
import { prepareForStorage } from "./prepare-for-storage.ts";

export interface TextToPrepare {
  text: string;
  channel: Channel;
  language?: string | undefined;
  attributes?: Record<string, string> | undefined;
}

export interface PreparedText {
  ok: true;
  /** What is stored: readable, personal data redacted. */
  text: string;
  /** What the model reads. */
  modelText: string;
  language: string;
  /** Of the language; `redacted`. */
  flags: Flag[];
  redactions: RedactionCounts | undefined;
  attributes: Record<string, string> | undefined;
}

/** What a customer wrote or said, made ready for storage and for a model: the one way for records and utterances. Never throws for what it holds. */
export function prepareText({ attributes, channel, language: given, text }: TextToPrepare): PreparedText | Refusal {
  const readable = prepareForStorage(text, channel);
  if (readable === "") return refuse("empty_text", "nothing is left of text without tags, white space and invisible characters");
  const stored = redact(readable);
  const storedBytes = Buffer.byteLength(stored.text);
  if (storedBytes > MAX_TEXT_BYTES) return refuse("text_too_long", `text has ${storedBytes} bytes of UTF-8 once prepared and redacted; at most ${MAX_TEXT_BYTES} are allowed`);
  const prepared = prepareAttributes(attributes);
  if (prepared.tooLong !== undefined) return refuse("invalid_record", `attributes.${prepared.tooLong}: more than ${MAX_ATTRIBUTE_CHARACTERS} characters once redacted; send a shorter value`);
  const modelText = prepareForModel(stored.text, channel);
  const { flags, language } = resolveLanguage(given, modelText);
  const redactions = addCounts([stored.counts, prepared.counts]);
  const isRedacted = Object.keys(redactions).length > 0;
  if (isRedacted) flags.push("redacted");
  return { ok: true, text: stored.text, modelText, language, flags, redactions: isRedacted ? redactions : undefined, attributes: prepared.attributes };
}
