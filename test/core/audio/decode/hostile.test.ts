import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AudioRefusedError } from "../../../../core/contracts/audio-refusal.ts";
import { fixture, hear, wav } from "./audio-files.ts";
import { HOSTILE_FILES } from "./hostile-files.ts";

const LONGEST_MS = 1_000;

// The WebAssembly decoders write what they do not understand to the console.
beforeEach(() => void vi.spyOn(console, "error").mockReturnValue());
afterEach(() => vi.restoreAllMocks());

async function refusalOf(...arguments_: Parameters<typeof hear>): Promise<AudioRefusedError> {
  const error: unknown = await hear(...arguments_).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AudioRefusedError) return error;
  throw new Error("it was not refused", { cause: error });
}

describe("hostile files", () => {
  it("are 50 or more", () => {
    expect(HOSTILE_FILES.length).toBeGreaterThanOrEqual(50);
  });

  it.each(HOSTILE_FILES)("$what: $code", async ({ bytes, code, says, limits, headerless }) => {
    const started = process.cpuUsage();
    const refusal = await refusalOf(bytes, { ...(limits && { limits }), ...(headerless && { headerless }) });
    const { user, system } = process.cpuUsage(started);

    expect(`${refusal.code}: ${refusal.message}`).toContain(`${code}: `);
    expect(refusal.message).toContain(says ?? "");
    // Time of the processor: a wait for other tests is not the decoder's.
    expect((user + system) / 1_000).toBeLessThan(LONGEST_MS);
  });
});

/** The codes for a file cut at each length from the first up to the last. */
async function refusalsOfCuts(file: Uint8Array, first: number, last: number): Promise<Set<string>> {
  const codes = new Set<string>();
  for (let length = first; length < last; length++) codes.add((await refusalOf(file.subarray(0, length))).code);
  return codes;
}

describe("files cut at every byte of their headers", () => {
  it("a WAV file, from no byte to its first sample", async () => {
    const codes: string[] = [];
    for (let length = 0; length <= 46; length++) codes.push((await refusalOf(wav().subarray(0, length))).code);

    // Three letters are no RIFF; behind the format chunk there is a header without a sample.
    expect(codes.map((code) => code.replace("audio_", ""))).toEqual(["empty", ...Array.from({ length: 3 }, () => "unknown_codec"), ...Array.from({ length: 32 }, () => "truncated"), "empty", ...Array.from({ length: 10 }, () => "truncated")]);
  });

  it.each(["flac-16-16k-stereo.flac", "opus-mono.opus", "vorbis-16k-mono.ogg"])("%s, its first 120 bytes", async (name) => {
    expect(await refusalsOfCuts(fixture(name), 4, 120)).toEqual(new Set(["audio_truncated"]));
  });

  it("MP3, from the second byte of its first frame on", async () => {
    const file = fixture("mp3-cbr-8k-mono.mp3");
    const start = Buffer.from(file).indexOf(Uint8Array.of(0xff, 0xe3));

    expect(await refusalsOfCuts(file.subarray(start), 4, 110)).toEqual(new Set(["audio_truncated"]));
  });
});

describe("what the stream itself throws", () => {
  it("goes through, since it may work next time", async () => {
    const { decodeAudio } = await import("../../../../core/audio/decode/decode-audio.ts");
    const broken = async function* (): AsyncGenerator<Uint8Array> {
      yield wav().subarray(0, 100);
      throw new TypeError("connection reset");
    };
    const { blocks } = await decodeAudio(broken(), { maximumBytes: 1_000, maximumSeconds: 10 });

    await expect(blocks[Symbol.asyncIterator]().next()).rejects.toThrow("connection reset");
  });

  it("is closed when a file is refused, and when the caller stops", async () => {
    const { decodeAudio } = await import("../../../../core/audio/decode/decode-audio.ts");
    let closed = 0;
    const watched = async function* (file: Uint8Array): AsyncGenerator<Uint8Array> {
      try {
        yield file;
        yield file;
      } finally {
        closed++;
      }
    };
    await expect(decodeAudio(watched(wav({ sampleRate: 0 })), { maximumBytes: 10_000, maximumSeconds: 10 })).rejects.toThrow("0 Hz");
    const { blocks } = await decodeAudio(watched(wav({ dataSize: 0, riffSize: 0 })), { maximumBytes: 10_000, maximumSeconds: 10 });
    for await (const block of blocks) if (block.length > 0) break;

    expect(closed).toBe(2);
  });
});
