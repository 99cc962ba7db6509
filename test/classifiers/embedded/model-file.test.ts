import { describe, expect, it } from "vitest";
import { decodeModelFile, decodeWeight, encodeModelFile, encodeWeight, ModelFileError, type ModelHeader } from "../../../classifiers/embedded/model-file.ts";

const header: ModelHeader = {
  version: "1.2.3",
  bucketBits: 8,
  largestWeight: 2,
  lowConfidence: 0.5,
  listed: { words: 3, positive: [1, -1], negative: [-1, 1], positiveNegated: [0, 0.5], negativeNegated: [0, 0] },
  languages: { en: { bias: [0.1, 0, -0.1], sharpness: 1.5, confidence: { slope: 1, offsets: [0, 0.5, -0.5], longestLead: 3 } } },
};
const weights = Int8Array.from({ length: 512 }, (_, index) => (index % 255) - 127);
const content = { header, weights, listedHashes: Uint32Array.of(1, 70_000, 0xffffffff), listedValences: Int8Array.of(-5, 3, 1) };

function changed(change: (file: Buffer) => Buffer | void): Uint8Array {
  const file = Buffer.from(encodeModelFile(content));
  return change(file) ?? file;
}

describe("the model file", () => {
  it("comes back as it was written", () => {
    const file = decodeModelFile(encodeModelFile(content));
    expect(file).toMatchObject(content);
    expect(file.digest).toMatch(/^[0-9a-f]{64}$/u);
  });

  it("is the same bytes each time", () => {
    expect(encodeModelFile(content)).toEqual(encodeModelFile(content));
  });

  it.each([
    ["empty", changed(() => Buffer.alloc(0)), "only 0 bytes"],
    ["of another kind", changed((file) => void file.write("PK")), 'begins with "PKLTEXT1"'],
    ["cut", changed((file) => file.subarray(0, -1)), "it was cut or changed"],
    ["changed in one bit", changed((file) => void (file[300] = file[300]! ^ 1)), "it was cut or changed"],
    ["short of weights", encodeModelFile({ ...content, weights: weights.subarray(1) }), "526 bytes of weights and words instead of 527"],
  ])("is refused when it is %s, with what to do", (_, bytes, problem) => {
    expect(() => decodeModelFile(bytes)).toThrow(ModelFileError);
    expect(() => decodeModelFile(bytes)).toThrow(problem);
    expect(() => decodeModelFile(bytes)).toThrow("npm run train:text");
  });

  it("keeps weights within a hundredth of the largest, small ones closer", () => {
    for (const weight of [-2, -1, -0.3, -0.01, 0, 0.0005, 0.02, 0.5, 1.9]) {
      const back = decodeWeight(encodeWeight(weight, 2), 2);
      expect(Math.abs(back - weight)).toBeLessThan(0.02 * Math.sqrt(Math.abs(weight) / 2) + 0.0001);
    }
  });
});
