import { describe, expect, it } from "vitest";
import { type AudioWindow, WindowCutter } from "../../model-server/window-cutter.ts";

const WINDOW = 8;
const HOP = 6;

function cut(length: number, blockLength: number): AudioWindow[] {
  const cutter = new WindowCutter(WINDOW, HOP);
  const windows: AudioWindow[] = [];
  for (let start = 0; start < length; start += blockLength) {
    const block = Float32Array.from({ length: Math.min(blockLength, length - start) }, (_, index) => start + index);
    windows.push(...cutter.push(block));
  }
  windows.push(...cutter.end());
  return windows;
}

describe("a window cutter with windows of 8 every 6", () => {
  it.each([
    { length: 3, expected: [[0, 3, 3]] },
    { length: 8, expected: [[0, 8, 8]] },
    { length: 9, expected: [[0, 8, 8], [1, 9, 1]] },
    { length: 14, expected: [[0, 8, 8], [6, 14, 6]] },
    { length: 15, expected: [[0, 8, 8], [6, 14, 6], [7, 15, 1]] },
  ])("cuts $length samples so that the last window ends with them", ({ length, expected }) => {
    expect(cut(length, 5).map(({ startSample, endSample, added }) => [startSample, endSample, added])).toEqual(expected);
  });

  it("gives each window the samples of its place, and weights that sum to the length, however the audio arrives", () => {
    for (let length = 1; length < 60; length += 1) {
      for (const blockLength of [1, 4, 7, 100]) {
        const windows = cut(length, blockLength);

        expect(windows.reduce((sum, { added }) => sum + added, 0)).toBe(length);
        for (const { startSample, endSample, samples } of windows) {
          expect([...samples]).toEqual(Array.from({ length: endSample - startSample }, (_, index) => startSample + index));
        }
      }
    }
  });

  it("finds no window in nothing", () => {
    expect(cut(0, 1)).toEqual([]);
  });
});
