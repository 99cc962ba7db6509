import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { bytes } from "../terminal.ts";

/** A recording of the conversation, for the page. */
export interface PageRecording {
  /** `s3://bucket/key` */
  address: string;
  /** `data:audio/…;base64,…` */
  dataUri?: string;
  /** Why it is not there. */
  missing?: string;
}

/** What a page may hold without becoming a burden to open or to mail. */
export const LARGEST_RECORDING_BYTES = 25 * 1024 * 1024;

/** Each recording whole, or why it cannot be had: a page without its sound is still a page. */
export async function readRecordings(addresses: readonly string[], clientConfiguration: object, client = new S3Client(clientConfiguration)): Promise<PageRecording[]> {
  const recordings: PageRecording[] = [];
  let room = LARGEST_RECORDING_BYTES;
  try {
    for (const address of addresses) {
      const recording = await readRecording(client, address, room);
      if (recording.dataUri !== undefined) room -= recording.dataUri.length * 0.75;
      recordings.push(recording);
    }
  } finally {
    client.destroy();
  }
  return recordings;
}

async function readRecording(client: S3Client, address: string, room: number): Promise<PageRecording> {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/su.exec(address) ?? [];
  if (bucket === undefined || key === undefined) return { address, missing: "it is no address of an object in S3" };
  try {
    const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    if (Body === undefined) return { address, missing: "S3 gave it no content" };
    if (ContentLength > room) {
      if ("destroy" in Body) Body.destroy();
      return { address, missing: `it has ${bytes(ContentLength)}, and a page holds at most ${bytes(LARGEST_RECORDING_BYTES)} of recordings` };
    }
    const content = Buffer.from(await Body.transformToByteArray());
    const type = mediaType(content);
    if (type === undefined) return { address, missing: "what lies there is neither WAV, FLAC, Ogg nor MP3" };
    return { address, dataUri: `data:${type};base64,${content.toString("base64")}` };
  } catch (error) {
    return { address, missing: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

/** By the first bytes, as the decoder tells them; undefined for what no browser plays. */
function mediaType(content: Buffer): string | undefined {
  const magic = content.toString("latin1", 0, 4);
  if (magic === "RIFF") return "audio/wav";
  if (magic === "fLaC") return "audio/flac";
  if (magic === "OggS") return "audio/ogg";
  if (magic.startsWith("ID3") || (content[0] === 0xff && ((content[1] ?? 0) & 0xe0) === 0xe0)) return "audio/mpeg";
  return undefined;
}
