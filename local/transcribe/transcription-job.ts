import { outputKey, redactedKey, type StartTranscriptionJob } from "./transcription-requests.ts";
import { LOCAL_REGION } from "../assembly/pseudo-parameters.ts";
import type { Caller } from "../service.ts";

export type JobStatus = "QUEUED" | "IN_PROGRESS" | "FAILED" | "COMPLETED";

/** A job as it is kept; times are epoch milliseconds. */
export interface TranscriptionJob {
  /** Counts up with every job ever started here: the order of the queue. */
  number: number;
  request: StartTranscriptionJob & { OutputBucketName: string };
  /** In whose name it reads and writes. */
  worker: Caller;
  status: JobStatus;
  createdAt: number;
  startedAt?: number;
  completedAt?: number;
  failureReason?: string;
  language?: { code: string; score: number };
}

export function isUnfinished({ status }: TranscriptionJob): boolean {
  return status === "QUEUED" || status === "IN_PROGRESS";
}

/** As GetTranscriptionJob shows it. */
export function describeJob(job: TranscriptionJob): object {
  const { completedAt, createdAt, failureReason, language, request, startedAt, status } = job;
  const { OutputBucketName: _bucket, OutputEncryptionKMSKeyId: _encryption, OutputKey: _key, TranscriptionJobName, ...asked } = request;
  return {
    ...asked,
    TranscriptionJobName,
    TranscriptionJobStatus: status,
    ...(language === undefined ? {} : { LanguageCode: language.code }),
    ...(request.IdentifyLanguage === true && language !== undefined ? { IdentifiedLanguageScore: language.score } : {}),
    CreationTime: createdAt / 1_000,
    ...(startedAt === undefined ? {} : { StartTime: startedAt / 1_000 }),
    ...(completedAt === undefined ? {} : { CompletionTime: completedAt / 1_000 }),
    ...(failureReason === undefined ? {} : { FailureReason: failureReason }),
    Transcript: status === "COMPLETED" ? transcriptUris(request) : {},
  };
}

/** As ListTranscriptionJobs shows it. */
export function summarizeJob(job: TranscriptionJob): object {
  const shown = describeJob(job) as Record<string, unknown>;
  const fields = ["TranscriptionJobName", "CreationTime", "StartTime", "CompletionTime", "LanguageCode", "TranscriptionJobStatus", "FailureReason", "ContentRedaction", "IdentifyLanguage", "IdentifiedLanguageScore"];
  return { ...Object.fromEntries(fields.flatMap((field) => (shown[field] === undefined ? [] : [[field, shown[field]]]))), OutputLocationType: "CUSTOMER_BUCKET" };
}

function transcriptUris(request: TranscriptionJob["request"]): object {
  const output = request.ContentRedaction?.RedactionOutput;
  const key = outputKey(request);
  const uri = (at: string): string => `https://s3.${LOCAL_REGION}.amazonaws.com/${request.OutputBucketName}/${at}`;
  return {
    ...(output === "redacted" ? {} : { TranscriptFileUri: uri(key) }),
    ...(output === undefined ? {} : { RedactedTranscriptFileUri: uri(redactedKey(key)) }),
  };
}
