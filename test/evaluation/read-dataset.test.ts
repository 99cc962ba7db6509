import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { DatasetError, readDataset } from "../../evaluation/read-dataset.ts";

const folder = mkdtempSync(join(tmpdir(), "valence-dataset-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const LINE = JSON.stringify({ text: "Bom demais 😊", label: "positive", lang: "pt-BR", split: "train" });

describe("a data set", () => {
  it("is read in order, without the keys nobody asked for", () => {
    const path = file("two.jsonl", `${LINE}\n\n{"text":"so so","label":"neutral","lang":"en"}\r\n`);
    expect(readDataset(path)).toEqual([
      { text: "Bom demais 😊", label: "positive", lang: "pt-BR" },
      { text: "so so", label: "neutral", lang: "en" },
    ]);
  });

  it("may be gzipped", () => {
    expect(readDataset(file("one.jsonl.gz", gzipSync(LINE)))).toHaveLength(1);
  });

  it.each([
    ["a line that is not JSON", `${LINE}\n{"text":`, "line 2: not JSON"],
    ["an unknown label", '{"text":"a secret","label":"angry","lang":"en"}', "line 1: label"],
    ["an empty text", '{"text":"","label":"neutral","lang":"en"}', "line 1: text"],
    ["a missing language", '{"text":"a secret","label":"neutral"}', "line 1: lang"],
    ["no line at all", "\n", "no labelled text"],
  ])("is refused for %s, without quoting the text", (_, content, message) => {
    const path = file("bad.jsonl", content);
    expect(() => readDataset(path)).toThrow(DatasetError);
    expect(() => readDataset(path)).toThrow(message);
    expect(() => readDataset(path)).not.toThrow("a secret");
  });

  it.each([
    ["missing", () => join(folder, "nowhere.jsonl")],
    ["not gzip", () => file("plain.jsonl.gz", LINE)],
    ["not UTF-8", () => file("latin.jsonl", Buffer.from([0x7b, 0xe9, 0x7d]))],
  ])("is refused by name when it is %s", (_, path) => {
    expect(() => readDataset(path())).toThrow(/cannot be read/u);
  });
});
