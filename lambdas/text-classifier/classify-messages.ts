import type { SQSRecord } from "aws-lambda";
import type { TextClassification, TextClassifier } from "../../classifiers/text-classifier.ts";
import type { Reject } from "../../core/contracts/reject.ts";
import type { SentimentResult } from "../../core/contracts/sentiment-result.ts";
import type { TextJob } from "../../core/contracts/text-job.ts";
import { describeError } from "../shared/observability.ts";
import { readJob, rejectOf } from "./read-job.ts";
import { sentimentResult } from "./sentiment-result.ts";

/** What became of one message; each has exactly one verdict, in the batch's order. */
export type Verdict = { messageId: string } & (
  | { kind: "result"; result: SentimentResult }
  | { kind: "reject"; reject: Reject }
  | { kind: "again"; reason: string }
);

/** Asks the model once for all readable jobs of the batch. @throws never: what the model throws is retryable. */
export async function classifyMessages(records: readonly SQSRecord[], classifier: TextClassifier, rejectedBy: string): Promise<Verdict[]> {
  const read = records.map((record) => ({ record, job: readJob(record.body) }));
  const jobs = read.flatMap(({ job }) => (job.ok ? [job.job] : []));
  const classifications = await classifyJobs(jobs, classifier);
  const classifiedAt = new Date().toISOString();

  return read.map(({ record, job }): Verdict => {
    const { messageId } = record;
    if (!job.ok) return { messageId, kind: "reject", reject: rejectOf(record, "invalid_job", job.detail, rejectedBy) };
    const classification = classifications.get(job.job);
    if (classification === undefined) return { messageId, kind: "again", reason: "the classifier gave no outcome for this text" };
    if (classification.ok) return { messageId, kind: "result", result: sentimentResult(job.job, classification, classifier.model, classifiedAt) };
    const { code, retryable } = classification.failure;
    const reason = `${code}: ${classification.failure.reason}`;
    if (retryable) return { messageId, kind: "again", reason };
    return { messageId, kind: "reject", reject: rejectOf(record, "classification_failed", reason, rejectedBy) };
  });
}

async function classifyJobs(jobs: readonly TextJob[], classifier: TextClassifier): Promise<Map<TextJob, TextClassification | undefined>> {
  if (jobs.length === 0) return new Map();
  try {
    const classifications = await classifier.classify(jobs.map((job) => ({ text: job.modelText ?? job.text, language: job.language })));
    return new Map(jobs.map((job, index) => [job, classifications[index]]));
  } catch (error) {
    const failed: TextClassification = { ok: false, failure: { code: "unavailable", retryable: true, reason: describeError(error) } };
    return new Map(jobs.map((job) => [job, failed]));
  }
}
