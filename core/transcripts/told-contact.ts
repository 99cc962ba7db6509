import * as z from "zod";
import { TimestampSchema } from "../contracts/identity.ts";
import { hash } from "../recordings/storage-keys.ts";
import { MOST_OFFSET_MS } from "./contact-lens-turns.ts";
import { TRANSCRIPTS_PREFIX } from "./storage-keys.ts";
import type { Utterance } from "./utterance.ts";

/**
 * What of a contact's words is on the text road. Contact Lens tells a call twice, turn by turn while it runs and in a file afterwards, and the
 * two may cut the turns differently: each stretch counts from whichever told it first.
 */
export const ToldContactSchema = z.object({
  /** When the contact began, as its first segments let it be told; what comes later keeps to it, so that its turns stay in order. */
  startedAt: TimestampSchema.nullable(),
  /** The stretch that segments have told, in milliseconds from the start. */
  segments: z.object({ fromMs: z.int().min(0), toMs: z.int().min(0) }).nullable(),
  /** The key of the file that told the rest. */
  file: z.string().nullable(),
});
export type ToldContact = z.infer<typeof ToldContactSchema>;

export const NOTHING_TOLD: ToldContact = { startedAt: null, segments: null, file: null };

/** @param id of the recording, as the voice road calls it. */
export function toldContactKey(id: string): string {
  return `${TRANSCRIPTS_PREFIX}contact-lens/${hash(id)}.json`;
}

export interface SegmentsTold {
  type: "STARTED" | "SEGMENTS" | "COMPLETED" | "FAILED";
  utterances: readonly Utterance[];
  /** ISO 8601: when the stream took the event. */
  arrivedAt: string;
}

/** The contact once an event is told. Its first event is taken to come when its last turn ended; one that was not seen from its start begins with its first turn. */
export function withSegments(told: ToldContact, { arrivedAt, type, utterances }: SegmentsTold): ToldContact & { startedAt: string } {
  const fromMs = utterances.reduce((least, { startMs }) => Math.min(least, startMs), type === "STARTED" ? 0 : MOST_OFFSET_MS);
  const endMs = utterances.reduce((most, utterance) => Math.max(most, utterance.endMs), 0);
  const startedAt = told.startedAt ?? new Date(Date.parse(arrivedAt) - endMs).toISOString();
  const toMs = type === "COMPLETED" ? MOST_OFFSET_MS : endMs;
  if (type !== "STARTED" && type !== "COMPLETED" && utterances.length === 0) return { ...told, startedAt };
  const segments = { fromMs: Math.min(told.segments?.fromMs ?? MOST_OFFSET_MS, fromMs), toMs: Math.max(told.segments?.toMs ?? 0, toMs) };
  return { ...told, startedAt, segments };
}

/** Those of a file that the segments have not told: half of a turn that was told is no reason to tell it again. */
export function untoldOfFile(utterances: readonly Utterance[], { segments }: Pick<ToldContact, "segments">): Utterance[] {
  if (segments === null) return [...utterances];
  return utterances.filter(({ endMs, startMs }) => {
    const middle = (startMs + endMs) / 2;
    return middle < segments.fromMs || middle >= segments.toMs;
  });
}
