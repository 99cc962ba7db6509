import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FlagSchema, ScoresFromSchema } from "../../core/contracts/sentiment-result.ts";
import { redshiftColumns } from "../../core/tables/redshift-columns.ts";
import { resultViews } from "../../core/tables/result-views.ts";
import { WarehouseEngine } from "../../local/redshift-data/warehouse-engine.ts";
import { MemoryStream, migrate, REFRESH, sampleResult, temporaryFolder } from "../local/redshift-data/warehouse-fixture.ts";

const guide = readFileSync(new URL("../../docs/analysts-guide.md", import.meta.url), "utf8");

/** The cells of the table under a heading, without its two head lines. */
function tableUnder(heading: string): string[][] {
  const section = guide.split(`\n## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
  const lines = section.split("\n").filter((line) => line.startsWith("|"));
  return lines.slice(2).map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
}

const unquoted = (cell: string | undefined) => cell?.replaceAll("`", "");

describe("the guide names", () => {
  it("every column of valence.results, with its type", () => {
    const documented = tableUnder("The columns of `valence.results`").map(([name, type, nullable]) => [unquoted(name), unquoted(type), nullable]);
    expect(documented).toEqual([
      ...redshiftColumns().map(({ name, type, nullable }) => [name, type, nullable ? "yes" : "no"]),
      ["published_at", "timestamp", "no"],
    ]);
  });

  it("every flag", () => {
    expect(tableUnder("Flags").map(([flag]) => unquoted(flag))).toEqual(FlagSchema.options);
  });

  it("every source of scores", () => {
    expect(tableUnder("Where scores come from").map(([source]) => unquoted(source))).toEqual(ScoresFromSchema.options);
  });

  it("every view", () => {
    expect(tableUnder("What there is").map(([view]) => unquoted(view))).toEqual(resultViews().map(({ name }) => name));
  });
});

describe("the guide's queries", () => {
  const queries = [...guide.matchAll(/```sql\n([\s\S]*?)```/gu)].map(([, sql]) => sql!);
  const place = temporaryFolder();
  let engine: WarehouseEngine;

  beforeAll(async () => {
    const kinesis = new MemoryStream();
    engine = await WarehouseEngine.open({ folder: place.folder, kinesis });
    await migrate(engine);
    for (let index = 0; index < 40; index++) kinesis.put(sampleResult(index, { occurredAt: new Date(Date.now() - index * 3_600_000).toISOString() }), index % 2);
    // A call going badly, whose polite words hide an angry voice.
    const scores = { positive: 0.1, neutral: 0.1, negative: 0.8 };
    const call = { conversationId: "call", id: "call", channel: "call", speaker: "customer", modality: "fused", sentiment: { label: "negative", scores, confidence: 0.8, scoresFrom: "combined" } } as const;
    kinesis.put(sampleResult(41, { ...call, resultId: "a".repeat(32), flags: ["modalities_disagree"], fusion: { text: { positive: 0.8, neutral: 0.1, negative: 0.1, weight: 1 }, voice: { ...scores, weight: 1 }, disagreement: 0.7 } }));
    kinesis.put(sampleResult(42, { ...call, resultId: "b".repeat(32), scope: "conversation", trend: -0.7, turns: 1, flags: ["running"] }));
    await engine.run(REFRESH);
  });
  afterAll(async () => {
    await engine.close();
    place.remove();
  });

  it("are fourteen", () => {
    expect(queries).toHaveLength(14);
  });

  it.each(queries.map((sql) => [sql.split("\n")[0], sql]))("%s", async (_, sql) => {
    const { rows, columns } = await engine.run(sql);
    expect(rows.length).toBeGreaterThan(0);
    expect(columns.every(({ name }) => /^[a-z_]+$/u.test(name))).toBe(true);
  });

  it.each(tableUnder("What there is").slice(1))("show the columns %s has", async (view, description) => {
    const { columns } = await engine.run(`SELECT * FROM ${unquoted(view)} LIMIT 1`);
    const documented = [...description.split(":").slice(1).join(":").matchAll(/`(\w+)`/gu)].map(([, name]) => name);
    expect(documented).toEqual(columns.map(({ name }) => name));
  });
});
