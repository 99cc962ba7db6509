import type { SentimentResult } from "../../../core/contracts/sentiment-result.ts";
import { seededRandom } from "../../../core/seeded-random.ts";
import type { handler } from "../../../lambdas/conversation-tracker/handler.ts";
import { fusedIds, madeCall } from "../../core/conversation/made-calls.ts";
import { ANGRY, FLAT, GLAD } from "../../core/conversation/made-conversation.ts";
import { lambdaContext } from "../support/events.ts";
import { resultsEvent, type TrackerStage } from "./tracker-stage.ts";

export interface Load {
  conversations: number;
  turns: number;
  /** Records a batch; batches of so many functions run at once, each with the conversations of its own. */
  batch: number;
  functions: number;
}

/** What came of a load, as the views and the journal show it. */
export interface Followed {
  /** Turns with a fused row of words and voice. */
  fused: number;
  /** Fused rows that should not be, or are missing. */
  wrong: number;
  /** Conversation rows, and the turns that they sum up. */
  conversationRows: number;
  turnsSummed: number;
  /** Opinions in the journal; each counts once. */
  journal: number;
  largestItem: number;
}

const TURNS_A_JOB = 8;
/** A machine that others use may be slower than a client's patience. */
const MOST_FAILURES = 5;

/**
 * Calls that all run at the same time: their results come mixed up, as models answer some turns' jobs, words behind or ahead of the voice, one in
 * twenty twice. What fails comes again, from the first failed record on, as Lambda has it.
 * @throws Error when a batch does not get through.
 */
export async function followMany(handle: typeof handler, stage: TrackerStage, { batch, conversations, functions, turns }: Load): Promise<void> {
  const lanes = Array.from({ length: functions }, (_, lane) => mixedResults(lane, Math.ceil((conversations - lane) / functions), functions, turns));
  await Promise.all(
    lanes.map(async (results) => {
      let failures = 0;
      for (let start = 0; start < results.length; ) {
        const sent = resultsEvent(results.slice(start, start + batch), start);
        const failed = new Set((await handle(sent, lambdaContext(600_000))).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
        const first = sent.Records.findIndex(({ kinesis }) => failed.has(kinesis.sequenceNumber));
        if (first !== -1 && (failures += 1) > MOST_FAILURES) throw new Error(`${failed.size} records of a batch fail again and again`);
        start += first === -1 ? batch : first;
      }
    }),
  );
  const reminded = new Set(stage.reminders().map(({ conversationId }) => conversationId));
  if (reminded.size !== conversations) throw new Error(`${reminded.size} conversations have a reminder instead of ${conversations}`);
}

function mixedResults(lane: number, conversations: number, step: number, turns: number): SentimentResult[] {
  const random = seededRandom(lane + 1);
  // The answers to one job, of some turns, come together.
  const jobOf = (place: number): number => Math.floor(place / TURNS_A_JOB);
  const arriving = Array.from({ length: conversations }, (_, place) => `conversation-${lane + place * step}`).flatMap((conversationId) => {
    const { voices, words } = madeCall(conversationId, turns, () => [ANGRY, FLAT, GLAD][Math.floor(random() * 3)]!);
    return [...words, ...voices].flatMap((result) => {
      const at = { result, place: result.segment.index + random() * 10 };
      return random() < 0.05 ? [at, { result, place: at.place + random() * 10 }] : [at];
    });
  });
  return arriving.toSorted((a, b) => jobOf(a.place) - jobOf(b.place) || a.result.conversationId.localeCompare(b.result.conversationId) || a.place - b.place).map(({ result }) => result);
}

export async function countFollowed(stage: TrackerStage, { conversations, turns }: Load): Promise<Followed> {
  const visible = stage.visible();
  const expected = new Set(Array.from({ length: conversations }, (_, place) => fusedIds(`conversation-${place}`, turns)).flat());
  const ofTurns = [...visible.values()].filter(({ scope }) => scope !== "conversation");
  const ofSpeakers = [...visible.values()].filter(({ scope }) => scope === "conversation");
  const items = await stage.items();
  const opinions = new Set(items.flatMap((item) => item["opinions"]!.L!.map(({ S }) => `${item["conversation"]!.S!} ${S!}`)));
  return {
    fused: ofTurns.filter(({ fusion }) => fusion?.text !== undefined && fusion.voice !== undefined).length,
    wrong: ofTurns.filter(({ resultId }) => !expected.has(resultId)).length + [...expected].filter((id) => !visible.has(id)).length,
    conversationRows: ofSpeakers.length,
    turnsSummed: ofSpeakers.reduce((sum, row) => sum + (row.turns ?? 0), 0),
    journal: opinions.size,
    largestItem: Math.max(...items.map((item) => Buffer.byteLength(JSON.stringify(item)))),
  };
}
