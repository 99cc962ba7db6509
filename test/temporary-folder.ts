import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Whatever tests and the processes they start write to the system's folder for temporary files goes to one of this run, which goes with it. */
export default function giveTemporaryFolder(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "valence-tests-"));
  process.env["TMPDIR"] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}
