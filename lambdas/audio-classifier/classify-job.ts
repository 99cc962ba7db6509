import type { AudioClassification, AudioClassifier, AudioFailure, SpeechToClassify } from "../../classifiers/audio-classifier.ts";
import type { AudioJob } from "../../core/contracts/audio-job.ts";
import type { RejectReason } from "../../core/contracts/reject.ts";
import type { SentimentResult } from "../../core/contracts/sentiment-result.ts";
import { type HeardSegment, segmentResult, trackResults } from "./job-results.ts";

/** Seconds until a job that waits is looked at again: soon at first, and never as rarely as an answer would be stale. */
const SHORTEST_DELAY_SECONDS = 15;
const LONGEST_DELAY_SECONDS = 60;
/** After trouble at an endpoint: as long as its circuit stays open. */
const TROUBLE_DELAY_SECONDS = 30;

/** Reasons that a person reads; a job of thousands of segments has not more to say. */
const MAXIMUM_REASONS = 3;

export type JobVerdict = { spentUsd: number; answered: number } & (
  /** Everything was heard that can be; `refused` is what can never be. */
  | { kind: "finished"; results: SentimentResult[]; refused?: { reason: RejectReason; detail: string } }
  /** It went further, or waits for answers that will come: it goes on as a new message, so that a long job never counts as a failing one. */
  | { kind: "continue"; delaySeconds: number }
  /** It went nowhere: the same message comes again, and in the end goes to the dead letters. */
  | { kind: "again"; reason: string }
);

/** Asks about a job's segments and says what becomes of the job. Answers of an unfinished job are kept by the classifier. Never throws. */
export async function classifyJob(job: AudioJob, speech: readonly SpeechToClassify[], classifier: AudioClassifier, signal: AbortSignal, now: () => Date = () => new Date()): Promise<JobVerdict> {
  const outcomes = await classifier.classify(speech, signal);
  const asked = { spentUsd: sum(outcomes.map(({ spentUsd }) => spentUsd)), answered: outcomes.filter(({ kind }) => kind === "classified").length };
  const failures = outcomes.flatMap((outcome, position) => (outcome.kind === "failed" ? [{ index: job.audio.segments[position]!.index, failure: outcome.failure }] : []));
  const passing = failures.filter(({ failure }) => failure.retryable);
  const pending = outcomes.filter((outcome) => outcome.kind === "pending");

  if (passing.length > 0 || pending.length > 0) {
    const progress = sum(outcomes.map((outcome) => outcome.progress));
    if (progress === 0 && passing.length > 0) return { ...asked, kind: "again", reason: reasonsOf(passing) };
    const isOutOfTimeOnly = pending.length === 0 && signal.aborted && passing.every(({ failure }) => failure.code === "timed_out");
    if (isOutOfTimeOnly) return { ...asked, kind: "continue", delaySeconds: 0 };
    return { ...asked, kind: "continue", delaySeconds: pending.length > 0 ? delayOf(pending, now()) : TROUBLE_DELAY_SECONDS };
  }

  const classifiedAt = now().toISOString();
  const heard = outcomes.flatMap((outcome, position): HeardSegment[] => (outcome.kind === "classified" ? [{ segment: job.audio.segments[position]!, heard: outcome }] : []));
  const results = [
    ...heard.map((one) => segmentResult(job, one, classifier.model, classifiedAt)),
    ...(job.complete ? trackResults(job, heard, classifier.model, classifiedAt) : []),
  ];
  const [first] = failures;
  if (first === undefined) return { ...asked, kind: "finished", results };
  return { ...asked, kind: "finished", results, refused: { reason: first.failure.refusal ?? "classification_failed", detail: reasonsOf(failures) } };
}

/** Half of the time that the oldest request has been under way. */
function delayOf(pending: readonly Extract<AudioClassification, { kind: "pending" }>[], now: Date): number {
  const oldest = Math.min(...pending.map(({ since }) => Date.parse(since)));
  const seconds = (now.getTime() - oldest) / 2_000;
  return Math.round(Math.min(LONGEST_DELAY_SECONDS, Math.max(SHORTEST_DELAY_SECONDS, seconds)));
}

function reasonsOf(failures: readonly { index: number; failure: AudioFailure }[]): string {
  const first = failures.slice(0, MAXIMUM_REASONS).map(({ index, failure: { code, reason } }) => `segment ${index}: ${code}: ${reason}`);
  const more = failures.length - first.length;
  return `${first.join("; ")}${more > 0 ? `; and ${more} more segments` : ""}`;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
