/** Calls SQS once as a function does, in an invocation some time after the module was loaded: `traced-call.ts <queue URL>`. */
import { setTimeout as pause } from "node:timers/promises";
import { sendJobs } from "../../../lambdas/shared/send-jobs.ts";

const [queueUrl] = process.argv.slice(2);
if (queueUrl === undefined) throw new Error("usage: traced-call.ts QUEUE_URL");
await pause(10);
process.env["_X_AMZN_TRACE_ID"] = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
const failures = await sendJobs(queueUrl, [{ body: "{}", bytes: 2 }], AbortSignal.timeout(5_000));
// Where the continuation-local storage that the SDK brings keeps its contexts.
const xrayIsLoaded = "namespaces" in process;
process.stdout.write(JSON.stringify({ xrayIsLoaded, failures: [...failures.values()] }));
// The segment leaves in a datagram of its own; nothing tells when it has.
await pause(200);
