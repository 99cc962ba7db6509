import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

export const LOCK_FILE = "lock";

/**
 * Makes sure that one data folder has one run: two would overwrite each other's logs and checkpoints. The lock of a
 * process that was killed is taken over.
 * @returns how to give the folder free.
 * @throws naming the process that has it.
 */
export function lockDataFolder(dataFolder: string): () => void {
  mkdirSync(dataFolder, { recursive: true });
  const file = join(resolve(dataFolder), LOCK_FILE);
  for (;;) {
    try {
      writeFileSync(file, String(process.pid), { flag: "wx" });
      return () => rmSync(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const owner = Number(readFileSync(file, "utf8"));
    if (isAlive(owner)) {
      throw new Error(
        `The data folder ${dataFolder} is in use by process ${owner}: stop that run, or choose another folder. ` +
          `If that process is something else, delete ${file}`,
      );
    }
    rmSync(file, { force: true });
  }
}

function isAlive(processId: number): boolean {
  if (!Number.isInteger(processId) || processId <= 0) return false;
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
