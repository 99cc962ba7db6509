import { mkdtempSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bundle, REPOSITORY } from "../../../lib/bundle.ts";

/** What the image holds, without Docker: both bundles, and the packages beside them. */
export function imageFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "valence-image-"));
  bundle("model-server/main.ts", join(folder, "server.cjs"), ["onnxruntime-node"]);
  bundle("model-server/child.ts", join(folder, "child.cjs"), ["onnxruntime-node"]);
  symlinkSync(join(REPOSITORY, "node_modules"), join(folder, "node_modules"));
  return folder;
}
