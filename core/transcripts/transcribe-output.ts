import * as z from "zod";
import { LanguageTagSchema } from "../contracts/identity.ts";
import { cutUtterances, type SpokenWord } from "./cut-utterances.ts";
import { inOrder, type Utterance } from "./utterance.ts";

/** Transcribe writes numbers as strings, such as "4.87". */
const numberText = (most: number, message: string): z.ZodString => z.string().min(1).max(32).refine((text) => Number(text) >= 0 && Number(text) <= most, message);
const SecondsSchema = numberText(86_400, "must be seconds as text, such as 4.87");
const ConfidenceSchema = numberText(1, "must be a number from 0 to 1 as text");

const RedactionSchema = z.object({ type: z.string().min(1).max(64).optional() });

/** The most probable alternative comes first. Of punctuation Transcribe is sure by "0.0", or by null in older outputs. */
const AlternativeSchema = z.object({ content: z.string().max(10_000), confidence: ConfidenceSchema.nullish(), redactions: z.array(RedactionSchema).optional() });

const labels = { channel_label: z.string().regex(/^ch_[01]$/u, "must be ch_0 or ch_1").optional(), speaker_label: z.string().min(1).max(64).optional(), language_code: LanguageTagSchema.optional() };

const ItemSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("pronunciation"), start_time: SecondsSchema, end_time: SecondsSchema, alternatives: z.array(AlternativeSchema).min(1), ...labels }),
  z.object({ type: z.literal("punctuation"), alternatives: z.array(AlternativeSchema).min(1), ...labels }),
]);
type Item = z.infer<typeof ItemSchema>;

const SpeakerLabelsSchema = z.object({
  segments: z.array(z.object({ speaker_label: z.string().min(1).max(64), items: z.array(z.object({ start_time: SecondsSchema, speaker_label: z.string().min(1).max(64).optional() })).optional() })),
});

/**
 * What is read of the file that a batch job of Amazon Transcribe writes; the rest is left out. Source: Amazon Transcribe developer guide, "Data input
 * and output" and the example outputs of channel identification, diarization, redaction, language identification and alternatives.
 */
export const TranscribeOutputSchema = z.object({
  isRedacted: z.boolean().optional(),
  /** Who wrote it, where that was not Transcribe itself. */
  transcriber: z.string().min(1).max(64).optional(),
  results: z.object({
    language_code: LanguageTagSchema.optional(),
    items: z.array(ItemSchema),
    channel_labels: z.object({ channels: z.array(z.object({ channel_label: z.string().regex(/^ch_[01]$/u), items: z.array(ItemSchema) })) }).optional(),
    speaker_labels: SpeakerLabelsSchema.optional(),
  }),
});
export type TranscribeOutput = z.infer<typeof TranscribeOutputSchema>;

/** The utterances in order of their start. Of several alternatives the most probable one; punctuation goes with its word. */
export function utterancesOfTranscribe({ results }: TranscribeOutput): Utterance[] {
  const channels = results.channel_labels?.channels ?? [];
  // The items of all channels stand in `results.items` once more.
  const sides = channels.length > 0 ? channels.map(({ channel_label: label, items }) => ({ channel: channelOf(label), items })) : [{ channel: undefined, items: results.items }];
  const speakers = speakersByStart(results.speaker_labels);
  return inOrder(sides.flatMap(({ channel, items }) => cutUtterances(wordsOf(items, { channel, speakers, language: results.language_code }))));
}

interface Side {
  channel: number | undefined;
  speakers: ReadonlyMap<string, string>;
  /** Of the whole file, where an item does not say. */
  language: string | undefined;
}

const OPENING = /^[¿¡([{«„「『]+$/u;

function wordsOf(items: readonly Item[], side: Side): SpokenWord[] {
  const words: SpokenWord[] = [];
  let opening = "";
  for (const item of items) {
    const { content } = item.alternatives[0]!;
    if (item.type === "pronunciation") {
      // A removed word (vocabulary filter, method `remove`) may stay as an item without content.
      if (content === "") continue;
      words.push(wordOf(item, `${opening}${content}`, side, words.at(-1)));
      opening = "";
    } else if (OPENING.test(content)) opening += content;
    else {
      const last = words.at(-1);
      if (last !== undefined) last.text += content;
    }
  }
  return words;
}

const REDACTED = /^\[[A-Z][A-Z_]*\]$/u;

function wordOf(item: Extract<Item, { type: "pronunciation" }>, text: string, { channel, language, speakers }: Side, before: SpokenWord | undefined): SpokenWord {
  const { confidence, content, redactions } = item.alternatives[0]!;
  const startMs = milliseconds(item.start_time);
  const own = channel ?? (item.channel_label === undefined ? undefined : channelOf(item.channel_label));
  // Where voices are told apart, a word of no voice is taken to be of the one before.
  const label = item.speaker_label ?? speakers.get(item.start_time) ?? before?.label;
  const spoken = item.language_code ?? language;
  const isRedacted = redactions !== undefined || REDACTED.test(content);
  return {
    text,
    startMs,
    endMs: Math.max(startMs, milliseconds(item.end_time)),
    ...(own !== undefined && { channel: own }),
    ...(label !== undefined && { label }),
    ...(spoken !== undefined && { language: spoken }),
    // Of a redacted item Transcribe says how sure it is of the redaction, not of the word.
    ...(!isRedacted && typeof confidence === "string" && { confidence: Number(confidence) }),
    ...(isRedacted && { redactions: { [redactions?.[0]?.type ?? "PII"]: 1 } }),
  };
}

/** Older outputs name the speaker of an item in a list of their own, by its start. */
function speakersByStart(labels: TranscribeOutput["results"]["speaker_labels"]): Map<string, string> {
  return new Map((labels?.segments ?? []).flatMap((segment) => (segment.items ?? []).map((item) => [item.start_time, item.speaker_label ?? segment.speaker_label] as const)));
}

function channelOf(label: string): number {
  return label === "ch_0" ? 0 : 1;
}

function milliseconds(seconds: string): number {
  return Math.round(Number(seconds) * 1_000);
}
