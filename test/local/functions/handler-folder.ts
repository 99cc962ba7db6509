import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FunctionDefinition } from "../../../local/functions/function-definition.ts";
import { FunctionHost, type FunctionHostOptions } from "../../../local/functions/function-host.ts";
import { functionVariables } from "../../../local/functions/function-variables.ts";
import { unpackBundle } from "../../../local/functions/unpack-bundle.ts";

/** A function whose bundle is this JavaScript. */
export function hostOf(
  source: string,
  change: Partial<FunctionDefinition> = {},
  options: Partial<FunctionHostOptions> & { file?: string } = {},
): { host: FunctionHost; printed: string[] } {
  const folder = mkdtempSync(join(tmpdir(), "valence-function-"));
  const bundle = mkdtempSync(join(folder, "asset."));
  writeFileSync(join(bundle, options.file ?? "index.js"), source);
  const codeFolder = unpackBundle(bundle, join(folder, "functions"));
  const definition: FunctionDefinition = {
    name: "valence-local-probe",
    arn: "arn:aws:lambda:us-east-1:123456789012:function:valence-local-probe",
    roleArn: "arn:aws:iam::123456789012:role/probe",
    handler: "index.handler",
    runtime: "nodejs24.x",
    memoryMegabytes: 128,
    timeoutSeconds: 3,
    reservedConcurrency: undefined,
    variables: { COLOUR: "green" },
    codeFolder: bundle,
    logGroup: "/aws/lambda/valence-local-probe",
    traced: false,
    ...change,
  };
  const printed: string[] = [];
  const host = new FunctionHost({
    definition,
    codeFolder,
    variables: functionVariables(definition, "http://127.0.0.1:4577", codeFolder, folder),
    concurrency: 2,
    onLog: (text) => printed.push(text),
    ...options,
  });
  return { host, printed };
}
