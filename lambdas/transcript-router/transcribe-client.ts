import { GetTranscriptionJobCommand, TranscribeClient, type TranscriptionJob } from "@aws-sdk/client-transcribe";
import { HTTP1_LIMITS, MAX_ATTEMPTS } from "../shared/call-limits.ts";
import { traced } from "../shared/tracing.ts";

let client: Promise<TranscribeClient> | undefined;

/** Built at the first call and kept: real-time segments never need it. */
function transcribeClient(): Promise<TranscribeClient> {
  client ??= traced(new TranscribeClient({ maxAttempts: MAX_ATTEMPTS, requestHandler: HTTP1_LIMITS }));
  return client;
}

/** @returns undefined where there is no such job. */
export async function getJob(TranscriptionJobName: string, signal: AbortSignal): Promise<TranscriptionJob | undefined> {
  try {
    return (await (await transcribeClient()).send(new GetTranscriptionJobCommand({ TranscriptionJobName }), { abortSignal: signal })).TranscriptionJob;
  } catch (error) {
    // Both are documented for a name that is none; of the name itself nothing else can be wrong.
    if (error instanceof Error && (error.name === "NotFoundException" || error.name === "BadRequestException")) return undefined;
    throw error;
  }
}
