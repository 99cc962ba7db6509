import * as z from "zod";
import { TimestampSchema } from "../contracts/identity.ts";
import { TranscriptionCheckSchema } from "../contracts/transcription-request.ts";
import { ObjectCreatedSchema } from "../recordings/recording-message.ts";

/** Transcribe's own event, as EventBridge carries it. Source: Amazon Transcribe developer guide, "Using Amazon EventBridge with Amazon Transcribe". */
const JobEventSchema = z.object({
  source: z.literal("aws.transcribe"),
  "detail-type": z.literal("Transcribe Job State Change"),
  time: TimestampSchema,
  detail: z.object({
    TranscriptionJobName: z.string().min(1).max(200),
    TranscriptionJobStatus: z.string().min(1).max(64),
  }),
});

/** A message of the transcripts queue: a job has ended, it is time to ask for one, or a file of Contact Lens has come. */
export const TranscriptMessageSchema = z.union([
  JobEventSchema.transform(({ detail }) => ({ kind: "job" as const, cause: "event" as const, jobName: detail.TranscriptionJobName })),
  TranscriptionCheckSchema.transform(({ jobName }) => ({ kind: "job" as const, cause: "check" as const, jobName })),
  ObjectCreatedSchema.transform((event) => ({ kind: "file" as const, event })),
]);
export type TranscriptMessage = z.infer<typeof TranscriptMessageSchema>;
export type JobMessage = Extract<TranscriptMessage, { kind: "job" }>;
