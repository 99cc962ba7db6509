import { existsSync, readFileSync } from "node:fs";
import { PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { TRANSCRIPT_BESIDE } from "../core/recordings/recording-message.ts";
import type { AudioFile } from "./audio-files.ts";

/**
 * Puts the transcript beside the recording, where the local run's Transcribe looks for one; nowhere else would it be read.
 * Before the recording itself, whose arrival starts the job. @returns whether there is one.
 */
export async function uploadTranscriptBeside(s3: S3Client, bucket: string, recordingKey: string, file: AudioFile): Promise<boolean> {
  const path = `${file.path}${TRANSCRIPT_BESIDE}`;
  if (!existsSync(path)) return false;
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${recordingKey}${TRANSCRIPT_BESIDE}`, Body: readFileSync(path), ContentType: "application/json" }));
  return true;
}
