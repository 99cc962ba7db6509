import type { StageToEstimate } from "./stage-to-estimate.ts";
import type { Workload } from "./workload.ts";

/*
 * Assumed of calls, not measured: two people talk 150 words a minute, of six characters with the space behind, and take turns eight times. Speech
 * is cut into segments of some six seconds.
 */
export const CHARACTERS_A_MINUTE = 900;
export const TURNS_A_MINUTE = 8;
const SEGMENTS_A_MINUTE = 10;
/** A turn is fused with its voice alone, then again with its words. */
const FUSIONS_A_TURN = 2;
/** A call's results come in bursts: assumed of one round of the tracker. */
const OPINIONS_A_ROUND = 10;
const SPEAKERS = 2;

/** What a month's workload is for the stage's parts: `texts` are items of whatever kind, `characters` theirs on average. */
export interface Load {
  /** On the text stream. */
  sent: Workload;
  /** At the text models: utterances of calls, too. */
  classified: Workload;
  /** On the results stream, in lake and warehouse. */
  rows: Workload;
  calls: { recordings: number; minutes: number };
  /** Those of `calls` whose words are written down. */
  transcribed: { recordings: number; minutes: number };
  /** What the tracker merges, and in how many rounds: each text for itself, because evenly spread they never meet. */
  tracked: { opinions: number; rounds: number };
}

/** @param workload every text is a turn of a conversation with others: the dearest that it can be. */
export function loadOf({ audio, conversations }: Pick<StageToEstimate, "audio" | "conversations">, { texts, characters, calls: given }: Workload): Load {
  const route = audio?.settings.route;
  const none = { recordings: 0, minutes: 0 };
  const calls = route === undefined || given === undefined || given.minutes === 0 ? none : { recordings: given.minutes / given.minutesPerCall, minutes: given.minutes };
  const transcribed = route === "direct" ? none : calls;
  const utterances = transcribed.minutes * TURNS_A_MINUTE;
  const segments = route === "transcribe" ? 0 : calls.minutes * SEGMENTS_A_MINUTE;
  const classified = itemsOf(texts + utterances, texts * characters + transcribed.minutes * CHARACTERS_A_MINUTE);

  const isTracked = conversations !== null && conversations !== undefined;
  const rounds = (utterances + segments) / OPINIONS_A_ROUND;
  const tracked = isTracked ? { opinions: classified.texts + segments, rounds: texts + rounds } : { opinions: 0, rounds: 0 };
  const conversationRows = isTracked ? texts + SPEAKERS * (rounds + calls.recordings) : 0;
  const fusedRows = isTracked ? calls.minutes * TURNS_A_MINUTE * FUSIONS_A_TURN : 0;
  const rows = itemsOf(classified.texts + segments + fusedRows + conversationRows, classified.texts * classified.characters);
  return { sent: { texts, characters }, classified, rows, calls, transcribed, tracked };
}

function itemsOf(texts: number, characters: number): Workload {
  return { texts, characters: texts === 0 ? 0 : characters / texts };
}
