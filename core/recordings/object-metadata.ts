import * as z from "zod";
import { AudioRouteSchema } from "../contracts/audio-record.ts";
import { ChannelSchema, IdentifierSchema, LanguageTagSchema, SpeakerSchema, TimestampSchema } from "../contracts/identity.ts";

/** What producers may say of a recording in the metadata of its object, `x-amz-meta-valence-…`. */
const RecordingMetadataSchema = z.object({
  "valence-id": IdentifierSchema.optional(),
  "valence-conversation-id": IdentifierSchema.optional(),
  "valence-channel": ChannelSchema.optional(),
  "valence-speaker": SpeakerSchema.optional(),
  "valence-language": LanguageTagSchema.optional(),
  "valence-occurred-at": TimestampSchema.optional(),
  "valence-route": AudioRouteSchema.optional(),
});
export type RecordingMetadata = z.infer<typeof RecordingMetadataSchema>;

/** @param metadata as the SDK gives it: names in lower case, without `x-amz-meta-`. Names of others are left alone. */
export function readObjectMetadata(metadata: Readonly<Record<string, string>>): { ok: true; metadata: RecordingMetadata } | { ok: false; detail: string } {
  const decoded = Object.fromEntries(Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), decodeEncodedWords(value)]));
  const parsed = RecordingMetadataSchema.safeParse(decoded);
  if (parsed.success) return { ok: true, metadata: parsed.data };
  return { ok: false, detail: parsed.error.issues.map((issue) => `x-amz-meta-${issue.path.join(".")}: ${issue.message}`).join("; ") };
}

const ENCODED_WORD = /=\?utf-8\?([bq])\?([^?]*)\?=(?:\s+(?==\?))?/giu;

/** S3 hands out metadata beyond ASCII as encoded words of RFC 2047. */
function decodeEncodedWords(value: string): string {
  const words: Buffer[] = [];
  let end = 0;
  for (const match of value.matchAll(ENCODED_WORD)) {
    const [whole, kind = "", text = ""] = match;
    words.push(Buffer.from(value.slice(end, match.index)), kind.toLowerCase() === "b" ? Buffer.from(text, "base64") : decodeQuoted(text));
    end = match.index + whole.length;
  }
  // Joined before decoding: a character may be cut in two by the longest length of a word.
  return end === 0 ? value : Buffer.concat([...words, Buffer.from(value.slice(end))]).toString();
}

function decodeQuoted(text: string): Buffer {
  const bytes = text.replaceAll("_", " ").replaceAll(/=([0-9a-f]{2})/giu, (_, digits: string) => String.fromCodePoint(Number.parseInt(digits, 16)));
  return Buffer.from(bytes, "latin1");
}
