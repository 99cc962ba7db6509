import { createHash } from "node:crypto";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { create } from "tar";
import { type ModelManifest, ModelManifestSchema } from "../core/contracts/model-folder.ts";

const REPOSITORY = resolve(import.meta.dirname, "..");
const MANIFEST = "model.json";
/** Beside what the manifest names. */
const OTHERS = [MANIFEST, "CARD.md", "LICENSE"];
// Of all files in the archive: those of the checkout would change its bytes.
const FILE_TIME = new Date("2026-01-01T00:00:00Z");
const FILE_MODE = 0o644;

export class ModelFolderError extends Error {
  override readonly name = "ModelFolderError";
}

export interface ModelFolder {
  path: string;
  manifest: ModelManifest;
  /** What goes into the archive, in its order, relative to the folder. */
  files: string[];
  /** Of names and contents, not of the archive: compression differs between versions of Node. Hexadecimal. */
  contentHash: string;
}

/**
 * Reads and checks a model folder.
 * @param folder an absolute path, or one from the project's folder.
 * @throws ModelFolderError where something is missing or is not what the manifest says: what, and what to do.
 */
export function readModelFolder(folder: string): ModelFolder {
  const path = resolve(REPOSITORY, folder);
  const manifest = readManifest(path, folder);
  const files = [...new Set([...Object.keys(manifest.files), ...OTHERS])].sort();
  const hash = createHash("sha256");
  for (const file of files) {
    const place = `${folder}/${file}`;
    if (file.split("/").includes("..") || !existsSync(join(path, file))) throw new ModelFolderError(`${place} is missing: export the model again (docs/audio-models.md)`);
    const sha256 = createHash("sha256").update(readFileSync(join(path, file))).digest("hex");
    const expected = manifest.files[file];
    if (expected !== undefined && (expected.sha256 !== sha256 || expected.bytes !== statSync(join(path, file)).size)) {
      throw new ModelFolderError(`${place} is not the file that ${MANIFEST} describes (its sha256 is ${sha256}): fetch it again, or export the model again`);
    }
    hash.update(`${file}\n${sha256}\n`);
  }
  for (const { clip } of manifest.golden) if (!files.includes(clip)) throw new ModelFolderError(`${folder}/${MANIFEST} names the golden clip ${clip} and not among its files: export the model again`);
  if (!files.includes("model.onnx")) throw new ModelFolderError(`${folder}/${MANIFEST} names no model.onnx among its files: export the model again`);
  return { path, manifest, files, contentHash: hash.digest("hex") };
}

function readManifest(path: string, folder: string): ModelManifest {
  const file = join(path, MANIFEST);
  if (!existsSync(file)) throw new ModelFolderError(`${folder}/${MANIFEST} is missing: write the path of a model folder, such as "models/embedded-audio"`);
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    throw new ModelFolderError(`${folder}/${MANIFEST} is not JSON (${(error as Error).message}): export the model again`);
  }
  const parsed = ModelManifestSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join(".") || "the whole"}: ${issue.message}`);
  throw new ModelFolderError(`${folder}/${MANIFEST} is no manifest of a model (${problems.join("; ")}): export the model again`);
}

/** Writes the archive that SageMaker unpacks to /opt/ml/model. The same folder gives the same bytes, whoever checked it out. */
export function packModelFolder({ files, path }: ModelFolder, archive: string): void {
  create(
    {
      sync: true,
      file: archive,
      cwd: path,
      gzip: true,
      portable: true,
      noPax: true,
      mtime: FILE_TIME,
      onWriteEntry: ({ stat }) => {
        if (stat !== undefined) stat.mode = FILE_MODE;
      },
    },
    files,
  );
}
