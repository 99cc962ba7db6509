import type { SentimentResult } from "../../../core/contracts/sentiment-result.ts";
import { at, message, type Said, type Scores, voice, words } from "./made-conversation.ts";

export const KINDS = ["chat", "two channels", "one channel", "words alone", "voice alone", "two recordings"] as const;
export type Kind = (typeof KINDS)[number];
type Random = () => number;

/**
 * The results of a made-up conversation, in the order in which they were said: with voice segments cut otherwise than utterances, speech
 * without words, answers that were given anew, and speakers that were corrected.
 */
export function randomConversation(kind: Kind, turns: number, random: Random): SentimentResult[] {
  if (kind === "chat") return Array.from({ length: turns }, (_, turn) => message(turn, { ...speakerOf(turn, random() < 0.8), scores: randomScores(random) })).flatMap((said) => withAnswers(said, random));
  if (kind === "two recordings") return ["call-1", "call-2"].flatMap((id, index) => call("two channels", turns, random).map((said) => ({ ...said, id, resultId: said.resultId.replace(/^../u, `0${index}`) })));
  return call(kind, turns, random);
}

function call(kind: Kind, turns: number, random: Random): SentimentResult[] {
  const isMono = kind === "one channel";
  const utterances: SentimentResult[] = [];
  const voices: SentimentResult[] = [];
  let time = 0;
  let segment = 0;
  const say = (speaker: Pick<Said, "speaker">, track: number, startMs: number, endMs: number): void => {
    const bounds = random() < 0.3 ? [startMs, Math.round((startMs + endMs) / 2), endMs] : [startMs, endMs];
    for (const [place, end] of bounds.slice(1).entries()) {
      voices.push(...withAnswers(voice({ index: segment, track, ...(isMono ? {} : speaker), startMs: bounds[place]!, endMs: end, scores: randomScores(random), flags: random() < 0.2 ? ["narrowband"] : [] }), random));
      segment += 1;
    }
  };
  for (let turn = 0; turn < turns; turn += 1) {
    const track = isMono ? 0 : turn % 2;
    const speaker = speakerOf(turn, true);
    const startMs = time;
    const endMs = startMs + 500 + Math.round(random() * 5_000);
    time = endMs + Math.round(random() * 1_500);
    const from = { index: turn, turn, startMs, endMs, occurredAt: at(startMs), ...speaker, ...(isMono ? { flags: ["role_inferred" as const] } : { track }), scores: randomScores(random) };
    utterances.push(...withAnswers(words(from), random));
    // Heard a little otherwise than written down, or together with a neighbour.
    if (random() < 0.85) say(speaker, track, Math.max(0, startMs - Math.round(random() * 300)), endMs + Math.round(random() * (isMono ? 2_500 : 300)));
    if (random() < 0.2) {
      say(speaker, track, time, time + 1_000);
      time += 1_500;
    }
  }
  return [...(kind === "voice alone" ? [] : utterances), ...(kind === "words alone" ? [] : voices)];
}

/** Sometimes the answer comes anew, later and otherwise, or with its speaker corrected. */
function withAnswers(said: SentimentResult, random: Random): SentimentResult[] {
  const answers = [said];
  if (random() < 0.2) answers.push({ ...said, sentiment: { ...said.sentiment, scores: { positive: 0.2, neutral: 0.3, negative: 0.5 } }, timings: { ...said.timings, classifiedAt: at(90_000 + Math.round(random() * 1_000)) } });
  if (random() < 0.2) answers.push({ ...answers.at(-1)!, speaker: said.speaker === "agent" ? "customer" : "agent", revision: 1_772_442_000_000 + Math.round(random() * 1_000) });
  return answers;
}

function speakerOf(turn: number, isKnown: boolean): Pick<Said, "speaker"> {
  return isKnown ? { speaker: turn % 2 === 0 ? "customer" : "agent" } : {};
}

function randomScores(random: Random): Scores {
  const weights = [random(), random(), random()] as const;
  const sum = weights[0] + weights[1] + weights[2];
  return [weights[0] / sum, weights[1] / sum, weights[2] / sum];
}
