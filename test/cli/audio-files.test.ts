import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { audioFiles, recordingId } from "../../cli/audio-files.ts";
import { chunksOf } from "../../cli/send-live.ts";
import { encodeWav } from "../../core/audio/wav-file.ts";

const folder = mkdtempSync(join(tmpdir(), "valence-audio-files-"));
const ramp = Int16Array.from({ length: 20_000 }, (_, index) => index - 10_000);

async function collected<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

beforeAll(() => {
  mkdirSync(join(folder, "2026/11"), { recursive: true });
  writeFileSync(join(folder, "2026/11/b.WAV"), encodeWav([ramp, ramp.map((sample) => -sample)], 8_000));
  writeFileSync(join(folder, "a.mp3"), "not opened");
  writeFileSync(join(folder, "a.mp3.transcript.json"), "goes with its recording");
  writeFileSync(join(folder, "notes.txt"), "left out");
  writeFileSync(join(folder, "empty.wav"), "");
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("the files of a command line", () => {
  it("are those named, and of a folder those with an ending of audio", () => {
    rmSync(join(folder, "empty.wav"), { force: true });
    const notes: string[] = [];
    const files = audioFiles([folder, join(folder, "notes.txt")], (line) => notes.push(line));
    expect(files.map(({ name }) => name)).toEqual(["b.WAV", "a.mp3", "notes.txt"]);
    expect(notes).toEqual([`${folder}: 1 file without an audio ending left out`]);
  });

  it("must be there and hold something", () => {
    writeFileSync(join(folder, "empty.wav"), "");
    expect(() => audioFiles([join(folder, "gone.wav")], () => undefined)).toThrow("There is no file or folder");
    expect(() => audioFiles([join(folder, "empty.wav")], () => undefined)).toThrow("empty.wav is empty");
    expect(() => audioFiles([mkdtempSync(join(folder, "bare-"))], () => undefined)).toThrow("Nothing to send");
  });

  it("have an id of name and content", async () => {
    const [first] = audioFiles([join(folder, "a.mp3")], () => undefined);
    const id = await recordingId(first!);
    expect(id).toMatch(/^a\.mp3:[0-9a-f]{12}$/u);
    writeFileSync(join(folder, "a.mp3"), "other content");
    expect(await recordingId(first!)).not.toBe(id);
  });
});

describe("the chunks of a live conversation", () => {
  const call = () => audioFiles([join(folder, "2026/11/b.WAV")], () => undefined)[0]!;

  it("are the recording, cut, and only the last one is final", async () => {
    const chunks = await collected(chunksOf(call(), 1));
    expect(chunks.map(({ bytes, final, sequence }) => [sequence, bytes.length, final])).toEqual([
      [0, 32_000, false],
      [1, 32_000, false],
      [2, 16_000, true],
    ]);
    const whole = Buffer.concat(chunks.map(({ bytes }) => bytes));
    expect([0, 1, 19_999].map((index) => [whole.readInt16LE(index * 4), whole.readInt16LE(index * 4 + 2)])).toEqual([[-10_000, 10_000], [-9_999, 9_999], [9_999, -9_999]]);
  });

  it("end with a full one where the recording ends with it", async () => {
    const chunks = await collected(chunksOf(call(), 1.25));
    expect(chunks.map(({ final }) => final)).toEqual([false, true]);
  });

  it("fit into a record, or the message says which do", async () => {
    writeFileSync(join(folder, "wide.wav"), encodeWav([new Int16Array(96_000), new Int16Array(96_000)], 48_000));
    const [wide] = audioFiles([join(folder, "wide.wav")], () => undefined);
    await expect(collected(chunksOf(wide!, 2))).rejects.toThrow("use --chunk 1.36 or less");
  });

  it("cannot be made of what is no audio", async () => {
    const [text] = audioFiles([join(folder, "notes.txt")], () => undefined);
    await expect(collected(chunksOf(text!, 1))).rejects.toThrow(/notes\.txt cannot be sent live \(audio_unknown_codec\)/u);
  });
});
