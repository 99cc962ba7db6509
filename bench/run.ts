/** `npm run bench [-- NAME…]`: prints what this machine measures. Nothing here passes or fails; figures belong to the machine. */
import { cpus, totalmem } from "node:os";
import { benchBundles } from "./bundles.ts";
import { benchLocalRun } from "./local-run.ts";
import { benchPreprocessing } from "./preprocessing.ts";

const BENCHES: Record<string, () => Promise<void>> = {
  preprocessing: benchPreprocessing,
  bundles: benchBundles,
  "local-run": benchLocalRun,
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in BENCHES));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}. Choose from: ${Object.keys(BENCHES).join(", ")}.`);
  process.exit(2);
}
console.log(`Node ${process.version}, ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), ${(totalmem() / 2 ** 30).toFixed(0)} GiB`);
for (const [name, bench] of Object.entries(BENCHES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${name}`);
  await bench();
}
