import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";

interface Ended {
  exitCode: number;
  stderr: string;
  folder: string;
}

/** Runs bin/app.ts as the CDK's command and the local run do, without bundling and checks. */
function run(context: Record<string, unknown>): Promise<Ended> {
  const folder = join(mkdtempSync(join(tmpdir(), "valence-app-")), "out");
  const environment = { ...process.env, CDK_OUTDIR: folder, CDK_VALIDATION: "false", CDK_CONTEXT_JSON: JSON.stringify({ "aws:cdk:bundling-stacks": [], ...context }) };
  return new Promise((settle) => {
    execFile(process.execPath, ["--import", "tsx", "bin/app.ts"], { cwd: resolve(import.meta.dirname, "../.."), env: environment }, (error, _stdout, stderr) =>
      settle({ exitCode: error === null ? 0 : Number(error.code), stderr, folder }),
    );
  });
}

describe("bin/app.ts", { timeout: 60_000 }, () => {
  it("writes an assembly with the stacks of the stage, without an account", async () => {
    const { exitCode, stderr, folder } = await run({ stage: "prod" });

    expect([exitCode, stderr]).toEqual([0, ""]);
    const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as { artifacts: Record<string, { type: string; environment?: string }> };
    const stacks = Object.entries(manifest.artifacts).filter(([, { type }]) => type === "aws:cloudformation:stack");
    expect(stacks.map(([name, { environment }]) => [name, environment])).toEqual(
      ["data", "pipeline", "warehouse"].map((stack) => [`valence-prod-${stack}`, "aws://unknown-account/unknown-region"]),
    );
  });

  it("ends in 1 with the replacement when the configuration names a retired model", async () => {
    const configuration = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../config/dev.json"), "utf8")) as { textClassifier: { model: unknown } };
    configuration.textClassifier.model = { kind: "bedrock", model: "anthropic.claude-3-5-sonnet-20240620-v1:0", strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 20 };
    const config = join(mkdtempSync(join(tmpdir(), "valence-app-")), "retired.json");
    writeFileSync(config, JSON.stringify(configuration));

    const { exitCode, stderr, folder } = await run({ config });

    expect(exitCode).toBe(1);
    expect(stderr.trimEnd().split("\n")).toEqual([
      `The configuration ${config} has a mistake:`,
      expect.stringMatching(/^ {2}textClassifier\.model\.model: anthropic\.claude-3-5-sonnet-20240620-v1:0 .*retired.*write .*anthropic\.claude-sonnet-4-6/u),
    ]);
    expect(existsSync(join(folder, "manifest.json"))).toBe(false);
  });

  it("ends in 1 with the message alone when the configuration is wrong, and writes nothing", async () => {
    const { exitCode, stderr, folder } = await run({ stage: "prd" });

    expect(exitCode).toBe(1);
    expect(stderr.trimEnd().split("\n")).toEqual([expect.stringMatching(/^There is no stage "prd"; did you mean prod\?/u)]);
    expect(existsSync(join(folder, "manifest.json"))).toBe(false);
  });
});
