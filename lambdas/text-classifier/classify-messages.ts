import type { SQSRecord } from "aws-lambda";
import { shareOfTime } from "../../classifiers/calling/deadline.ts";
import { whereItThrew } from "../../classifiers/calling/where-it-threw.ts";
import type { ClassificationFailure, TextClassification, TextClassifier } from "../../classifiers/text-classifier.ts";
import type { Reject } from "../../core/contracts/reject.ts";
import type { SentimentResult } from "../../core/contracts/sentiment-result.ts";
import { type TextJob, TextJobSchema } from "../../core/contracts/text-job.ts";
import { readJob, rejectOf } from "../shared/read-job.ts";
import { type PersonalDataFinder, redactJobs, type RedactedJob } from "./redact-jobs.ts";
import { sentimentResult } from "./sentiment-result.ts";

/** What became of one message; each has exactly one verdict, in the batch's order. `usd`: what asking about it cost, answered or not. */
export type Verdict = { messageId: string; usd: number } & (
  | { kind: "result"; result: SentimentResult }
  | { kind: "reject"; reject: Reject }
  | { kind: "again"; reason: string }
);

/**
 * Asks the model once for all readable jobs of the batch. Never throws: what the model throws is retryable.
 *
 * @param signal ends the asking; the texts that are without an answer then go back to the queue, the others do not wait for them.
 * @param finder looks for personal data first; only what it has looked at is classified and goes into a result.
 */
export async function classifyMessages(records: readonly SQSRecord[], classifier: TextClassifier, rejectedBy: string, signal?: AbortSignal, finder?: PersonalDataFinder): Promise<Verdict[]> {
  const read = records.map((record) => ({ record, job: readJob(TextJobSchema, record.body) }));
  const jobs = read.flatMap(({ job }) => (job.ok ? [job.job] : []));
  // Half of the time: one text that nobody can look at must not keep all the others from the model, delivery after delivery.
  const redacted = await redactedJobs(jobs, finder, shareOfTime(signal, 2));
  const classifications = await classifyJobs([...redacted.values()].flatMap((one) => (one.ok ? [one.job] : [])), classifier, signal);
  const classifiedAt = new Date().toISOString();

  return read.map(({ record, job }): Verdict => {
    const { messageId } = record;
    if (!job.ok) return { messageId, usd: 0, kind: "reject", reject: rejectOf(record, "invalid_job", job.detail, rejectedBy) };
    const looked = redacted.get(job.job);
    if (looked === undefined) return { messageId, usd: 0, kind: "again", reason: "nobody looked for personal data in this text" };
    if (!looked.ok) return failed(record, looked.failure, looked.usd, rejectedBy);
    const classification = classifications.get(looked.job);
    if (classification === undefined) return { messageId, usd: looked.usd, kind: "again", reason: "the classifier gave no outcome for this text" };
    const usd = looked.usd + (classification.cost?.usd ?? 0);
    if (!classification.ok) return failed(record, classification.failure, usd, rejectedBy);
    const paid = { ...classification, cost: { ...classification.cost, usd } };
    return { messageId, usd, kind: "result", result: sentimentResult(looked.job, paid, classifier.model, classifiedAt) };
  });
}

function failed(record: SQSRecord, { code, retryable, reason }: ClassificationFailure, usd: number, rejectedBy: string): Verdict {
  const { messageId } = record;
  const detail = `${code}: ${reason}`;
  return retryable ? { messageId, usd, kind: "again", reason: detail } : { messageId, usd, kind: "reject", reject: rejectOf(record, "classification_failed", detail, rejectedBy) };
}

/** What the finder throws is retryable, as what the model throws. */
async function redactedJobs(jobs: readonly TextJob[], finder: PersonalDataFinder | undefined, signal: AbortSignal | undefined): Promise<Map<TextJob, RedactedJob>> {
  if (finder === undefined) return new Map(jobs.map((job) => [job, { ok: true, job, usd: 0 }]));
  try {
    return await redactJobs(jobs, finder, signal);
  } catch (error) {
    const failure: ClassificationFailure = { code: "unavailable", retryable: true, reason: whereItThrew(error) };
    return new Map(jobs.map((job) => [job, { ok: false, failure, usd: 0 }]));
  }
}

async function classifyJobs(jobs: readonly TextJob[], classifier: TextClassifier, signal: AbortSignal | undefined): Promise<Map<TextJob, TextClassification | undefined>> {
  if (jobs.length === 0) return new Map();
  try {
    const classifications = await classifier.classify(
      jobs.map((job) => ({ text: job.modelText ?? job.text, language: job.language })),
      signal,
    );
    return new Map(jobs.map((job, index) => [job, classifications[index]]));
  } catch (error) {
    const failed: TextClassification = { ok: false, failure: { code: "unavailable", retryable: true, reason: whereItThrew(error) } };
    return new Map(jobs.map((job) => [job, failed]));
  }
}
