import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { toCsv } from "../../cli/print-rows.ts";
import { readLabelledTurns } from "../../cli/read-labelled-turns.ts";
import type { SentimentResult } from "../../core/contracts/sentiment-result.ts";
import { DEFAULT_FUSION_WEIGHTS } from "../../core/fusion/default-weights.ts";
import { LEAST_PROBABILITY } from "../../core/fusion/calibrate.ts";
import { WarehouseEngine } from "../../local/redshift-data/warehouse-engine.ts";
import { TURN_FIELDS } from "../../evaluation/fusion/labelled-turn.ts";
import { MemoryStream, migrate, REFRESH, sampleResult, temporaryFolder } from "../local/redshift-data/warehouse-fixture.ts";

const page = readFileSync(new URL("../../docs/fusion.md", import.meta.url), "utf8");

describe("docs/fusion.md", () => {
  const place = temporaryFolder();
  const folder = mkdtempSync(join(tmpdir(), "valence-fusion-page-"));
  let engine: WarehouseEngine;

  beforeAll(async () => {
    const kinesis = new MemoryStream();
    engine = await WarehouseEngine.open({ folder: place.folder, kinesis });
    await migrate(engine);
    const model = { provider: "valence", id: "late-fusion", version: DEFAULT_FUSION_WEIGHTS.version };
    const call: Partial<SentimentResult> = { conversationId: "call", id: "call", channel: "call", recording: "s3://recordings/call.wav", modality: "fused", model, flags: ["narrowband", "modalities_disagree"] };
    const [text, voice] = [{ positive: 0.8, neutral: 0.15, negative: 0.05, weight: 0.7 }, { positive: 0.1, neutral: 0.2, negative: 0.7, weight: 0.3 }];
    kinesis.put(sampleResult(1, { ...call, resultId: "a".repeat(32), fusion: { text, voice, disagreement: 0.675 } }));
    kinesis.put(sampleResult(1, { ...call, segment: { index: 1 }, resultId: "b".repeat(32), fusion: { voice } }));
    kinesis.put(sampleResult(1, { ...call, segment: { index: 2 }, resultId: "c".repeat(32), fusion: { text, voice }, model: { ...model, version: "calls-1" } }));
    await engine.run(REFRESH);
  });
  afterAll(async () => {
    await engine.close();
    place.remove();
    rmSync(folder, { recursive: true });
  });

  it("has a statement whose rows, once labelled, are what `tune fusion` reads", async () => {
    const { columns, rows } = await engine.run(/```sql\n(?<sql>[\s\S]*?)```/u.exec(page)!.groups!["sql"]!);
    const cells = rows.map((row) => columns.map((_, index) => (row[index] ?? null) as string | number | null));
    const path = join(folder, "turns.csv");
    writeFileSync(path, toCsv([...columns.map(({ name }) => ({ name, align: "left" as const })), { name: "label", align: "left" }], cells.map((row) => [...row, "negative"])));

    const { turns, unread } = await readLabelledTurns(path);

    expect(turns.toSorted((a, b) => (a.id! < b.id! ? -1 : 1))).toEqual([
      { label: "negative", conversation: "call", id: "a".repeat(32), text: { scores: { positive: 0.8, neutral: 0.15, negative: 0.05 }, reliability: 1 }, voice: { scores: { positive: 0.1, neutral: 0.2, negative: 0.7 }, reliability: 0.75 } },
      { label: "negative", conversation: "call", id: "b".repeat(32), voice: { scores: { positive: 0.1, neutral: 0.2, negative: 0.7 }, reliability: 0.75 } },
    ]);
    expect(unread.map(({ name }) => name)).toEqual(["recording", "speaker", "start_ms", "text"]);
  });

  it("names every column that is read, and the numbers of the code", () => {
    const documented = [...page.matchAll(/^\| `.*$/gmu)].flatMap(([line]) => [...line.split("|")[1]!.matchAll(/`(\w+)`/gu)].map(([, name]) => name));

    expect(documented).toEqual(expect.arrayContaining([...TURN_FIELDS]));
    expect(page).toContain(`ln max(p, ${LEAST_PROBABILITY})`);
    expect(page).toContain(`(\`${DEFAULT_FUSION_WEIGHTS.version}\`) have temperature 1, no bias, no prior, and weigh words ${DEFAULT_FUSION_WEIGHTS.text.weight}, voice ${DEFAULT_FUSION_WEIGHTS.voice.weight}`);
  });
});
