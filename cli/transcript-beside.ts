import { existsSync, readFileSync } from "node:fs";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import type { AudioFile } from "./audio-files.ts";

/** What a transcript that lies beside its recording is called, on disk and in the bucket: the recording's name and this. */
export const TRANSCRIPT_ENDING = ".transcript.json";

/**
 * Puts the transcript beside the recording, where the local run's Transcribe looks for one; nowhere else would it be read.
 * Before the recording itself, whose arrival starts the job. @returns whether there is one.
 */
export async function uploadTranscriptBeside(s3: S3Client, bucket: string, recordingKey: string, file: AudioFile): Promise<boolean> {
  const path = `${file.path}${TRANSCRIPT_ENDING}`;
  if (!existsSync(path)) return false;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${recordingKey}${TRANSCRIPT_ENDING}`, Body: readFileSync(path), ContentType: "application/json" }));
  return true;
}
