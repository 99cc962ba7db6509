import { createHash } from "node:crypto";
import * as z from "zod";

/**
 * The file of the trained model: 8 bytes of magic, the length of the header (32 bits, little-endian), the header as JSON in UTF-8, the
 * weights as signed bytes (for each bucket: positive, negative, both against neutral), the hashes of the listed words in ascending order (32
 * bits each, little-endian), their valences as signed bytes, and the SHA-256 of all that comes before it.
 */
const MAGIC = "VALTEXT1";
const LENGTH_AT = MAGIC.length;
const HEADER_AT = LENGTH_AT + 4;
const DIGEST_BYTES = 32;
const HASH_BYTES = 4;
export const WEIGHTS_PER_BUCKET = 2;

const TwoSchema = z.tuple([z.number(), z.number()]);
const ThreeSchema = z.tuple([z.number(), z.number(), z.number()]);

/** What differs from language to language; three numbers are by label, in the order of SENTIMENT_LABELS. */
export const LanguageParametersSchema = z.strictObject({
  bias: ThreeSchema,
  /** Logits are multiplied by it before they become scores. */
  sharpness: z.number().positive(),
  /**
   * Confidence is the logistic function of `offsets[label] + slope × lead`, the lead being that of the winning logit; beyond
   * `longestLead` nobody has checked, and no more is claimed.
   */
  confidence: z.strictObject({ slope: z.number(), offsets: ThreeSchema, longestLead: z.number().positive() }),
});
export type LanguageParameters = z.infer<typeof LanguageParametersSchema>;

export const ModelHeaderSchema = z.strictObject({
  version: z.string().regex(/^\d+\.\d+\.\d+$/u),
  bucketBits: z.int().min(8).max(21),
  /** The largest weight; a byte b stands for sign(b) × (b / 127)² × largest, which keeps small weights apart. */
  largestWeight: z.number().positive(),
  lowConfidence: z.number().min(0).max(1),
  /** How many words the word lists hold, and what a step of a word's valence (of five) adds, positive and negative against neutral. */
  listed: z.strictObject({ words: z.int().min(0), positive: TwoSchema, negative: TwoSchema, positiveNegated: TwoSchema, negativeNegated: TwoSchema }),
  /** By primary subtag; `und` for texts whose language is not known. */
  languages: z.record(z.string(), LanguageParametersSchema),
});
export type ModelHeader = z.infer<typeof ModelHeaderSchema>;

export interface ModelFile {
  header: ModelHeader;
  weights: Int8Array;
  /** Of words in their language (`wordOfLanguage`), ascending; each with the valence at the same place. */
  listedHashes: Uint32Array;
  listedValences: Int8Array;
  /** SHA-256 of the file's content, hexadecimal. */
  digest: string;
}

/** A model file that cannot be trusted. */
export class ModelFileError extends Error {
  override readonly name = "ModelFileError";

  constructor(problem: string) {
    super(`The embedded text model cannot be loaded: ${problem}. Restore sentiment-model.bin from the repository, or write it anew with npm run train:text.`);
  }
}

export function encodeModelFile({ header, weights, listedHashes, listedValences }: Omit<ModelFile, "digest">): Uint8Array {
  const head = Buffer.from(JSON.stringify(ModelHeaderSchema.parse(header)));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(head.length);
  const hashes = Buffer.alloc(HASH_BYTES * listedHashes.length);
  listedHashes.forEach((hash, index) => hashes.writeUInt32LE(hash, HASH_BYTES * index));
  const content = Buffer.concat([Buffer.from(MAGIC), length, head, bytesOf(weights), hashes, bytesOf(listedValences)]);
  return Buffer.concat([content, createHash("sha256").update(content).digest()]);
}

/**
 * Weights and valences are views into `bytes`, not copies.
 * @throws ModelFileError when the bytes are not a whole, unchanged model file of this version.
 */
export function decodeModelFile(bytes: Uint8Array): ModelFile {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (file.length < HEADER_AT + DIGEST_BYTES) throw new ModelFileError(`it has only ${file.length} bytes`);
  const magic = file.toString("latin1", 0, LENGTH_AT);
  if (magic !== MAGIC) throw new ModelFileError(`it begins with ${JSON.stringify(magic)} instead of ${MAGIC}`);
  const contentEnd = file.length - DIGEST_BYTES;
  const digest = createHash("sha256").update(file.subarray(0, contentEnd)).digest("hex");
  const stated = file.toString("hex", contentEnd);
  if (digest !== stated) throw new ModelFileError(`its SHA-256 is ${digest}, but it states ${stated}; it was cut or changed`);
  const headerEnd = HEADER_AT + file.readUInt32LE(LENGTH_AT);
  const header = readHeader(file.toString("utf8", HEADER_AT, headerEnd));
  const weights = WEIGHTS_PER_BUCKET * 2 ** header.bucketBits;
  const { words } = header.listed;
  const expected = weights + (HASH_BYTES + 1) * words;
  if (contentEnd - headerEnd !== expected) throw new ModelFileError(`it holds ${contentEnd - headerEnd} bytes of weights and words instead of ${expected}`);
  const hashesAt = headerEnd + weights;
  return {
    header,
    weights: new Int8Array(file.buffer, file.byteOffset + headerEnd, weights),
    listedHashes: readHashes(file, hashesAt, words),
    listedValences: new Int8Array(file.buffer, file.byteOffset + hashesAt + HASH_BYTES * words, words),
    digest,
  };
}

function readHashes(file: Buffer, from: number, words: number): Uint32Array {
  const hashes = new Uint32Array(words);
  for (let index = 0; index < words; index += 1) hashes[index] = file.readUInt32LE(from + HASH_BYTES * index);
  return hashes;
}

function bytesOf(array: Int8Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

function readHeader(json: string): ModelHeader {
  try {
    return ModelHeaderSchema.parse(JSON.parse(json));
  } catch (error) {
    throw new ModelFileError(`its header is wrong (${error instanceof Error ? error.message : String(error)})`);
  }
}

const LARGEST_BYTE = 127;

/** The byte that stands for a weight. */
export function encodeWeight(weight: number, largest: number): number {
  return Math.sign(weight) * Math.min(LARGEST_BYTE, Math.round(LARGEST_BYTE * Math.sqrt(Math.abs(weight) / largest)));
}

/** The weight that a byte stands for. */
export function decodeWeight(byte: number, largest: number): number {
  return Math.sign(byte) * (byte / LARGEST_BYTE) ** 2 * largest;
}
