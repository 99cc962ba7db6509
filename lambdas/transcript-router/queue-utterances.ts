import { textJobOfUtterance, type Transcribed } from "../../core/transcripts/text-job-of-utterance.ts";
import type { Utterance } from "../../core/transcripts/utterance.ts";
import type { Refusal } from "../../core/records/decode-record.ts";
import { sendAll } from "../shared/send-all.ts";
import { jobMessage } from "../shared/send-jobs.ts";
import type { Stage } from "./stage.ts";

export type Queued = { ok: true; queued: number; empty: number } | Refusal;

/**
 * Puts the utterances on the text road, all of them or, where one is refused, none: what is wrong with one (an attribute of the recording) is wrong with all.
 *
 * @throws Error when the queue did not take them; sent again they are the same jobs.
 */
export async function queueUtterances(utterances: readonly Utterance[], transcribed: Transcribed, { environment, signal }: Stage): Promise<Queued> {
  const outcomes = utterances.map((utterance) => textJobOfUtterance(utterance, transcribed));
  const refused = outcomes.find((outcome) => outcome.kind === "refused");
  if (refused !== undefined) return refused.refusal;
  const messages = outcomes.flatMap((outcome) => (outcome.kind === "job" ? [jobMessage(outcome.job)] : []));
  await sendAll(environment.TEXT_JOBS_QUEUE_URL, messages, signal);
  return { ok: true, queued: messages.length, empty: outcomes.length - messages.length };
}
