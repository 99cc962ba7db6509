import { existsSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { buildApplication } from "../../lib/application.ts";
import type { Configuration } from "../../lib/configuration.ts";
import { FEATURE_FLAGS } from "../../lib/feature-flags.ts";
import { readConfiguration } from "../../lib/read-configuration.ts";
import type { Template as PlainTemplate } from "./template-validator.ts";

export interface Synthesized {
  /** By the end of the stack's name: `data`, `pipeline`, `warehouse`. */
  template(stack: string): Template;
  plain: Record<string, PlainTemplate>;
  /** What cdk-nag and the CDK still have to say, warnings included, if they were asked. */
  findings: string[];
  /** The stacks that refuse to be deleted. */
  protectedStacks: string[];
  folder: string;
  /** What a stack's deployment uploads and builds, by its manifest of assets. */
  assets(stack: string): AssetManifest;
}

interface AssetManifest {
  files: Record<string, { source: { path: string }; destinations: Record<string, { objectKey: string }> }>;
  dockerImages: Record<string, { source: { directory: string; platform: string } }>;
}

/**
 * Synthesizes as bin/app.ts does, by default without what takes most of the time: bundling (the functions' code is then
 * their source folder) and the checks of cdk-nag and the CDK.
 */
export function synthesize(configuration: Configuration | string, { bundling = false, checks = false } = {}): Synthesized {
  process.env["CDK_VALIDATION"] = String(checks);
  const folder = mkdtempSync(join(tmpdir(), "valence-synth-"));
  const app = new App({
    outdir: folder,
    analyticsReporting: false,
    context: { ...FEATURE_FLAGS, ...(bundling ? {} : { "aws:cdk:bundling-stacks": [] }) },
  });
  buildApplication(app, typeof configuration === "string" ? readConfiguration({ stage: configuration }) : configuration);
  const assembly = quietly(() => app.synth());
  const plain = Object.fromEntries(assembly.stacks.map((stack) => [stack.stackName, stack.template as PlainTemplate]));
  const reportPath = join(folder, "validation-report.json");
  const report = (existsSync(reportPath) ? JSON.parse(readFileSync(reportPath, "utf8")) : { pluginReports: [] }) as { pluginReports: { violations: { ruleName: string; description: string }[] }[] };
  const nameOf = (stack: string): string => {
    const name = Object.keys(plain).find((candidate) => candidate.endsWith(`-${stack}`));
    if (name === undefined) throw new Error(`There is no stack ${stack} among ${Object.keys(plain).join(", ")}`);
    return name;
  };
  return {
    folder,
    plain,
    protectedStacks: assembly.stacks.filter(({ terminationProtection }) => terminationProtection).map(({ stackName }) => stackName),
    findings: report.pluginReports.flatMap(({ violations }) => violations.map(({ ruleName, description }) => `${ruleName}: ${description}`)),
    template: (stack) => Template.fromJSON(plain[nameOf(stack)] as unknown as Record<string, unknown>),
    assets: (stack) => JSON.parse(readFileSync(join(folder, `${nameOf(stack)}.assets.json`), "utf8")) as AssetManifest,
  };
}

/** Warnings are in the findings already; what the CDK prints is shown only when it gives up. */
function quietly<Result>(run: () => Result): Result {
  const { error: print } = console;
  const printed: unknown[][] = [];
  console.error = (...message: unknown[]) => void printed.push(message);
  try {
    return run();
  } catch (error) {
    for (const message of printed) print(...message);
    throw error;
  } finally {
    console.error = print;
  }
}
