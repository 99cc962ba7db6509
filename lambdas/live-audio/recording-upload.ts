import { CompleteMultipartUploadCommand, CreateMultipartUploadCommand, UploadPartCommand } from "@aws-sdk/client-s3";
import { encodeWav } from "../../core/audio/wav-file.ts";
import { Lanes } from "../shared/in-lanes.ts";
import { s3Client } from "../shared/s3-client.ts";
import { putObject } from "../shared/s3-objects.ts";

/** S3's least size of a part but the last. Small parts end within the time a call may take; at 10,000 parts they suffice for 48 GiB. */
const PART_BYTES = 5 * 1024 * 1024;
const PARTS_IN_FLIGHT = 4;
const CONTENT_TYPE = "audio/wav";

/** The header of a WAV file whose samples follow: PCM of 16 bits. @param bytes of all samples. */
export function wavHeader(channels: number, sampleRate: number, bytes: number): Uint8Array {
  const header = encodeWav(Array.from({ length: channels }, () => new Int16Array(0)), sampleRate);
  const view = new DataView(header.buffer);
  view.setUint32(4, header.length - 8 + bytes, true);
  view.setUint32(40, bytes, true);
  return header;
}

/** An object that is written as it is made: in one piece when it is small, in parts otherwise. Parts of one that failed expire by the bucket's life cycle. */
export class RecordingUpload {
  readonly #target: { Bucket: string; Key: string };
  readonly #signal: AbortSignal;
  readonly #sending = new Lanes(PARTS_IN_FLIGHT);
  readonly #etags: string[] = [];
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #uploadId: string | undefined;

  constructor(bucket: string, key: string, signal: AbortSignal) {
    this.#target = { Bucket: bucket, Key: key };
    this.#signal = signal;
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    if (this.#waitingBytes >= PART_BYTES) await this.#sendPart();
  }

  async finish(): Promise<void> {
    if (this.#uploadId === undefined) {
      await putObject(this.#target.Bucket, this.#target.Key, Buffer.concat(this.#waiting), { contentType: CONTENT_TYPE }, this.#signal);
      return;
    }
    if (this.#waitingBytes > 0) await this.#sendPart();
    await this.#sending.settled();
    const Parts = this.#etags.map((ETag, index) => ({ ETag, PartNumber: index + 1 }));
    const command = new CompleteMultipartUploadCommand({ ...this.#target, UploadId: this.#uploadId, MultipartUpload: { Parts } });
    await (await s3Client()).send(command, { abortSignal: this.#signal });
  }

  async #sendPart(): Promise<void> {
    const client = await s3Client();
    this.#uploadId ??= (await client.send(new CreateMultipartUploadCommand({ ...this.#target, ContentType: CONTENT_TYPE }), { abortSignal: this.#signal })).UploadId;
    const Body = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    const index = this.#etags.length;
    this.#etags.push("");
    await this.#sending.add(async () => {
      const command = new UploadPartCommand({ ...this.#target, UploadId: this.#uploadId, PartNumber: index + 1, Body });
      this.#etags[index] = (await client.send(command, { abortSignal: this.#signal })).ETag ?? "";
    });
  }
}
