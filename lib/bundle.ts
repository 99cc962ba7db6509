import { resolve } from "node:path";
import { buildSync } from "esbuild";

export const REPOSITORY = resolve(import.meta.dirname, "..");

/**
 * One CommonJS file for Node 24 with everything in it.
 *
 * esbuild runs in this process: the CDK's NodejsFunction starts a shell and npx for every function, which takes longer
 * than the bundling and prints to the terminal.
 *
 * @param entry relative to the repository.
 * @param external packages that lie beside the bundle at run time.
 * @throws when the sources do not bundle, with esbuild's messages.
 */
export function bundle(entry: string, outputFile: string, external: readonly string[] = []): void {
  buildSync({
    absWorkingDir: REPOSITORY,
    entryPoints: [entry],
    outfile: outputFile,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    // Modules first: only those can be freed of what nobody calls.
    mainFields: ["module", "main"],
    external: [...external],
    minify: true,
    logLevel: "error",
    // CommonJS has no import.meta, by which modules find the files beside them.
    banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
    define: { "import.meta.url": "bundleUrl" },
  });
}
