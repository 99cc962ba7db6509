import { describe, expect, it } from "vitest";
import { bytes, chunk, extensible, hear, littleEndian, wav } from "./audio-files.ts";

const float32 = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer);
const float64 = (...values: number[]): Uint8Array => new Uint8Array(Float64Array.from(values).buffer);

describe("WAV encodings, by the values their definitions give", () => {
  it.each([
    ["pcm_u8", { bits: 8, data: [0, 128, 255, 129] }, [-1, 0, 127 / 128, 1 / 128]],
    ["pcm_s16le", { bits: 16, data: [0x00, 0x80, 0xff, 0x7f, 0xff, 0xff] }, [-1, 32_767 / 32_768, -1 / 32_768]],
    ["pcm_s24le", { bits: 24, data: [0, 0, 0x80, 0xff, 0xff, 0x7f, 0xff, 0xff, 0xff, 1, 2, 3] }, [-1, 8_388_607 / 8_388_608, -1 / 8_388_608, 197_121 / 8_388_608]],
    ["pcm_s32le", { bits: 32, data: [0, 0, 0, 0x80, 0, 0, 0, 0x40] }, [-1, 0.5]],
    ["pcm_f32le", { tag: 3, bits: 32, data: float32(0.25, -1.5) }, [0.25, -1.5]],
    ["pcm_f64le", { tag: 3, bits: 64, data: float64(0.1, -2) }, [Math.fround(0.1), -2]],
    // G.711: codes and the 16-bit values of its tables.
    ["alaw", { tag: 6, bits: 8, data: [0xd5, 0x55, 0xaa, 0x2a, 0x80] }, [8, -8, 32_256, -32_256, 5_504].map((value) => value / 32_768)],
    ["mulaw", { tag: 7, bits: 8, data: [0xff, 0x7f, 0x80, 0x00, 0xef] }, [0, 0, 32_124, -32_124, 132].map((value) => value / 32_768)],
  ])("%s", async (codec, fields, expected) => {
    const { format, tracks } = await hear(wav(fields));

    expect(format).toMatchObject({ container: "wav", codec, bitsPerSample: fields.bits, lossy: false });
    expect(tracks).toEqual([Float32Array.from(expected)]);
  });
});

describe("WAV containers", () => {
  const samples = [1, 0, 2, 0, 3, 0, 4, 0];
  const expected = [Float32Array.of(1, 2, 3, 4).map((value) => value / 32_768)];
  const long = bytes(littleEndian(0, 8), littleEndian(8, 8), littleEndian(4, 8), littleEndian(0, 4));

  it.each([
    ["an extensible header", wav({ tag: 0xff_fe, extension: extensible(1, 16), data: samples })],
    ["an extensible header that says 0 valid bits", wav({ tag: 0xff_fe, extension: extensible(1, 0), data: samples })],
    ["a format chunk of 18 bytes", wav({ extension: [0, 0], data: samples })],
    ["chunks of odd sizes before the data", wav({ before: bytes(chunk("LIST", [1, 2, 3]), chunk("bext", [9])), data: samples })],
    ["chunks behind the data", wav({ data: samples, after: chunk("LIST", [1, 2, 3, 4]) })],
    ["the size 0 of a writer that streams", wav({ data: samples, dataSize: 0, riffSize: 0 })],
    ["the size 0 of a recorder that was cut off", wav({ data: samples, dataSize: 0, riffSize: 36 })],
    ["the size of ffmpeg's streams", wav({ data: samples, dataSize: 0xff_ff_ff_ff, riffSize: 0xff_ff_ff_ff })],
    ["the size of SoX's streams", wav({ data: samples, dataSize: 0x7f_ff_ff_ff - 36, riffSize: 0x7f_ff_ff_ff })],
    ["RF64 with its size of 64 bits", bytes("RF64", wav({ before: chunk("ds64", long), data: samples, dataSize: 0xff_ff_ff_ff, riffSize: 0xff_ff_ff_ff }).subarray(4), chunk("LIST", [5, 5]))],
  ])("%s", async (_name, file) => {
    const { tracks } = await hear(file, { chunk: 5 });

    expect(tracks).toEqual(expected);
  });

  it("takes interleaved channels apart", async () => {
    const { tracks } = await hear(wav({ channels: 2, data: samples }));

    expect(tracks).toEqual([Float32Array.of(1, 3).map((value) => value / 32_768), Float32Array.of(2, 4).map((value) => value / 32_768)]);
  });

  it("reads 12 bits in containers of 16 as the 16 they fill", async () => {
    const { tracks, format } = await hear(wav({ bits: 12, blockAlign: 2, data: samples }));

    expect(format.bitsPerSample).toBe(12);
    expect(tracks).toEqual(expected);
  });
});

describe("audio without a header", () => {
  it.each([
    ["pcm_s16le", [0, 0x80, 0xff, 0x7f], [-1, 32_767 / 32_768]],
    ["mulaw", [0x80, 0x00], [32_124 / 32_768, -32_124 / 32_768]],
    ["alaw", [0xaa, 0x2a], [32_256 / 32_768, -32_256 / 32_768]],
  ] as const)("%s", async (encoding, data, expected) => {
    const { format, tracks } = await hear(Uint8Array.from(data), { headerless: { encoding, sampleRate: 8_000, channels: 2 } });

    expect(format).toMatchObject({ container: "raw", codec: encoding, sampleRate: 8_000, channels: 2 });
    expect(tracks).toEqual(expected.map((value) => Float32Array.of(value)));
  });
});
