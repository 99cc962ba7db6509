import { createReadStream } from "node:fs";
import { AudioRefusedError } from "../../core/contracts/audio-refusal.ts";
import { ByteSource } from "../../core/audio/decode/byte-source.ts";
import { sniff } from "../../core/audio/decode/sniff.ts";
import { TRANSCRIPT_BESIDE } from "../../core/recordings/recording-message.ts";
import type { S3Engine } from "../s3/s3-engine.ts";
import { ServiceError } from "../service.ts";
import type { DataAccess } from "./data-access.ts";
import { type Recogniser, type Recognition, type RecordingToHear, TranscriptionFailedError, type Wish } from "./recogniser.ts";
import { transcriptFile } from "./transcript-file.ts";
import type { TranscriptionJob } from "./transcription-job.ts";
import type { Ending } from "./transcription-queue.ts";
import { mediaAddress, outputKey, redactedKey } from "./transcription-requests.ts";

/** "Invalid file size: file size too large": Transcribe's quota of a media file. */
const LARGEST_FILE = 2 * 1024 ** 3;
const HEARD_FORMATS: ReadonlySet<string> = new Set(["wav", "flac", "mp3", "ogg"]);

export interface TranscriptionParts {
  s3: S3Engine;
  access: DataAccess;
  /** Asked in this order: the first that has something to say writes the transcript. */
  recognisers: readonly Recogniser[];
}

/** One job from its recording to its transcript in S3. @returns how it ended; a failure with its reason. */
export async function runTranscription({ request, worker }: Pick<TranscriptionJob, "request" | "worker">, { access, recognisers, s3 }: TranscriptionParts): Promise<Ending> {
  try {
    const { bucket, key } = mediaAddress(request.Media.MediaFileUri);
    access.requireReading(worker, bucket, key);
    const recording = await openRecording(s3, bucket, key);
    await requireFormat(recording, request.MediaFormat);
    const languages = request.LanguageCode === undefined ? (request.LanguageOptions ?? []) : [request.LanguageCode];
    const recognition = await recognise(recording, recognisers, { languages, channelsApart: request.Settings?.ChannelIdentification === true });
    const output = request.ContentRedaction?.RedactionOutput;
    const written = outputKey(request);
    const files = [...(output === "redacted" ? [] : [{ at: written, redacted: false }]), ...(output === undefined ? [] : [{ at: redactedKey(written), redacted: true }])];
    for (const { at, redacted } of files) {
      access.requireWriting(worker, request.OutputBucketName, at, request.OutputEncryptionKMSKeyId);
      const body = Buffer.from(JSON.stringify(transcriptFile(request, recognition, redacted)));
      const { etag } = await s3.put(request.OutputBucketName, at, body, { contentType: "application/json" });
      s3.bucket(request.OutputBucketName).onCreated?.({ key: at, size: body.length, etag, reason: "PutObject" });
    }
    return { language: { code: recognition.language, score: recognition.languageScore } };
  } catch (error) {
    // A refusal of S3 or IAM, an undecodable recording, a broken transcript beside it: all end the job; anything else is a fault of this program.
    if (error instanceof TranscriptionFailedError || error instanceof ServiceError) return { failureReason: error.message };
    if (error instanceof AudioRefusedError) return { failureReason: `Unsupported media format: ${error.message}` };
    throw error;
  }
}

async function openRecording(s3: S3Engine, bucket: string, key: string): Promise<RecordingToHear> {
  const object = await s3.bucket(bucket).head(key);
  if (object === undefined) throw new TranscriptionFailedError(`The URI that you provided doesn't point to an S3 object: s3://${bucket}/${key}.`);
  if (object.size > LARGEST_FILE) throw new TranscriptionFailedError("Invalid file size: file size too large.");
  return {
    key,
    bytes: () => createReadStream(object.path),
    beside: async (ending) => {
      const beside = await s3.bucket(bucket).head(`${key}${ending}`);
      return beside === undefined ? undefined : s3.get(bucket, `${key}${ending}`);
    },
  };
}

/** @throws TranscriptionFailedError where the content is of another format than the request says */
async function requireFormat({ bytes }: RecordingToHear, said: string | undefined): Promise<void> {
  if (said !== undefined && !HEARD_FORMATS.has(said)) return;
  const source = new ByteSource(bytes(), LARGEST_FILE);
  try {
    const found = await sniff(source);
    if (said !== undefined && said !== found) throw new TranscriptionFailedError(`The media format provided does not match the detected media format: ${said} was said, and it is ${found}.`);
  } finally {
    await source.close();
  }
}

async function recognise(recording: RecordingToHear, recognisers: readonly Recogniser[], wish: Wish): Promise<Recognition> {
  for (const recogniser of recognisers) {
    const recognition = await recogniser.recognise(recording, wish);
    if (recognition !== undefined) return recognition;
  }
  throw new TranscriptionFailedError(
    `Nothing on this machine can write ${recording.key} down: put a transcript beside it, as ${recording.key}${TRANSCRIPT_BESIDE}, or start the local run with Whisper's weights (npx valence local --whisper FOLDER); docs/local-transcribe.md says how.`,
  );
}
