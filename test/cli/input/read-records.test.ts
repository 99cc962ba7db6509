import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, describe, expect, it } from "vitest";
import { openInput } from "../../../cli/input/input-file.ts";
import { readRawLines, readRecords } from "../../../cli/input/read-records.ts";
import type { TextRecord } from "../../../core/contracts/text-record.ts";

const folder = mkdtempSync(join(tmpdir(), "valence-input-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const DEFAULTS = { channel: "review", occurredAt: "2026-03-01T10:00:00.000Z" } as const;

async function read(name: string, content: string | Buffer): Promise<{ records: TextRecord[]; keys: string[]; problems: [number, string][] }> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const [records, keys, problems]: [TextRecord[], string[], [number, string][]] = [[], [], []];
  for await (const item of readRecords(openInput(path), DEFAULTS)) {
    if (item.ok) {
      records.push(JSON.parse(item.data.toString("utf8")) as TextRecord);
      keys.push(item.partitionKey);
    } else {
      problems.push([item.line, item.problem]);
    }
  }
  return { records, keys, problems };
}

describe("text files", () => {
  it("sends a line each and passes over blank ones", async () => {
    const { records, problems } = await read("plain.txt", "Great!\n\n  \nAwful.\n");
    expect(records.map(({ text }) => text)).toEqual(["Great!", "Awful."]);
    expect(records[0]).toMatchObject({ schema: "valence.text/1", channel: "review", occurredAt: DEFAULTS.occurredAt });
    expect(problems).toEqual([]);
  });

  it("gives the same ids each time, other ids to other words, and keeps equal lines apart", async () => {
    const first = (await read("ids.txt", "same\nsame\nold\n")).records.map(({ id }) => id);
    const second = (await read("ids.txt", "same\nsame\nnew\n")).records.map(({ id }) => id);
    expect(second.slice(0, 2)).toEqual(first.slice(0, 2));
    expect(second[2]).not.toBe(first[2]);
    expect(new Set(first).size).toBe(3);
  });

  it("names a line that is not UTF-8 and reads the others", async () => {
    const { records, problems } = await read("latin.txt", Buffer.concat([Buffer.from("ok\n"), Buffer.from([0xe9, 0x0a]), Buffer.from("fine\n")]));
    expect(records.map(({ text }) => text)).toEqual(["ok", "fine"]);
    expect(problems).toEqual([[2, "the line is not UTF-8"]]);
  });

  it("reads gzip and says when it ends too early", async () => {
    const zipped = gzipSync("one\ntwo\n");
    expect((await read("zipped.txt.gz", zipped)).records).toHaveLength(2);
    await expect(read("cut.txt.gz", zipped.subarray(0, -8))).rejects.toThrow(/cut\.txt\.gz cannot be read to its end/u);
  });
});

describe("CSV files", () => {
  it("maps known columns, keeps others as attributes and leaves empty cells out", async () => {
    const { records, keys, problems } = await read(
      "reviews.csv",
      'Text,id,conversation_id,channel,speaker,turn,lang,occurred at,stars\n"Good, ""really""\ngood",r1,c1,chat,customer,2,pt-BR,2026-01-02 03:04:05,5\nBad,r2,,,,,,,1\n',
    );
    expect(problems).toEqual([]);
    expect(records).toEqual([
      {
        schema: "valence.text/1", id: "r1", conversationId: "c1", channel: "chat", speaker: "customer", turn: 2, language: "pt-BR",
        occurredAt: "2026-01-02T03:04:05Z", text: 'Good, "really"\ngood', attributes: { stars: "5" },
      },
      { schema: "valence.text/1", id: "r2", channel: "review", occurredAt: DEFAULTS.occurredAt, text: "Bad", attributes: { stars: "1" } },
    ]);
    expect(keys).toEqual(["c1", "r2"]);
  });

  it.each([";", "\t"])("finds the delimiter %j and takes a byte order mark away", async (delimiter) => {
    const { records } = await read("delimited.csv", `\uFEFFid${delimiter}text\n1${delimiter}hello, world\n`);
    expect(records).toMatchObject([{ id: "1", text: "hello, world" }]);
  });

  it("names a row with a missing cell and reads the rows after it", async () => {
    const { records, problems } = await read("ragged.csv", "text,id,label\ngood,1,positive\nbad,2\nfine,3,neutral\n");
    expect(records.map(({ id }) => id)).toEqual(["1", "3"]);
    expect(problems).toHaveLength(1);
    expect(problems[0]?.[1]).toMatch(/line 3/u);
  });

  it("names the field of a wrong value", async () => {
    const { problems } = await read("wrong.csv", "text,channel\nhello,emial\n");
    expect(problems[0]?.[1]).toMatch(/^channel: /u);
  });
});

describe("JSON lines", () => {
  it("passes text records as they are", async () => {
    const record = { schema: "valence.text/1", id: "a", conversationId: "c", channel: "email", occurredAt: "2026-01-01T00:00:00+02:00", text: "" };
    expect((await read("records.jsonl", JSON.stringify(record))).records).toEqual([record]);
  });

  it("maps other objects and keeps what it does not know", async () => {
    const { records } = await read("tweets.ndjson", '{"text":"Hi","lang":"en","label":"positive","split":"dev","stars":5,"tags":["a"],"speaker":"Phoebe","note":null}\n');
    expect(records[0]).toMatchObject({
      text: "Hi", language: "en", attributes: { label: "positive", split: "dev", stars: "5", tags: '["a"]', speaker: "Phoebe" },
    });
    expect(records[0]?.attributes).not.toHaveProperty("note");
  });

  it.each([
    ["{broken", /^not JSON: /u],
    ["[1]", /not an object/u],
    ['{"words":"hi"}', /no field text \(it has words\)/u],
    ['{"schema":"valence.text/9","text":"x"}', /"valence\.text\/9" is not valence\.text\/1/u],
    ['{"schema":"valence.text/1","id":"a","channel":"chat","occurredAt":"yesterday","text":"x"}', /^occurredAt: /u],
    ['{"text":5}', /^text: /u],
    ['{"text":"x","lang":"en","language":"pt"}', /language is given twice/u],
  ])("refuses %s", async (line, problem) => {
    const { records, problems } = await read("refused.jsonl", line);
    expect(records).toEqual([]);
    expect(problems[0]?.[1]).toMatch(problem);
  });
});

describe("readRawLines", () => {
  it("gives each line's bytes untouched", async () => {
    const path = join(folder, "raw.jsonl");
    const lines = [Buffer.from("{broken"), Buffer.from([0xff, 0x00]), Buffer.from("  ")];
    writeFileSync(path, Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")])));
    const sent: Buffer[] = [];
    for await (const item of readRawLines(openInput(path))) if (item.ok) sent.push(item.data);
    expect(sent).toEqual(lines);
  });
});
