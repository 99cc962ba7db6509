import * as z from "zod";
import type { AudioSettings } from "../contracts/audio-settings.ts";
import { sumOf } from "./cut-utterances.ts";
import type { Speaker, Utterance } from "./utterance.ts";

/** Longer than any call: a day, in milliseconds. */
export const MOST_OFFSET_MS = 86_400_000;

/** A turn of a call, as files and real-time segments have it alike. */
export const ContactLensTurnSchema = z.object({
  // In UTF-8 less than the longest text there may be.
  Content: z.string().max(20_000),
  BeginOffsetMillis: z.int().min(0).max(MOST_OFFSET_MS),
  EndOffsetMillis: z.int().min(0).max(MOST_OFFSET_MS),
});
export type ContactLensTurn = z.infer<typeof ContactLensTurnSchema> & { role: string };

/** Whose side a participant is on; a prompt, a bot and what comes to be added are nobody's. */
const SPEAKERS: Readonly<Record<string, Speaker>> = { CUSTOMER: "customer", AGENT: "agent", SUPERVISOR: "agent" };

/** `[PII]`, or the kind of what was taken out: `[NAME]`. */
const REDACTED = /\[[A-Z][A-Z_]*\]/gu;

export interface ContactLensUtterances {
  utterances: Utterance[];
  /** Turns of neither a customer nor an agent. */
  passedOver: number;
}

/**
 * Turns of a call as utterances. An utterance's index is its begin in milliseconds, doubled, and one more for the agent: it depends on nothing that
 * came before it, so a segment that comes again, or out of order, has the same index, and two people who begin at once have two. What one
 * person says at one begin is one utterance.
 */
export function utterancesOfContactLens(turns: readonly ContactLensTurn[], language: string | undefined, { speakers }: Pick<AudioSettings, "speakers">): ContactLensUtterances {
  const utterances = new Map<number, Utterance>();
  let passedOver = 0;
  for (const { BeginOffsetMillis: startMs, Content: text, EndOffsetMillis, role } of turns) {
    const speaker = SPEAKERS[role.toUpperCase()];
    if (speaker === undefined) {
      passedOver += 1;
      continue;
    }
    const index = 2 * startMs + (speaker === "agent" ? 1 : 0);
    const earlier = utterances.get(index);
    const channel = speakers[0] === speakers[1] ? undefined : speakers.indexOf(speaker);
    const redactions = sumOf([...text.matchAll(REDACTED)].map(([mark]) => ({ [mark.slice(1, -1)]: 1 })).concat(earlier?.redactions ?? []));
    utterances.set(index, {
      index,
      startMs,
      endMs: Math.max(startMs, EndOffsetMillis, earlier?.endMs ?? 0),
      text: earlier === undefined ? text : `${earlier.text} ${text}`,
      speaker,
      ...(channel !== undefined && { channel }),
      ...(language !== undefined && { language }),
      ...(redactions !== undefined && { redactions }),
    });
  }
  return { utterances: [...utterances.values()].sort((one, other) => one.index - other.index), passedOver };
}
