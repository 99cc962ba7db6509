import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import stringWidth from "string-width";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { runCommandLine } from "../../cli/program.ts";
import { FusionWeightsSchema } from "../../core/contracts/fusion-weights.ts";
import { DEFAULT_FUSION_WEIGHTS } from "../../core/fusion/default-weights.ts";
import { fuse } from "../../core/fusion/fuse.ts";
import { seededRandom } from "../../core/seeded-random.ts";
import type { LabelledTurn } from "../../evaluation/fusion/labelled-turn.ts";
import { madeUpTurns } from "../evaluation/fusion/made-up-turns.ts";

const folder = mkdtempSync(join(tmpdir(), "valence-tune-fusion-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

async function tune(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const [out, err]: [string[], string[]] = [[], []];
  vi.spyOn(console, "log").mockImplementation((line) => void out.push(String(line)));
  vi.spyOn(console, "error").mockImplementation((line) => void err.push(String(line)));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    err.push(String(text));
    return true;
  });
  const code = await runCommandLine(["tune", "fusion", ...args], () => Promise.reject(new Error("Tuning reads no stage.")));
  return { code, out: out.join("\n"), err: err.join("\n") };
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const TURNS = madeUpTurns(400, { text: 1, voice: 0.9, correlation: 0.1 }, 21);
const SIDES = ["text", "voice"] as const;

function rowOf(turn: LabelledTurn, position: number): Record<string, unknown> {
  const scores = SIDES.flatMap((side) => Object.entries(turn[side]!.scores).map(([label, score]) => [`${side}_${label}`, score]));
  return { id: `turn-${position}`, conversation: turn.conversation, label: turn.label, ...Object.fromEntries(scores) };
}

const ROWS = TURNS.map(rowOf);
const csv = (rows: readonly Record<string, unknown>[]): string => [Object.keys(rows[0]!).join(","), ...rows.map((row) => Object.values(row).join(","))].join("\n");
const jsonl = (rows: readonly Record<string, unknown>[]): string => rows.map((row) => JSON.stringify(row)).join("\n");
const LABELLED = file("labelled.csv", csv(ROWS));

describe("valence tune fusion", () => {
  it("prints words, voice and fusion before and after, and writes weights that name their data", async () => {
    const out = join(folder, "fusion.json");
    const result = await tune(LABELLED, "--out", out);

    expect(result.code).toBe(0);
    expect(result.out.replaceAll("\n", " ")).toContain("400 labelled turns of 40 conversations; 400 with words and voice.");
    for (const row of ["words", "voice", "words, calibrated", "voice, calibrated", "fused, unfitted", "fused, fitted"]) {
      expect(result.out).toMatch(new RegExp(`^${row} +\\d\\d\\.\\d % +\\d\\d\\.\\d–\\d\\d\\.\\d`, "mu"));
    }
    expect(result.out).toMatch(/The fitted weights are better than those that come along: cross-entropy 0\.\d+ instead of 0\.\d+/u);
    expect(result.out).toMatch(/Fusing is worth it/u);
    expect(Math.max(...result.out.split("\n").map((line) => stringWidth(line)))).toBeLessThanOrEqual(120);
    const weights = FusionWeightsSchema.parse(JSON.parse(readFileSync(out, "utf8")));
    expect(weights.version).toMatch(/^\d{4}-\d\d-\d\d-[0-9a-f]{8}$/u);
    expect(weights.fittedOn).toMatchObject({ data: "labelled.csv", turns: 400 });
    expect(weights.fittedOn!.crossEntropy.fused).toBeLessThan(weights.fittedOn!.crossEntropy.text);
    expect(weights.fittedOn!.crossEntropy.fused).toBeLessThan(weights.fittedOn!.crossEntropy.voice);
  });

  it("says the same of JSON lines, gzipped, for programs, and takes a version", async () => {
    const gzipped = file("labelled.jsonl.gz", gzipSync(jsonl(ROWS)));
    const one = JSON.parse((await tune(LABELLED, "--json")).out);
    const other = JSON.parse((await tune(gzipped, "--json", "--version", "calls-1")).out);

    expect(other.systems).toEqual(one.systems);
    expect(other.weights.text).toEqual(one.weights.text);
    expect(other.weights.version).toBe("calls-1");
    expect(one.written).toBeNull();
  });

  it("writes nothing and ends with 1 where fitting gains nothing", async () => {
    // Labels drawn from what the weights that come along say: those are the truth, and 120 turns are enough to fit chance instead.
    const random = seededRandom(2);
    const rows = ROWS.slice(0, 120).map((row, position) => {
      const { scores } = fuse({ text: TURNS[position]!.text!, voice: TURNS[position]!.voice! }, DEFAULT_FUSION_WEIGHTS);
      const draw = random();
      return { ...row, label: draw < scores.positive ? "positive" : draw < scores.positive + scores.neutral ? "neutral" : "negative" };
    });
    const out = join(folder, "unwritten.json");
    const result = await tune(file("nothing.csv", csv(rows)), "--out", out);

    expect(result.code).toBe(1);
    expect(result.out).toMatch(/The fitted weights are no better than those that come along.*unwritten\.json was not\s+written\./su);
    expect(existsSync(out)).toBe(false);
  });

  it("leaves repeated ids out, warns of columns that mean nothing and of turns without a conversation", async () => {
    const rows = [...ROWS, ROWS[0]!].map((row) => ({ ...row, conversation: "", transcript_confidense: 1 }));
    const { out } = await tune(file("loose.csv", csv(rows)));

    expect(out).toContain("1 line left out, because an earlier one has the same id.");
    expect(out).toContain("Not read: transcript_confidense (transcript_confidence is meant?).");
    expect(out).toContain("No line says its conversation");
  });

  it("names the lines that cannot be read", async () => {
    const broken = ROWS.slice(0, 8).map((row, position) => (position === 0 ? row : { ...row, label: "angry" }));

    expect(await tune(file("broken.csv", csv(broken)))).toMatchObject({ code: 1, err: expect.stringMatching(/broken\.csv: 7 lines cannot be read.*\n {2}line 3: label: .*[\s\S]*and 2 more lines/u) });
    expect(await tune(file("broken.jsonl", `${jsonl(ROWS.slice(0, 2))}\n{"label"`))).toMatchObject({ code: 1, err: expect.stringMatching(/line 3: not JSON/u) });
  });

  it.each([
    ["too-few.csv", csv(ROWS.slice(0, 40)), 1, /too-few\.csv: 40 turns with both words and voice are too few to fit fusion on; give at least 100, better 1,000\./u],
    ["empty.csv", "label,text_positive\n", 1, /empty\.csv holds no labelled turn/u],
    ["labelled.txt", "positive", 1, /labelled turns come as \.csv/u],
  ])("refuses %s", async (name, content, code, message) => {
    expect(await tune(file(name, content))).toMatchObject({ code, err: expect.stringMatching(message) });
  });

  it("refuses a version that results could not carry", async () => {
    expect(await tune(LABELLED, "--version", "the best one")).toMatchObject({ code: 2, err: expect.stringMatching(/Up to 64 letters/u) });
    expect(await tune(LABELLED, "--out", join(folder, "nowhere", "fusion.json"))).toMatchObject({ code: 2, err: expect.stringMatching(/cannot be written/u) });
  });
});
