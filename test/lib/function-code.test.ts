import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Synthesized, synthesize } from "./synthesized.ts";

const LARGEST_BUNDLE_BYTES = 1_000_000;
/** Holds the clients of every service that may be configured, 170 kB more than it would need for one. They are evaluated only when asked for, so that importing it takes no longer. */
const LARGEST_CLASSIFIER_BYTES = 1_100_000;
const largest = (name: string): number => (name.endsWith("-text-classifier") ? LARGEST_CLASSIFIER_BYTES : LARGEST_BUNDLE_BYTES);
/** Every file of aws-cdk-lib names its package for jsii. */
const CDK_MARK = "aws-cdk-lib.";

let synthesized: Synthesized;
beforeAll(() => {
  synthesized = synthesize("local", { bundling: true });
});

function bundles(): [string, string][] {
  return Object.values(synthesized.plain)
    .flatMap((template) => Object.values(template.Resources))
    .filter(({ Type }) => Type === "AWS::Lambda::Function")
    .map(({ Properties }) => Properties as { FunctionName: string; Code: { S3Key: string } })
    .map(({ FunctionName, Code }) => [FunctionName, join(synthesized.folder, `asset.${Code.S3Key.replace(/\.zip$/u, "")}`)]);
}

function code(folder: string): Buffer {
  return readFileSync(join(folder, "index.js"));
}

describe("the bundles", () => {
  it("are one file for each function, and the embedded model beside the one that loads it", () => {
    expect(bundles().map(([name, folder]) => [name, readdirSync(folder).sort()])).toEqual([
      ["valence-local-text-preprocessor", ["index.js"]],
      ["valence-local-text-classifier", ["index.js", "sentiment-model.bin"]],
      ["valence-local-warehouse-migrator", ["index.js"]],
    ]);
  });

  it(`stay below ${LARGEST_BUNDLE_BYTES} bytes, the text-classifier's below ${LARGEST_CLASSIFIER_BYTES}`, () => {
    for (const [name, folder] of bundles()) expect([name, code(folder).length]).toEqual([name, expect.toSatisfy((bytes: number) => bytes <= largest(name))]);
  });

  it("hold no part of the CDK", () => {
    const ofTheCdk = join(dirname(createRequire(import.meta.url).resolve("aws-cdk-lib/package.json")), "aws-kinesis/lib/stream.js");
    expect(readFileSync(ofTheCdk, "utf8")).toContain(CDK_MARK);

    for (const [name, folder] of bundles()) expect([name, code(folder).includes(CDK_MARK)]).toEqual([name, false]);
  });

  it("bring the files they read: the text-classifier loads its embedded model from wherever it was unpacked", async () => {
    const [, folder] = bundles().find(([name]) => name.endsWith("-text-classifier"))!;
    const unpacked = mkdtempSync(join(tmpdir(), "valence-bundle-"));
    cpSync(folder, unpacked, { recursive: true });
    const environment = {
      POWERTOOLS_SERVICE_NAME: "text-classifier",
      POWERTOOLS_METRICS_NAMESPACE: "Valence",
      POWERTOOLS_LOG_LEVEL: "ERROR",
      POWERTOOLS_TRACE_ENABLED: "false",
      RESULTS_STREAM_NAME: "results",
      REJECTS_BUCKET: "rejects",
      TEXT_CLASSIFIER: '{"kind":"embedded"}',
      PERSONAL_DATA: "rules",
      AWS_REGION: "us-east-1",
    };
    // The classifier is built even for an event without messages; a model that cannot be read fails the call.
    const invoke = "require(process.argv[1]).handler({ Records: [] }, { getRemainingTimeInMillis: () => 10_000 }).then((answer) => process.stderr.write(JSON.stringify(answer)), (error) => process.stderr.write(error.message))";
    const answer = await new Promise<string>((settle) => {
      execFile(process.execPath, ["-e", invoke, join(unpacked, "index.js")], { cwd: tmpdir(), env: environment }, (_error, _stdout, stderr) => settle(stderr));
    });

    expect(answer).toBe('{"batchItemFailures":[]}');
  });

  it("bring all they import: each loads on its own and then asks for its environment", async () => {
    for (const [name, folder] of bundles()) {
      // Only the message: an uncaught error would show its line, and a line of a bundle is half a megabyte.
      const message = await new Promise<string>((settle) => {
        const load = "try { require(process.argv[1]) } catch (error) { process.stdout.write(error.message) }";
        execFile(process.execPath, ["-e", load, join(folder, "index.js")], { cwd: folder, env: {} }, (_error, stdout) => settle(stdout));
      });

      expect([name, message]).toEqual([name, expect.stringMatching(/The function's environment is wrong: .*(REJECTS_BUCKET|WORKGROUP_NAME)/u)]);
    }
  });
});
