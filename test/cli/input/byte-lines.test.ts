import { describe, expect, it } from "vitest";
import { byteLines } from "../../../cli/input/byte-lines.ts";

async function linesOf(chunks: Buffer[], limit?: number): Promise<{ number: number; text: string; tooLong: boolean }[]> {
  async function* source(): AsyncGenerator<Buffer> {
    yield* chunks;
  }
  const lines = [];
  for await (const { number, bytes, tooLong } of byteLines(source(), limit)) lines.push({ number, text: bytes.toString("latin1"), tooLong });
  return lines;
}

describe("byteLines", () => {
  it("joins lines across chunks and counts blank ones", async () => {
    const lines = await linesOf([Buffer.from("on"), Buffer.from("e\n\nthr"), Buffer.from("ee\r\n"), Buffer.from("four")]);
    expect(lines.map(({ number, text }) => [number, text])).toEqual([[1, "one"], [2, ""], [3, "three"], [4, "four"]]);
  });

  it("keeps bytes that are not UTF-8", async () => {
    const lines = await linesOf([Buffer.from([0xff, 0xfe, 0x0a, 0x80])]);
    expect(lines.map(({ text }) => text)).toEqual(["\u00ff\u00fe", "\u0080"]);
  });

  it("cuts a line above the limit and goes on with the next", async () => {
    const lines = await linesOf([Buffer.from("12345"), Buffer.from("678\nshort\n")], 6);
    expect(lines).toEqual([
      { number: 1, text: "123456", tooLong: true },
      { number: 2, text: "short", tooLong: false },
    ]);
  });
});
