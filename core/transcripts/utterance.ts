import type * as z from "zod";
import type { SpeakerSchema } from "../contracts/identity.ts";

export type Speaker = z.infer<typeof SpeakerSchema>;

/** What one voice said in one go: a turn of the conversation. Times in milliseconds from the recording's start. */
export interface Utterance {
  /** Its number within the recording: together with the recording's id it names the turn. */
  index: number;
  startMs: number;
  endMs: number;
  text: string;
  speaker?: Speaker;
  /** Of a speaker that was inferred: 0.5 to 1. */
  speakerConfidence?: number;
  /** The channel of the recording, from 0. */
  channel?: number;
  /** The transcriber's own name of the voice, such as `spk_0`. */
  label?: string;
  /** BCP 47, as the transcriber gave it. */
  language?: string;
  /** 0 to 1: the mean over its words. */
  confidence?: number;
  /** What the transcriber took out of the words before it wrote them down: type → count. */
  redactions?: Record<string, number>;
}

/** Put in order of their start, then of their channel, and numbered from 0. */
export function inOrder(utterances: readonly Omit<Utterance, "index">[]): Utterance[] {
  return [...utterances]
    .sort((one, other) => one.startMs - other.startMs || (one.channel ?? 0) - (other.channel ?? 0) || one.endMs - other.endMs)
    .map((utterance, index) => ({ index, ...utterance }));
}
