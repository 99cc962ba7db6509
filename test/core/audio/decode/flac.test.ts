import { describe, expect, it } from "vitest";
import { bits, bytes, flacFrame, flacHeader, hear } from "./audio-files.ts";

/** A subframe's first byte: padding, type, wasted bits. */
const verbatim = "00000010";
const constant = "00000000";

async function samplesOf(file: Uint8Array, scale: number): Promise<number[][]> {
  const { tracks } = await hear(file);
  return tracks.map((track) => Array.from(track, (sample) => sample * scale));
}

describe("FLAC, by hand", () => {
  it.each([8, 12, 16, 20, 24])("stores %i bits", async (width) => {
    const values = [-(2 ** (width - 1)), 2 ** (width - 1) - 1, 5, -5, 0];
    const file = bytes(flacHeader({ bits: width, totalSamples: 5 }), flacFrame(5, 0, verbatim + values.map((value) => bits(value, width)).join("")));

    expect(await samplesOf(file, 2 ** (width - 1))).toEqual([values]);
  });

  it("gives wasted bits back", async () => {
    const file = bytes(flacHeader({ totalSamples: 2 }), flacFrame(2, 0, `00000011001${bits(3, 13)}${bits(-4, 13)}`));

    expect(await samplesOf(file, 32_768)).toEqual([[24, -32]]);
  });

  it("reads residuals that escape from Rice coding", async () => {
    // Fixed predictor of order 1, one partition, parameter 15 (escape), 6 bits each.
    const file = bytes(flacHeader({ totalSamples: 4 }), flacFrame(4, 0, `00010010${bits(100, 16)}0000001111${bits(6, 5)}${bits(1, 6)}${bits(-31, 6)}${bits(7, 6)}`));

    expect(await samplesOf(file, 32_768)).toEqual([[100, 101, 70, 77]]);
  });

  it("predicts with coefficients and a shift", async () => {
    // LPC of order 2, 4-bit coefficients 3 and -1, shift 1, Rice parameter 1: residuals 0, -1, 2, which are 0, 1 and 4 when folded: 1 0, 1 1, 001 0.
    const rice = "10110010";
    const file = bytes(flacHeader({ totalSamples: 5 }), flacFrame(5, 0, `01000010${bits(10, 16)}${bits(12, 16)}${bits(3, 4)}${bits(1, 5)}${bits(3, 4)}${bits(-1, 4)}000000${bits(1, 4)}${rice}`));

    // (3·12 − 10) / 2 = 13; (3·13 − 12) / 2 = 13.5, down to 13, − 1 = 12; (3·12 − 13) / 2 = 11.5, down to 11, + 2 = 13.
    expect(await samplesOf(file, 32_768)).toEqual([[10, 12, 13, 12, 13]]);
  });

  it.each([
    ["left and side", 8, [16, 17], [100, 3], [[100], [97]]],
    ["side and right", 9, [17, 16], [3, 97], [[100], [97]]],
    ["mid and side", 10, [16, 17], [98, 3], [[100], [97]]],
  ] as const)("joins %s", async (_name, assignment, widths, values, expected) => {
    const subframes = values.map((value, index) => constant + bits(value, widths[index] ?? 0)).join("");
    const file = bytes(flacHeader({ channels: 2, totalSamples: 1 }), flacFrame(1, 0, subframes, assignment));

    expect(await samplesOf(file, 32_768)).toEqual(expected);
  });

  it("hears a stream whose length was not known, up to its end", async () => {
    const frame = (number: number): Uint8Array => flacFrame(4_096, number, constant + bits(77, 16));

    expect((await hear(bytes(flacHeader(), frame(0), frame(1), frame(2)))).tracks[0]).toHaveLength(3 * 4_096);
  });
});
