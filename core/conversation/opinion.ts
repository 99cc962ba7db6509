import * as z from "zod";
import { ChannelSchema, IdentifierSchema, LanguageTagSchema, SpeakerSchema, TimestampSchema } from "../contracts/identity.ts";
import { FlagSchema, type SentimentResult } from "../contracts/sentiment-result.ts";

const probability = z.number().min(0).max(1);

/** What a conversation keeps of one result of words or voice. The words stay out of it. */
const OpinionSchema = z.strictObject({
  modality: z.enum(["text", "audio"]),
  /** Of the record or recording. */
  id: IdentifierSchema,
  /** Of the utterance or of the voice segment. */
  index: z.int().min(0),
  resultId: z.string(),
  revision: z.int().min(0),
  isWithdrawn: z.boolean(),
  channel: ChannelSchema,
  speaker: SpeakerSchema.optional(),
  track: z.int().min(0).max(1).optional(),
  turn: z.int().min(0).optional(),
  language: LanguageTagSchema,
  occurredAt: TimestampSchema,
  startMs: z.int().min(0).optional(),
  endMs: z.int().min(0).optional(),
  recording: z.string().max(2_048).optional(),
  isTranscribed: z.boolean(),
  transcriptConfidence: probability.optional(),
  positive: probability,
  neutral: probability,
  negative: probability,
  flags: z.array(FlagSchema),
  classifiedAt: TimestampSchema,
  arrivedAt: TimestampSchema,
});
export type Opinion = Readonly<z.infer<typeof OpinionSchema>>;

/** The places of an opinion's fields in its stored form. What is stored is read with these: never change them, only add to their end. */
const FIELDS = Object.keys(OpinionSchema.shape) as (keyof Opinion)[];

/** @returns undefined for a result that is no part of a conversation with others: fused ones, and records that are a conversation of their own. */
export function opinionOf(result: SentimentResult): Opinion | undefined {
  const { modality, scope, transcript } = result;
  const isVoice = modality === "audio" && scope === "segment";
  const isWords = modality === "text" && scope === "turn";
  if (!isVoice && !isWords) return undefined;
  if (isWords && result.id === result.conversationId && result.recording === undefined && transcript === undefined) return undefined;
  const { positive, neutral, negative } = result.sentiment.scores;
  const { startMs, endMs } = result.segment;
  return {
    modality: isVoice ? "audio" : "text",
    id: result.id,
    index: result.segment.index,
    resultId: result.resultId,
    revision: result.revision ?? 0,
    isWithdrawn: result.withdrawn ?? false,
    channel: result.channel,
    ...(result.speaker !== undefined && { speaker: result.speaker }),
    ...(result.track !== undefined && { track: result.track }),
    ...(result.turn !== undefined && { turn: result.turn }),
    language: result.language,
    occurredAt: result.occurredAt,
    ...(startMs !== undefined && { startMs }),
    ...(endMs !== undefined && { endMs }),
    ...(result.recording !== undefined && { recording: result.recording }),
    isTranscribed: transcript !== undefined,
    ...(transcript?.confidence !== undefined && { transcriptConfidence: transcript.confidence }),
    positive,
    neutral,
    negative,
    flags: result.flags,
    classifiedAt: result.timings.classifiedAt,
    arrivedAt: result.timings.arrivedAt,
  };
}

/** The same for every answer about the same utterance or voice segment: of those one opinion stands. */
export function opinionKey({ id, index, modality }: Pick<Opinion, "id" | "index" | "modality">): string {
  return JSON.stringify([modality, id, index]);
}

/** Whether `one` stands where both are known: by revision, then time of classification, then resultId. Never by the order in which they came. */
export function standsOver(one: Opinion, other: Opinion): boolean {
  if (one.revision !== other.revision) return one.revision > other.revision;
  const later = Date.parse(one.classifiedAt) - Date.parse(other.classifiedAt);
  if (later !== 0) return later > 0;
  if (one.resultId !== other.resultId) return one.resultId > other.resultId;
  // The same answer, carried on by two jobs in the same millisecond, as that of a live segment may be: any order, but one.
  return packOpinion(one) > packOpinion(other);
}

/** As one line of JSON: values alone, in the order of FIELDS. */
export function packOpinion(opinion: Opinion): string {
  return JSON.stringify(FIELDS.map((field) => opinion[field] ?? null));
}

/** @throws Error for a line that `packOpinion` did not write. */
export function unpackOpinion(line: string): Opinion {
  const values: unknown = JSON.parse(line);
  if (!Array.isArray(values)) throw new Error("a stored opinion must be an array; the conversation's item was not written by this version of Valence");
  const parsed = OpinionSchema.safeParse(Object.fromEntries(FIELDS.flatMap((field, place) => (values[place] == null ? [] : [[field, values[place] as unknown]]))));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new Error(`a stored opinion cannot be read: ${issue?.path.join(".")}: ${issue?.message}; the conversation's item was not written by this version of Valence`);
}
