/** `npm run bench [-- NAME… [--records N] [--rate N]]`: prints what this machine measures. Nothing here passes or fails; figures belong to the machine. */
import { cpus, totalmem } from "node:os";
import { parseArgs } from "node:util";
import { benchAlert } from "./alert.ts";
import { benchBundles } from "./bundles.ts";
import { benchConversations } from "./conversations.ts";
import { benchDecoding } from "./decoding.ts";
import { benchEmbedded } from "./embedded.ts";
import { benchLiveCall } from "./live-call.ts";
import { benchLocalRun } from "./local-run.ts";
import { benchModelServer } from "./model-server.ts";
import { benchPreprocessing } from "./preprocessing.ts";
import { benchRedaction } from "./redaction.ts";
import { benchSpeech } from "./speech.ts";

const { values, positionals: wanted } = parseArgs({ allowPositionals: true, options: { records: { type: "string" }, rate: { type: "string" } } });

function wholeNumber(option: "records" | "rate"): number | undefined {
  const value = values[option];
  if (value === undefined || /^[1-9]\d*$/u.test(value)) return value === undefined ? undefined : Number(value);
  console.error(`--${option} must be a whole number above 0, not ${value}.`);
  process.exit(2);
}

const load = { records: wholeNumber("records"), rate: wholeNumber("rate") };

const BENCHES: Record<string, () => Promise<void>> = {
  preprocessing: benchPreprocessing,
  redaction: benchRedaction,
  embedded: benchEmbedded,
  speech: benchSpeech,
  "model-server": benchModelServer,
  decoding: benchDecoding,
  "live-call": benchLiveCall,
  alert: benchAlert,
  conversations: () => benchConversations(load.records),
  bundles: benchBundles,
  "local-run": () => benchLocalRun(load),
};

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
