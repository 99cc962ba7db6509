import { copyFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { AssetHashType, DockerImage } from "aws-cdk-lib";
import { type AssetCode, Code } from "aws-cdk-lib/aws-lambda";
import { bundle, REPOSITORY } from "./bundle.ts";

/** What a function reads beside its code at run time, relative to the repository; found there by `new URL("./<name>", import.meta.url)`. */
const FILES: Readonly<Record<string, readonly string[]>> = { "text-classifier": ["classifiers/embedded/sentiment-model.bin"] };

/**
 * The bundle of `lambdas/<name>/handler.ts`: one CommonJS file with everything in it, the AWS SDK included, because the
 * runtime's own SDK is of a version nobody tested with. Its hash is that of the output, so that a deployment changes
 * only the functions whose bundle changed.
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
          bundle(`lambdas/${name}/handler.ts`, resolve(outputFolder, "index.js"));
          for (const file of FILES[name] ?? []) copyFileSync(resolve(REPOSITORY, file), resolve(outputFolder, basename(file)));
          return true;
        },
      },
    },
  });
}
