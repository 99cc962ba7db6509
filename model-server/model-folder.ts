import { createHash } from "node:crypto";
import { createReadStream, type Stats } from "node:fs";
import { lstat, readFile } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { type ModelManifest, ModelManifestSchema } from "../core/contracts/model-folder.ts";

const MANIFEST = "model.json";
export const GRAPH = "model.onnx";

/** A folder that must not be served, with what to mend. */
export class ModelFolderError extends Error {
  override readonly name = "ModelFolderError";
}

/** Reads `model.json`. @throws ModelFolderError with every field that is wrong. */
export async function readManifest(folder: string): Promise<ModelManifest> {
  const text = await readFile(join(folder, MANIFEST), "utf8").catch((error: Error) => {
    throw new ModelFolderError(`${folder} has no readable ${MANIFEST}; it must lie at the top of the folder (or of model.tar.gz): ${error.message}`);
  });
  const parsed = ModelManifestSchema.safeParse(parseJson(text, folder));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".") || "the whole"}: ${message}`);
    throw new ModelFolderError(`${join(folder, MANIFEST)} is not a manifest of a model folder. ${problems.join("; ")}.`);
  }
  const repeated = parsed.data.labels.find(({ name }, index, labels) => labels.findIndex((other) => other.name === name) !== index);
  if (repeated !== undefined) throw new ModelFolderError(`${join(folder, MANIFEST)} has the label "${repeated.name}" twice; answers are keyed by label.`);
  return parsed.data;
}

/**
 * The manifest of a folder whose files are those the manifest was written for: every file's size and SHA-256, the graph and every golden
 * clip among them. @throws ModelFolderError naming the file.
 */
export async function verifyModelFolder(folder: string): Promise<ModelManifest> {
  const manifest = await readManifest(folder);
  for (const needed of [GRAPH, ...manifest.golden.map(({ clip }) => clip)]) {
    if (!Object.hasOwn(manifest.files, needed)) throw new ModelFolderError(`${MANIFEST} lists no "${needed}" under "files": nothing says that it is the right one.`);
  }
  for (const [name, expected] of Object.entries(manifest.files)) await verifyFile(folder, name, expected);
  return manifest;
}

async function verifyFile(folder: string, name: string, expected: { bytes: number; sha256: string }): Promise<void> {
  const parts = name.split("/");
  if (parts.some((part) => !/^[\w-][\w.-]*$/u.test(part))) throw new ModelFolderError(`${MANIFEST} lists "${name}": names are relative, with "/" between parts, and stay inside the folder.`);
  // Every part on the way: a link could lead out of the folder.
  let found: Stats | undefined;
  for (let depth = 1; depth <= parts.length; depth += 1) {
    found = await lstat(join(folder, ...parts.slice(0, depth))).catch(() => {
      throw new ModelFolderError(`${MANIFEST} lists "${name}", which ${folder} lacks.`);
    });
    if (found.isSymbolicLink()) throw new ModelFolderError(`"${name}" in ${folder} is, or lies behind, a symbolic link; a model folder holds its files itself.`);
  }
  if (found?.isFile() !== true) throw new ModelFolderError(`"${name}" in ${folder} is not a file.`);
  if (found.size !== expected.bytes) throw new ModelFolderError(`"${name}" in ${folder} has ${found.size} bytes, not the ${expected.bytes} of ${MANIFEST}; copy the folder again.`);
  const hash = createHash("sha256");
  await pipeline(createReadStream(join(folder, name)), hash);
  const sha256 = hash.digest("hex");
  if (sha256 !== expected.sha256) throw new ModelFolderError(`"${name}" in ${folder} has SHA-256 ${sha256}, not the ${expected.sha256} of ${MANIFEST}; copy the folder again.`);
}

function parseJson(text: string, folder: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ModelFolderError(`${join(folder, MANIFEST)} is not JSON: ${(error as Error).message}`);
  }
}
