import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { synthesize } from "../../../cli/synthesize.ts";

/** The folder of the synthesized `local` stage, made anew only when its sources changed. */
export async function localAssembly(): Promise<string> {
  return synthesize();
}

export function temporaryFolder(name: string): string {
  return mkdtempSync(join(tmpdir(), `valence-${name}-`));
}
