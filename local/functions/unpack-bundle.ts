import { cpSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";

/**
 * Copies a bundle out of the assembly, as Lambda unpacks it to a folder of its own. In place, Node would look up the
 * tree for a package.json, find this repository's and take a CommonJS bundle for an ES module.
 * @returns the folder the copy lies in.
 */
export function unpackBundle(assetFolder: string, functionsFolder: string): string {
  mkdirSync(functionsFolder, { recursive: true });
  writeFileSync(join(functionsFolder, "package.json"), "{}\n");
  const target = join(functionsFolder, basename(assetFolder));
  // An asset's folder is named after its content: a copy that exists is right.
  if (existsSync(target)) return target;
  const partial = `${target}.partial`;
  rmSync(partial, { recursive: true, force: true });
  cpSync(assetFolder, partial, { recursive: true });
  renameSync(partial, target);
  return target;
}
