// The inside of one execution environment: what Lambda's Node.js runtime does around a handler. Plain JavaScript,
// because a worker starts without the TypeScript loader: the bundle shall meet nothing that Lambda does not have.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";

/** @type {import("./worker-messages.ts").WorkerSettings} */
const settings = workerData;
const port = parentPort;

// A worker's own stdout reaches the host in no fixed order with its messages. Collected here, what a handler
// printed arrives with its answer, so that metrics are complete as soon as an invocation is.
let printed = "";
let flushTimer;
for (const stream of [process.stdout, process.stderr]) {
  stream.write = (chunk, encoding, callback) => {
    printed += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    if (printed.length > 65_536) flush();
    // A handler that hangs has printed why: do not wait for its end.
    flushTimer ??= setTimeout(flush, 100).unref();
    (typeof encoding === "function" ? encoding : callback)?.();
    return true;
  };
}
process.on("exit", flush);

function flush() {
  const log = takeLog();
  if (log !== "") port.postMessage({ kind: "log", log });
}

function takeLog() {
  clearTimeout(flushTimer);
  flushTimer = undefined;
  const log = printed;
  printed = "";
  return log;
}

for (const [event, errorType] of [["uncaughtException", undefined], ["unhandledRejection", "Runtime.UnhandledPromiseRejection"]]) {
  process.on(event, (reason) => {
    const error = describe(reason);
    if (errorType !== undefined) Object.assign(error, { errorType, errorMessage: `${error.errorType}: ${error.errorMessage}` });
    port.postMessage({ kind: "failed", error, log: takeLog() });
    process.exit(1);
  });
}

function describe(reason) {
  return reason instanceof Error
    ? { errorType: reason.name, errorMessage: reason.message, trace: (reason.stack ?? "").split("\n") }
    : { errorType: typeof reason, errorMessage: String(reason), trace: [] };
}

class RuntimeError extends Error {
  constructor(name, message, options) {
    super(message, options);
    this.name = name;
  }
}

async function loadHandler() {
  const dot = settings.handler.lastIndexOf(".");
  const moduleName = settings.handler.slice(0, dot);
  const exportName = settings.handler.slice(dot + 1);
  const file = [".js", ".mjs", ".cjs"].map((extension) => join(settings.codeFolder, moduleName + extension)).find((path) => existsSync(path));
  if (file === undefined) throw new RuntimeError("Runtime.ImportModuleError", `Error: Cannot find module '${moduleName}'`);
  let loaded;
  try {
    loaded = file.endsWith(".mjs") ? await import(pathToFileURL(file).href) : createRequire(file)(file);
  } catch (error) {
    if (error instanceof SyntaxError) throw new RuntimeError("Runtime.UserCodeSyntaxError", `SyntaxError: ${error.message}`, { cause: error });
    if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
      throw new RuntimeError("Runtime.ImportModuleError", `Error: ${error.message}`, { cause: error });
    }
    throw error;
  }
  const handler = loaded[exportName] ?? loaded.default?.[exportName];
  if (handler === undefined) throw new RuntimeError("Runtime.HandlerNotFound", `${settings.handler} is undefined or not exported`);
  if (typeof handler !== "function") throw new RuntimeError("Runtime.HandlerNotFound", `${settings.handler} is not a function`);
  return handler;
}

async function invoke(handler, message) {
  process.env["_X_AMZN_TRACE_ID"] = message.traceId;
  const context = {
    callbackWaitsForEmptyEventLoop: true,
    functionName: settings.functionName,
    functionVersion: "$LATEST",
    invokedFunctionArn: settings.functionArn,
    memoryLimitInMB: String(settings.memoryMegabytes),
    logGroupName: settings.logGroup,
    logStreamName: settings.logStream,
    awsRequestId: message.requestId,
    getRemainingTimeInMillis: () => Math.max(0, message.deadline - Date.now()),
  };
  try {
    const payload = JSON.stringify(await handler(JSON.parse(message.event), context));
    port.postMessage({ kind: "done", requestId: message.requestId, payload, log: takeLog() });
  } catch (error) {
    port.postMessage({ kind: "error", requestId: message.requestId, error: describe(error), log: takeLog() });
  }
}

try {
  const handler = await loadHandler();
  port.on("message", (message) => void invoke(handler, message));
  port.postMessage({ kind: "ready", log: takeLog() });
} catch (error) {
  port.postMessage({ kind: "failed", error: describe(error), log: takeLog() });
}
