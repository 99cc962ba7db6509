import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Stack } from "aws-cdk-lib";
import { DockerImageAsset, Platform } from "aws-cdk-lib/aws-ecr-assets";
import type { Construct } from "constructs";
import { bundle, REPOSITORY } from "./bundle.ts";

/** Installed in the image by its own package.json: it brings a native library. */
const INSTALLED = ["onnxruntime-node"];

/**
 * The image of the model server: its Dockerfile and package.json, and the two programs bundled. Built and pushed by `cdk deploy`, which needs
 * Docker for it; synthesis does not. Its name is the hash of what goes in, so that it is built anew only when that changes.
 */
export function modelServerImage(scope: Construct, id: string): DockerImageAsset {
  const context = mkdtempSync(join(tmpdir(), "valence-model-server-"));
  try {
    cpSync(resolve(REPOSITORY, "model-server/image"), context, { recursive: true });
    if (Stack.of(scope).bundlingRequired) {
      bundle("model-server/main.ts", join(context, "server.cjs"), INSTALLED);
      bundle("model-server/child.ts", join(context, "child.cjs"), INSTALLED);
    }
    // SageMaker's serverless endpoints run on x86 only, and one image serves every hosting. CreateModel refuses manifests of OCI's media types
    // ("Unsupported manifest media type"), which BuildKit writes unless told otherwise, for good since version 0.31.
    return new DockerImageAsset(scope, id, { directory: context, platform: Platform.LINUX_AMD64, outputs: ["type=docker,oci-mediatypes=false"] });
  } finally {
    // The asset has its own copy.
    rmSync(context, { recursive: true });
  }
}
