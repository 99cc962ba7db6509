import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { LARGEST_RECORDING_BYTES, readRecordings } from "../../../cli/conversation-page/recordings.ts";

/** A bucket that holds these objects; anything else is missing. Sizes may be said larger than they are. */
function bucketOf(objects: Record<string, { content: Buffer; size?: number }>): { client: S3Client; read: string[] } {
  const client = new S3Client({ region: "eu-west-1" });
  const read: string[] = [];
  client.send = (async (command: unknown) => {
    if (!(command instanceof GetObjectCommand)) throw new Error("not programmed");
    const address = `${command.input.Bucket}/${command.input.Key}`;
    const object = objects[address];
    if (object === undefined) throw Object.assign(new Error("The specified key does not exist."), { name: "NoSuchKey" });
    return {
      ContentLength: object.size ?? object.content.length,
      Body: {
        destroy: () => undefined,
        transformToByteArray: async () => {
          read.push(address);
          return object.content;
        },
      },
    };
  }) as typeof client.send;
  return { client, read };
}

const magic = (text: string): { content: Buffer } => ({ content: Buffer.from(`${text}0000`, "latin1") });

describe("the recordings of a page", () => {
  it.each([
    ["RIFF", "audio/wav"],
    ["fLaC", "audio/flac"],
    ["OggS", "audio/ogg"],
    ["ID3", "audio/mpeg"],
    ["\u00ff\u00fb", "audio/mpeg"],
  ])("are embedded by what they are: %s is %s", async (start, type) => {
    const [recording] = await readRecordings(["s3://b/folder/call.bin"], {}, bucketOf({ "b/folder/call.bin": magic(start) }).client);
    expect(recording).toEqual({ address: "s3://b/folder/call.bin", dataUri: `data:${type};base64,${magic(start).content.toString("base64")}` });
  });

  it("are left out with the reason: missing, of another kind, no address", async () => {
    const { client } = bucketOf({ "b/text": magic("hello") });
    expect(await readRecordings(["s3://b/gone", "s3://b/text", "file.wav"], {}, client)).toEqual([
      { address: "s3://b/gone", missing: "NoSuchKey: The specified key does not exist." },
      { address: "s3://b/text", missing: "what lies there is neither WAV, FLAC, Ogg nor MP3" },
      { address: "file.wav", missing: "it is no address of an object in S3" },
    ]);
  });

  it("are not even read when larger than a page may hold", async () => {
    const { client, read } = bucketOf({ "b/long.wav": { ...magic("RIFF"), size: LARGEST_RECORDING_BYTES + 1 } });
    expect((await readRecordings(["s3://b/long.wav"], {}, client))[0]?.missing).toMatch(/^it has 25\.0 MiB, and a page holds at most 25\.0 MiB/u);
    expect(read).toEqual([]);
  });
});
