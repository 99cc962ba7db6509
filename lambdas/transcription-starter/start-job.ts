import { DeleteTranscriptionJobCommand, GetTranscriptionJobCommand, StartTranscriptionJobCommand, type StartTranscriptionJobCommandInput } from "@aws-sdk/client-transcribe";
import type { JobParameters } from "../../core/transcripts/job-parameters.ts";
import { transcribeClient } from "../shared/transcribe-client.ts";

/** Transcribe will never do it: the reason is its own. */
export class JobRefusedError extends Error {
  override readonly name = "JobRefusedError";
}

/** A failed job makes room for a new one; should it be in the way again, another function was quicker, and the message comes again. */
const MOST_TRIES = 3;

/**
 * Starts a recording's job, once: one of its name that waits, runs or is done stays, one that failed is replaced.
 *
 * @returns whether it was started now.
 * @throws JobRefusedError, and anything else that is worth another try later.
 */
export async function startJob(parameters: JobParameters, signal: AbortSignal): Promise<"started" | "existing"> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    if (await start(parameters, signal)) return "started";
    if (!(await makeRoom(parameters.TranscriptionJobName, signal))) return "existing";
  }
  throw new Error(`a job of this name was in the way ${MOST_TRIES} times, failed or gone each time`);
}

/** @returns false where a job of this name exists. */
async function start(parameters: JobParameters, signal: AbortSignal): Promise<boolean> {
  try {
    // The SDK's type lists language codes; Transcribe's own list is longer by the month, and it says itself what it does not know.
    await (await transcribeClient()).send(new StartTranscriptionJobCommand(parameters as StartTranscriptionJobCommandInput), { abortSignal: signal });
    return true;
  } catch (error) {
    if (nameOf(error) === "ConflictException") return false;
    if (nameOf(error) === "BadRequestException" || nameOf(error) === "NotFoundException") throw new JobRefusedError(error instanceof Error ? error.message : String(error), { cause: error });
    throw error;
  }
}

/** @returns true where the job of this name had failed, or is gone meanwhile: the name is free again. */
async function makeRoom(TranscriptionJobName: string, signal: AbortSignal): Promise<boolean> {
  try {
    const { TranscriptionJob } = await (await transcribeClient()).send(new GetTranscriptionJobCommand({ TranscriptionJobName }), { abortSignal: signal });
    if (TranscriptionJob?.TranscriptionJobStatus !== "FAILED") return false;
    await (await transcribeClient()).send(new DeleteTranscriptionJobCommand({ TranscriptionJobName }), { abortSignal: signal });
    return true;
  } catch (error) {
    // How both say that there is no such job. What else they may mean, the next start says again.
    if (nameOf(error) === "BadRequestException" || nameOf(error) === "NotFoundException") return true;
    throw error;
  }
}

function nameOf(error: unknown): string | undefined {
  return error instanceof Error ? error.name : undefined;
}
