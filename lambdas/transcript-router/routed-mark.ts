import * as z from "zod";
import { TRANSCRIPTS_PREFIX } from "../../core/transcripts/storage-keys.ts";
import { getObject, putObject } from "../shared/s3-objects.ts";
import type { Stage } from "./stage.ts";

/**
 * Beside a job's transcript: which run of the job was routed. Each job is told of at least twice, by its event and by its check, and its words must
 * not be paid for twice. A job that is started anew under its old name is another run.
 */
const MarkSchema = z.object({ createdAt: z.string() });

function markKey(jobName: string): string {
  return `${TRANSCRIPTS_PREFIX}${jobName}/routed.json`;
}

/** @param createdAt when Transcribe took the job. */
export async function wasRouted(jobName: string, createdAt: string, { environment, signal }: Stage): Promise<boolean> {
  const mark = await getObject(environment.AUDIO_BUCKET, markKey(jobName), signal);
  return mark !== undefined && MarkSchema.parse(JSON.parse(Buffer.from(mark.bytes).toString())).createdAt === createdAt;
}

export async function markRouted(jobName: string, createdAt: string, { environment, signal }: Stage): Promise<void> {
  await putObject(environment.AUDIO_BUCKET, markKey(jobName), JSON.stringify({ createdAt } satisfies z.infer<typeof MarkSchema>), { contentType: "application/json" }, signal);
}
