import { GetTranscriptionJobCommand, type TranscriptionJob } from "@aws-sdk/client-transcribe";
import { transcribeClient } from "../shared/transcribe-client.ts";

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
