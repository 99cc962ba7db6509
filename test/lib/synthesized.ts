import { mkdtempSync, readFileSync } from "node:fs";
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
  /** What cdk-nag and the CDK still have to say, warnings included. */
  findings: string[];
  folder: string;
}

/** Synthesizes as bin/app.ts does; without bundling the functions' code is their source folder, which takes a tenth of the time. */
export function synthesize(configuration: Configuration | string, { bundling = false } = {}): Synthesized {
  const folder = mkdtempSync(join(tmpdir(), "valence-synth-"));
  const app = new App({
    outdir: folder,
    analyticsReporting: false,
    context: { ...FEATURE_FLAGS, ...(bundling ? {} : { "aws:cdk:bundling-stacks": [] }) },
  });
  buildApplication(app, typeof configuration === "string" ? readConfiguration({ stage: configuration }) : configuration);
  const assembly = app.synth();
  const plain = Object.fromEntries(assembly.stacks.map((stack) => [stack.stackName, stack.template as PlainTemplate]));
  const report = JSON.parse(readFileSync(join(folder, "validation-report.json"), "utf8")) as { pluginReports: { violations: { ruleName: string; description: string }[] }[] };
  return {
    folder,
    plain,
    findings: report.pluginReports.flatMap(({ violations }) => violations.map(({ ruleName, description }) => `${ruleName}: ${description}`)),
    template(stack) {
      const name = Object.keys(plain).find((candidate) => candidate.endsWith(`-${stack}`));
      if (name === undefined) throw new Error(`There is no stack ${stack} among ${Object.keys(plain).join(", ")}`);
      return Template.fromJSON(plain[name] as unknown as Record<string, unknown>);
    },
  };
}
