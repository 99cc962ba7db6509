import type { SQSRecord } from "aws-lambda";
import type { TextClassification, TextClassifier } from "../../classifiers/text-classifier.ts";
import type { Reject } from "../../core/contracts/reject.ts";
import type { SentimentResult } from "../../core/contracts/sentiment-result.ts";
import type { TextJob } from "../../core/contracts/text-job.ts";
import { describeError } from "../shared/observability.ts";
import { readJob, rejectOf } from "./read-job.ts";
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
 */
export async function classifyMessages(records: readonly SQSRecord[], classifier: TextClassifier, rejectedBy: string, signal?: AbortSignal): Promise<Verdict[]> {
  const read = records.map((record) => ({ record, job: readJob(record.body) }));
  const jobs = read.flatMap(({ job }) => (job.ok ? [job.job] : []));
  const classifications = await classifyJobs(jobs, classifier, signal);
  const classifiedAt = new Date().toISOString();

  return read.map(({ record, job }): Verdict => {
    const { messageId } = record;
    if (!job.ok) return { messageId, usd: 0, kind: "reject", reject: rejectOf(record, "invalid_job", job.detail, rejectedBy) };
    const classification = classifications.get(job.job);
    if (classification === undefined) return { messageId, usd: 0, kind: "again", reason: "the classifier gave no outcome for this text" };
    const usd = classification.cost?.usd ?? 0;
    if (classification.ok) return { messageId, usd, kind: "result", result: sentimentResult(job.job, classification, classifier.model, classifiedAt) };
    const { code, retryable } = classification.failure;
    const reason = `${code}: ${classification.failure.reason}`;
    if (retryable) return { messageId, usd, kind: "again", reason };
    return { messageId, usd, kind: "reject", reject: rejectOf(record, "classification_failed", reason, rejectedBy) };
  });
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
    const failed: TextClassification = { ok: false, failure: { code: "unavailable", retryable: true, reason: describeError(error) } };
    return new Map(jobs.map((job) => [job, failed]));
  }
}
