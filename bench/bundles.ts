import { execFileSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { synthesize } from "../cli/synthesize.ts";
import { readFunctionBundles } from "./function-bundles.ts";

const RUNS = 5;
const MEASURE = "const started = performance.now(); require(process.argv[1]); process.stdout.write(String(performance.now() - started));";

/** Size and import time of each function's synthesized bundle, each import in a process of its own. */
export async function benchBundles(): Promise<void> {
  const assemblyFolder = await synthesize();
  for (const { functionName, folder, environment } of readFunctionBundles(assemblyFolder)) {
    const file = join(folder, "index.js");
    const times = Array.from({ length: RUNS }, () => Number(execFileSync(process.execPath, ["-e", MEASURE, file], { env: { ...process.env, ...environment } }))).sort(
      (a, b) => a - b,
    );
    const kilobytes = statSync(file).size / 1000;
    console.log(`  ${functionName.padEnd(36)} ${kilobytes.toFixed(0).padStart(5)} kB minified, import ${(times[2] ?? 0).toFixed(0)} ms (median of ${RUNS})`);
  }
}
