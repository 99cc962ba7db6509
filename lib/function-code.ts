import { copyFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { type AssetCode, Code } from "aws-cdk-lib/aws-lambda";
import { buildSync } from "esbuild";

const REPOSITORY = resolve(import.meta.dirname, "..");

/** What a function reads beside its code at run time, relative to the repository; found there by `new URL("./<name>", import.meta.url)`. */
const FILES: Readonly<Record<string, readonly string[]>> = { "text-classifier": ["classifiers/embedded/sentiment-model.bin"] };

/**
 * The bundle of `lambdas/<name>/handler.ts`: one CommonJS file with everything in it, the AWS SDK included, because the
 * runtime's own SDK is of a version nobody tested with. Its hash is that of the output, so that a deployment changes
 * only the functions whose bundle changed.
 *
 * esbuild runs in this process: the CDK's NodejsFunction starts a shell and npx for every function, which takes longer
 * than the bundling and prints to the terminal.
 *
 * @throws when the sources do not bundle, with esbuild's messages, and when a file of the function is missing.
 */
export function functionCode(name: string): AssetCode {
  return Code.fromAsset(resolve(REPOSITORY, "lambdas", name), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Never used: the local attempt below throws or succeeds.
      image: DockerImage.fromRegistry("valence-bundles-without-docker"),
      local: {
        tryBundle(outputFolder) {
          bundle(name, outputFolder);
          return true;
        },
      },
    },
  });
}

function bundle(name: string, outputFolder: string): void {
  buildSync({
    absWorkingDir: REPOSITORY,
    entryPoints: [`lambdas/${name}/handler.ts`],
    outfile: resolve(outputFolder, "index.js"),
    bundle: true,
    platform: "node",
    target: "node24",
    format: "cjs",
    // Modules first: only those can be freed of what nobody calls.
    mainFields: ["module", "main"],
    minify: true,
    logLevel: "error",
    // CommonJS has no import.meta, by which modules find the files beside them.
    banner: { js: 'const bundleUrl = require("node:url").pathToFileURL(__filename).href;' },
    define: { "import.meta.url": "bundleUrl" },
  });
  for (const file of FILES[name] ?? []) copyFileSync(resolve(REPOSITORY, file), resolve(outputFolder, basename(file)));
}
