import { createReadStream } from "node:fs";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import type { AudioRoute } from "../core/contracts/audio-record.ts";
import { type Channel, IdentifierSchema } from "../core/contracts/identity.ts";
import { liveRecordingKey } from "../core/recordings/storage-keys.ts";
import { type AudioFile, audioFiles, recordingId } from "./audio-files.ts";
import { CommandError, EXIT, type ExitCode } from "./command-error.ts";
import { findDeployment, type TargetOptions } from "./deployment.ts";
import { abortOnInterrupt } from "./interrupt.ts";
import { settleLocal } from "./local-status.ts";
import { sendLive } from "./send-live.ts";
import { bytes, plural, seconds } from "./terminal.ts";
import { uploadTranscriptBeside } from "./transcript-beside.ts";

export interface SendAudioOptions extends TargetOptions {
  live?: boolean;
  pace: number;
  chunk: number;
  conversation?: string;
  channel: Channel;
  speaker?: "customer" | "agent";
  route?: AudioRoute;
  language?: string;
  wait?: boolean;
}

/** `valence send audio`: recordings into their bucket, or one after the other as live conversations onto the audio stream. */
export async function sendAudio(paths: readonly string[], options: SendAudioOptions): Promise<ExitCode> {
  if (options.wait && options.stage !== "local") throw new CommandError("--wait only works with the local run: an account refreshes its views on a schedule.", EXIT.usage);
  const files = audioFiles(paths, (line) => console.error(line));
  if (options.conversation !== undefined) checkConversation(options.conversation, files);
  const deployment = await findDeployment(options, ["AudioStreamName", "RecordingsBucketName"]);
  const { AudioStreamName, RecordingsBucketName } = deployment.outputs;
  const kinesis = new KinesisClient(deployment.clientConfiguration);
  const s3 = new S3Client(deployment.clientConfiguration);
  const interrupt = abortOnInterrupt("Finishing what is in flight; press Ctrl-C again to leave at once.");
  const started = Date.now();
  let sent = 0;
  try {
    for (const file of files) {
      if (interrupt.signal.aborted) break;
      const id = await recordingId(file);
      const occurredAt = options.live === true ? new Date().toISOString() : file.modifiedAt;
      const conversationId = options.conversation ?? id;
      // In an account Transcribe writes them; nothing there reads this one.
      const hasTranscript = options.stage === "local" && (await uploadTranscriptBeside(s3, RecordingsBucketName, options.live === true ? liveRecordingKey(conversationId, occurredAt) : recordingKey(id), file));
      if (options.live === true) {
        await sendLive(kinesis, file, { ...options, stream: AudioStreamName, conversationId, occurredAt, signal: interrupt.signal });
      } else {
        await upload(s3, RecordingsBucketName, file, id, options);
      }
      sent += 1;
      console.error(`${file.name}: ${options.live === true ? "sent live" : bytes(file.bytes)}${hasTranscript ? ", with the transcript beside it" : ""}; conversation ${conversationId}`);
    }
  } finally {
    kinesis.destroy();
    s3.destroy();
    interrupt.release();
  }
  console.error(`${plural(sent, "recording")} sent to ${options.live === true ? AudioStreamName : RecordingsBucketName} in ${seconds(Date.now() - started)}.`);
  if (interrupt.signal.aborted) return EXIT.interrupted;
  if (options.wait) await settleLocal(deployment);
  return EXIT.ok;
}

/** S3 carries metadata in headers, which are ASCII. */
// eslint-disable-next-line no-control-regex -- ASCII is what is asked for
const ASCII = /^[\u0020-\u007e]*$/u;

function checkConversation(conversation: string, files: readonly AudioFile[]): void {
  if (files.length > 1) throw new CommandError(`--conversation names one conversation, and there are ${files.length} files.`, EXIT.usage);
  if (!IdentifierSchema.safeParse(conversation).success || !ASCII.test(conversation)) throw new CommandError("--conversation takes at most 128 ASCII characters.", EXIT.usage);
}

/** Where `send audio` puts a recording. */
export function recordingKey(id: string): string {
  return `sent/${id}`;
}

/** The identity travels as the object's metadata, where the audio-preprocessor looks for it. */
export async function upload(s3: S3Client, bucket: string, file: AudioFile, id: string, options: Pick<SendAudioOptions, "channel" | "conversation" | "language" | "route" | "speaker">): Promise<void> {
  const { channel, conversation = id, language, route, speaker } = options;
  const metadata = { id, "conversation-id": conversation, channel, language, route, speaker, "occurred-at": file.modifiedAt };
  await s3.send(
    new PutObjectCommand({
      Bucket: bucket,
      Key: recordingKey(id),
      Body: createReadStream(file.path),
      ContentLength: file.bytes,
      Metadata: Object.fromEntries(Object.entries(metadata).flatMap(([name, value]) => (value === undefined ? [] : [[`valence-${name}`, value]]))),
    }),
  );
}
