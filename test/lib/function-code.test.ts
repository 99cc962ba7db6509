import { execFile, spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { extract } from "tar";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { type Synthesized, synthesize } from "./synthesized.ts";

const LARGEST_BUNDLE_BYTES = 1_000_000;
/** Holds the clients of every service that may be configured, 170 kB more than it would need for one. They are evaluated only when asked for, so that importing it takes no longer. */
const LARGEST_CLASSIFIER_BYTES = 1_100_000;
/** Holds decoders for MP3, FLAC, Opus and Vorbis, 310 kB of WebAssembly. */
const LARGEST_LISTENER_BYTES = 1_250_000;
/** Prepares utterances as the text-preprocessor does, and so holds the profiles of the languages beside four clients. */
const LARGEST_ROUTER_BYTES = 1_100_000;
const OWN_LIMITS: Readonly<Record<string, number>> = {
  "valence-local-text-classifier": LARGEST_CLASSIFIER_BYTES,
  "valence-local-transcript-router": LARGEST_ROUTER_BYTES,
  "valence-local-live-audio": LARGEST_LISTENER_BYTES,
  "valence-local-audio-preprocessor": LARGEST_LISTENER_BYTES,
};
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
  it("are one file for each function, and what it reads beside the one that reads it", () => {
    expect(Object.fromEntries(bundles().map(([name, folder]) => [name, readdirSync(folder).sort()]))).toEqual({
      "valence-local-text-preprocessor": ["index.js"],
      "valence-local-text-classifier": ["index.js", "sentiment-model.bin"],
      "valence-local-live-audio": ["index.js"],
      "valence-local-audio-preprocessor": ["index.js"],
      "valence-local-audio-classifier": ["index.js"],
      "valence-local-transcription-starter": ["index.js"],
      "valence-local-transcript-router": ["index.js"],
      "valence-local-conversation-tracker": ["index.js"],
      "valence-local-warehouse-migrator": ["index.js"],
    });
  });

  it(`stay below ${LARGEST_BUNDLE_BYTES} bytes, or below a limit of their own`, () => {
    for (const [name, folder] of bundles()) expect([name, code(folder).length]).toEqual([name, expect.toSatisfy((bytes: number) => bytes <= (OWN_LIMITS[name] ?? LARGEST_BUNDLE_BYTES))]);
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

describe("the model server's image and the model it serves", () => {
  it("answer together: the bundles start, verify the packed model and hear a clip", async () => {
    const { files, dockerImages } = synthesized.assets("models");
    const [image] = Object.values(dockerImages);
    const archive = Object.values(files).find(({ source }) => source.path.endsWith(".tar.gz"))!;
    const context = join(synthesized.folder, image!.source.directory);
    expect(readdirSync(context).sort()).toEqual(["Dockerfile", "child.cjs", "package-lock.json", "package.json", "server.cjs"]);
    const model = mkdtempSync(join(tmpdir(), "valence-opt-ml-model-"));
    extract({ sync: true, file: join(synthesized.folder, archive.source.path), cwd: model });
    // What `npm ci` puts beside the bundles in the image.
    const installed = join(dirname(createRequire(import.meta.url).resolve("onnxruntime-node/package.json")), "..");
    const server = spawn(process.execPath, [join(context, "server.cjs"), "serve"], { env: { MODEL_FOLDER: model, PORT: "0", WORKERS: "1", NODE_PATH: installed }, stdio: ["ignore", "pipe", "inherit"] });
    const ended = new Promise<number | null>((settle) => server.once("exit", settle));
    let log = "";
    server.stdout.on("data", (chunk: Buffer) => (log += chunk.toString()));
    try {
      await vi.waitUntil(() => log.includes('"message":"ready"') || server.exitCode !== null, { timeout: 20_000 });
      const url = /"url":"([^"]+)"/u.exec(log)?.[1];
      expect((await fetch(`${url}/ping`)).status).toBe(200);
      const heard = await fetch(`${url}/invocations`, { method: "POST", headers: { "content-type": "audio/wav" }, body: readFileSync(join(model, "golden/tone.wav")) });

      expect([heard.status, await heard.json()]).toEqual([200, expect.objectContaining({ schema: "valence.audio-answer/1", model: expect.objectContaining({ name: "embedded-audio" }) as unknown })]);
    } finally {
      server.kill("SIGTERM");
    }
    expect(await ended).toBe(0);
  }, 45_000);
});
