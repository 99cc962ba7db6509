import { describe, expect, it } from "vitest";
import { encodeWav, fromPcm16, toPcm16 } from "../../../core/audio/wav-file.ts";
import { hear } from "./decode/audio-files.ts";

describe("toPcm16", () => {
  it("rounds to the nearest and clamps beyond full scale", () => {
    expect([...toPcm16(Float32Array.of(0, 1 / 32_768, 0.7 / 32_768, -0.7 / 32_768, 1, 1.5, -1, -1.5))]).toEqual([0, 1, 1, -1, 32_767, 32_767, -32_768, -32_768]);
  });

  it("gives back every 16-bit number that fromPcm16 was given", () => {
    const all = Int16Array.from({ length: 65_536 }, (_, index) => index - 32_768);

    expect(Buffer.from(toPcm16(fromPcm16(all)).buffer).equals(Buffer.from(all.buffer))).toBe(true);
  });
});

describe("encodeWav", () => {
  it("writes a header of 44 bytes and interleaved samples", () => {
    const file = Buffer.from(encodeWav([Int16Array.of(1, -2), Int16Array.of(3, 4)], 16_000));

    expect(file.toString("hex")).toBe("524946462c00000057415645666d74201000000001000200803e000000fa000004001000646174610800000001000300feff0400");
  });

  it("writes what the decoder reads", async () => {
    const left = Float32Array.of(0, 0.5, -0.5, 1 / 32_768);
    const right = Float32Array.of(-1, 0.25, 0, -1 / 32_768);

    const { format, tracks } = await hear(encodeWav([left, right], 44_100));

    expect(format).toMatchObject({ codec: "pcm_s16le", sampleRate: 44_100, channels: 2 });
    expect(tracks).toEqual([left, right]);
  });

  it("refuses channels of different lengths and no channel at all", () => {
    expect(() => encodeWav([new Float32Array(2), new Float32Array(3)], 8_000)).toThrow("2 and 3");
    expect(() => encodeWav([], 8_000)).toThrow("at least one channel");
  });
});
