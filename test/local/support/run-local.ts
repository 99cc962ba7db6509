/** Runs the local stage in a process of its own, so that a test can kill it: `run-local.ts <assembly> <data folder>`. */
import { startLocalCloud } from "../../../local/local-cloud.ts";

const [assemblyFolder, dataFolder] = process.argv.slice(2);
if (assemblyFolder === undefined || dataFolder === undefined) throw new Error("usage: run-local.ts ASSEMBLY DATA");
const cloud = await startLocalCloud({ assemblyFolder, dataFolder, port: 0 });
process.stdout.write(`endpoint ${cloud.endpoint}\n`);
process.once("SIGTERM", () => void cloud.stop().then(() => process.exit(0)));
