import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { cutToWidth, renderTable } from "../../cli/table.ts";
import { toCsv, toJson } from "../../cli/print-rows.ts";

const COLUMNS = [
  { name: "word", align: "left" },
  { name: "rows", align: "right" },
] as const;

describe("renderTable", () => {
  it("aligns by what the terminal shows, wide characters included", () => {
    const lines = renderTable(COLUMNS, [["日本語", 1], ["ok 👍🏽", 1_000], [null, null]]);
    expect(lines).toEqual(["word    rows", "──────  ────", "日本語     1", "ok 👍🏽   1000", "NULL    NULL"]);
    expect(new Set(lines.map((line) => stringWidth(line))).size).toBe(1);
  });

  it("cuts the widest column to the width", () => {
    const lines = renderTable(COLUMNS, [["a very long text that goes on and on", 12]], 24);
    expect(lines[2]).toBe("a very long text…     12");
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(24);
  });

  it("keeps line breaks and escape sequences out of the terminal", () => {
    expect(renderTable(COLUMNS, [["a\nb\u001b[31mc", 1]])[2]).toBe("a b [31mc     1");
  });

  it("renders many rows", () => {
    expect(renderTable(COLUMNS, Array.from({ length: 200_000 }, (_, index) => ["x", index]))).toHaveLength(200_002);
  });
});

describe("cutToWidth", () => {
  it("never cuts through what a reader sees as one character", () => {
    expect(cutToWidth("👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 5)).toBe("👩‍👩‍👧‍👦👩‍👩‍👧‍👦…");
  });
});

describe("CSV and JSON", () => {
  const rows = [['say "hi", now', 1], ["", null]];
  it("quotes CSV and tells NULL from an empty text", () => {
    expect(toCsv(COLUMNS, rows)).toBe('word,rows\r\n"say ""hi"", now",1\r\n"",\r\n');
  });
  it("writes JSON and keeps columns of the same name apart", () => {
    expect(JSON.parse(toJson([COLUMNS[1], COLUMNS[1]], [[1, null]]))).toEqual([{ rows: 1, rows_2: null }]);
    expect(JSON.parse(toJson([{ name: "flags", align: "left", json: true }], [['["mixed"]'], [null]]))).toEqual([{ flags: ["mixed"] }, { flags: null }]);
    expect(toJson(COLUMNS, [])).toBe("[]");
  });
});
