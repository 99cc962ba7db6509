import { plain, ROLE_CUES } from "./role-cues.ts";
import type { Speaker, Utterance } from "./utterance.ts";

/** Below this confidence nobody is named: 7 of 10 is a guess that analysts would have to undo too often. */
export const LEAST_CONFIDENCE = 0.7;

/** Words alone never prove who somebody is. */
const MOST_CONFIDENCE = 0.99;

/** Log-odds that a voice is the agent's. Set by hand, not fitted: 2.2 is 9 to 1, 1.1 is 3 to 1, 0.7 is 2 to 1. docs/transcripts.md says how well they do. */
const WEIGHTS = { opening: 2.2, procedure: 1.1, need: 1.1, first: 0.7, questions: 0.7, pronouns: 0.5 } as const;

/** A voice that keeps to its role says more of its phrases; more than this many different ones prove nothing further. */
const MOST_CUES = 3;
/** The opening formula stands in the first words of a voice. */
const OPENING_UTTERANCES = 2;
/** A shorter first utterance is a "hello?" into the receiver: of who was called. */
const GREETING_WORDS = 4;
/** The cues of a voice depend on each other: their sum promises more than it keeps. */
const TEMPER = 0.6;

/**
 * Who speaks in each utterance: by its channel where that tells, else by the rule for voices on one channel.
 *
 * @param ofChannels each channel's speaker, where it is known.
 */
export function nameSpeakers(utterances: readonly Utterance[], ofChannels: readonly (Speaker | undefined)[]): Utterance[] {
  const inferred = ofChannels.length < 2 && ofChannels[0] === undefined ? inferRoles(utterances) : new Map<string, InferredRole>();
  return utterances.map((utterance) => {
    const known = utterance.speaker ?? ofChannels[utterance.channel ?? 0];
    if (known !== undefined) return { ...utterance, speaker: known };
    const role = utterance.label === undefined ? undefined : inferred.get(utterance.label);
    return role === undefined ? utterance : { ...utterance, speaker: role.speaker, speakerConfidence: role.confidence };
  });
}

export interface InferredRole {
  speaker: Speaker;
  /** From 0.7 on, below 1. */
  confidence: number;
}

/**
 * Which voice of a service call is the agent's and which the customer's, by what they say: naive Bayes with hand-set log-odds. Each voice is held
 * against the middle between the two that differ most, p(agent) = 1 / (1 + exp(−2 · 0.6 (score − middle))); with two voices that is the logistic
 * function of their tempered difference. One voice alone is nobody.
 *
 * @returns label → role; a voice of which it cannot be told is absent.
 */
export function inferRoles(utterances: readonly Utterance[]): Map<string, InferredRole> {
  const voices = new Map<string, string[]>();
  for (const { label, text } of utterances) {
    if (label === undefined) continue;
    const said = voices.get(label);
    if (said === undefined) voices.set(label, [text]);
    else said.push(text);
  }
  if (voices.size < 2) return new Map();
  const first = utterances.find(({ label }) => label !== undefined)?.label;
  const scores = new Map([...voices].map(([label, said]) => [label, agentScore(said, label === first)]));
  const middle = (Math.max(...scores.values()) + Math.min(...scores.values())) / 2;
  const roles = new Map<string, InferredRole>();
  for (const [label, score] of scores) {
    const logOdds = 2 * TEMPER * (score - middle);
    const confidence = Math.min(MOST_CONFIDENCE, 1 / (1 + Math.exp(-Math.abs(logOdds))));
    if (confidence >= LEAST_CONFIDENCE) roles.set(label, { speaker: logOdds > 0 ? "agent" : "customer", confidence: Math.round(confidence * 1_000) / 1_000 });
  }
  return roles;
}

/** Log-odds, above 0 for an agent. */
function agentScore(said: readonly string[], isFirst: boolean): number {
  const words = said.map(plain);
  const opening = words.slice(0, OPENING_UTTERANCES).join(" | ");
  const all = words.join(" | ");
  const isGreeting = isFirst && (words[0] ?? "").split(" ").length >= GREETING_WORDS;
  const questions = said.filter((text) => /[?？]/u.test(text)).length / said.length;
  const pronouns = Math.log((count(all, ROLE_CUES.yours) + 1) / (count(all, ROLE_CUES.mine) + 1));
  return (
    (count(opening, ROLE_CUES.agentOpenings) > 0 ? WEIGHTS.opening : 0) +
    WEIGHTS.procedure * Math.min(MOST_CUES, different(all, ROLE_CUES.agentProcedures)) -
    WEIGHTS.need * Math.min(MOST_CUES, different(all, ROLE_CUES.customerNeeds)) +
    (isGreeting ? WEIGHTS.first : 0) +
    WEIGHTS.questions * questions +
    WEIGHTS.pronouns * Math.max(-2, Math.min(2, pronouns))
  );
}

function count(text: string, cue: RegExp): number {
  return [...text.matchAll(cue)].length;
}

function different(text: string, cue: RegExp): number {
  return new Set([...text.matchAll(cue)].map(([phrase]) => phrase)).size;
}
