import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { decodeAudio } from "../../../core/audio/decode/decode-audio.ts";
import type * as Upload from "../../../lambdas/live-audio/recording-upload.ts";
import { AudioStage, BUCKETS, slowDown } from "../support/audio-stage.ts";
import { coldStart, functionEnvironment } from "../support/load-handler.ts";

const MIB = 1024 * 1024;

describe("an upload", () => {
  let stage: AudioStage;
  let module: typeof Upload;
  const signal = AbortSignal.timeout(60_000);

  beforeEach(async () => {
    stage = new AudioStage();
    const environment = functionEnvironment("", { POWERTOOLS_SERVICE_NAME: "test", POWERTOOLS_TRACE_ENABLED: "false", ...(await stage.start()) });
    module = await coldStart<typeof Upload>(environment, () => import("../../../lambdas/live-audio/recording-upload.ts"));
  });

  afterEach(async () => {
    await stage.stop();
    vi.unstubAllEnvs();
  });

  it.each([0, 1, 5 * MIB - 1, 5 * MIB, 17 * MIB + 3])("of %i bytes is whole, in its order", async (bytes) => {
    const content = Buffer.alloc(bytes, "0123456789abcdefghijklmnopqrstuvwxyz");
    const upload = new module.RecordingUpload(BUCKETS.recordings, "a.wav", signal);
    for (let start = 0; start < bytes; start += 700_001) await upload.write(content.subarray(start, start + 700_001));
    await upload.finish();

    expect((await stage.objects.get(BUCKETS.recordings, "a.wav")).equals(content)).toBe(true);
  });

  it("is no object when a part cannot be put", async () => {
    stage.hook = ({ query }) => (query.get("partNumber") === "2" ? slowDown() : undefined);
    const upload = new module.RecordingUpload(BUCKETS.recordings, "a.wav", signal);
    await upload.write(Buffer.alloc(6 * MIB));
    await upload.write(Buffer.alloc(6 * MIB));

    await expect(upload.finish()).rejects.toMatchObject({ name: "SlowDown" });
    expect(await stage.keys("recordings")).toEqual([]);
  });

  it("has a header that says how much follows", async () => {
    const file = Buffer.concat([module.wavHeader(2, 8_000, 4_000), Buffer.alloc(4_000)]);
    const one = async function* (): AsyncGenerator<Uint8Array> {
      yield file;
    };
    const { blocks, format } = await decodeAudio(one(), { maximumSeconds: 10, maximumBytes: 10_000 });
    let frames = 0;
    for await (const [left] of blocks) frames += left!.length;

    expect(format).toMatchObject({ channels: 2, sampleRate: 8_000, codec: "pcm_s16le" });
    expect(frames).toBe(1_000);
  });
});
