import type { PersonalRecord, RedactionOutcome } from "../../classifiers/comprehend/comprehend-personal-data.ts";
import type { ClassificationFailure } from "../../classifiers/text-classifier.ts";
import { MAX_ATTRIBUTE_CHARACTERS } from "../../core/contracts/identity.ts";
import type { RedactionCounts } from "../../core/contracts/sentiment-result.ts";
import type { TextJob } from "../../core/contracts/text-job.ts";
import { MAX_TEXT_BYTES } from "../../core/contracts/text-record.ts";
import { prepareForModel } from "../../core/text/prepare-for-model.ts";

/** `ComprehendPersonalData`, as far as the function needs it. */
export interface PersonalDataFinder {
  redact(records: readonly PersonalRecord[], signal?: AbortSignal): Promise<readonly RedactionOutcome[]>;
}

/** A job that may go on to a model and a store, or why it may not. `usd` is what looking for personal data cost. */
export type RedactedJob = { ok: true; job: TextJob; usd: number } | { ok: false; failure: ClassificationFailure; usd: number };

/**
 * Takes personal data that rules cannot prove out of jobs' texts and attributes, before a model or a store sees them. One entry a job. A job that was
 * not looked at is a failure, never passed on as it is, unless its language is none that the finder knows: then a flag says so.
 */
export async function redactJobs(jobs: readonly TextJob[], finder: PersonalDataFinder, signal?: AbortSignal): Promise<Map<TextJob, RedactedJob>> {
  const records = jobs.map(({ text, attributes, language }): PersonalRecord => ({
    values: [{ value: text }, ...Object.entries(attributes ?? {}).map(([name, value]) => ({ name, value }))],
    language,
  }));
  const outcomes = await finder.redact(records, signal);
  return new Map(jobs.map((job, position) => [job, redactedJob(job, outcomes[position])]));
}

function redactedJob(job: TextJob, outcome: RedactionOutcome | undefined): RedactedJob {
  if (outcome === undefined) return { ok: false, failure: { code: "unanswered", retryable: true, reason: "nobody looked for personal data in this text" }, usd: 0 };
  if (outcome.kind === "failed") return { ok: false, failure: { ...outcome.failure, reason: `looking for personal data: ${outcome.failure.reason}` }, usd: outcome.usd };
  if (outcome.kind === "unknown_language") return { ok: true, job: { ...job, flags: [...new Set([...job.flags, "redaction_rules_only" as const])] }, usd: 0 };
  const { usd, counts } = outcome;
  const [text = "", ...values] = outcome.texts;
  const tooLong = problemWithLengths(text, values);
  if (tooLong !== undefined) return { ok: false, failure: { code: "too_long", retryable: false, reason: tooLong }, usd };
  if (Object.keys(counts).length === 0) return { ok: true, job, usd };
  const { modelText: _, ...kept } = job;
  const modelText = prepareForModel(text, job.channel);
  return {
    ok: true,
    job: {
      ...kept,
      text,
      ...(modelText !== text && { modelText }),
      ...(job.attributes !== undefined && { attributes: Object.fromEntries(Object.keys(job.attributes).map((key, position) => [key, values[position] ?? ""])) }),
      redactions: added(job.redactions, counts),
      flags: [...new Set([...job.flags, "redacted" as const])],
    },
    usd,
  };
}

/** A mark such as `[ADDRESS]` may be longer than what it replaces; what grows past the contract is refused as the preprocessor would. */
function problemWithLengths(text: string, values: readonly string[]): string | undefined {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_TEXT_BYTES) return `the text has ${bytes} bytes of UTF-8 once redacted; at most ${MAX_TEXT_BYTES} are allowed`;
  if (values.some((value) => value.length > MAX_ATTRIBUTE_CHARACTERS)) return `an attribute has more than ${MAX_ATTRIBUTE_CHARACTERS} characters once redacted; send a shorter value`;
  return undefined;
}

function added(before: RedactionCounts | undefined, found: RedactionCounts): RedactionCounts {
  const sum = { ...before };
  for (const [type, count] of Object.entries(found)) sum[type] = (sum[type] ?? 0) + count;
  return sum;
}
