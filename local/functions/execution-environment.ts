import { randomBytes, randomUUID } from "node:crypto";
import { Worker } from "node:worker_threads";
import type { FunctionDefinition } from "./function-definition.ts";
import type { FunctionError, InvokeMessage, WorkerMessage, WorkerSettings } from "./worker-messages.ts";

export type InvocationOutcome =
  | { ok: true; requestId: string; payload: unknown }
  | { ok: false; requestId: string; error: FunctionError };

// Lambda gives a cold start 10 s; a laptop under load deserves more before it is called broken.
const INIT_LIMIT_MS = 60_000;

/** Lambda's limit for a synchronous payload, either way, in bytes. */
export const PAYLOAD_LIMIT_BYTES = 6 * 1024 * 1024;

export interface EnvironmentSettings {
  definition: FunctionDefinition;
  variables: Record<string, string>;
  codeFolder: string;
  logStream: string;
  onLog: (text: string) => void;
}

/** One worker thread with one loaded handler: takes one invocation at a time. Dead after a time-out or a crash. */
export class ExecutionEnvironment {
  readonly #settings: EnvironmentSettings;
  readonly #worker: Worker;
  readonly #startedAt = performance.now();
  #ready = false;
  #dead: FunctionError | undefined;
  #onReady: (() => void) | undefined;
  #running: { message: InvokeMessage; settle: (outcome: InvocationOutcome) => void } | undefined;
  initMilliseconds: number | undefined;

  constructor(settings: EnvironmentSettings) {
    this.#settings = settings;
    const { definition } = settings;
    const workerData: WorkerSettings = {
      codeFolder: settings.codeFolder,
      handler: definition.handler,
      functionName: definition.name,
      functionArn: definition.arn,
      memoryMegabytes: definition.memoryMegabytes,
      logGroup: definition.logGroup,
      logStream: settings.logStream,
    };
    this.#worker = new Worker(new URL("worker.mjs", import.meta.url), {
      workerData,
      env: settings.variables,
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: definition.memoryMegabytes },
      stdout: true,
      stderr: true,
    });
    this.#worker.on("message", (message: WorkerMessage) => this.#receive(message));
    this.#worker.on("error", (error) => this.#die(crash(error)));
    this.#worker.on("exit", (code) => this.#die({ errorType: "Runtime.ExitError", errorMessage: `Error: Runtime exited with error: exit status ${code}` }));
  }

  get dead(): boolean {
    return this.#dead !== undefined;
  }

  /** Never rejects: whatever happens to the worker is an outcome, as it is for Lambda's pollers. */
  async invoke(event: string): Promise<InvocationOutcome> {
    const requestId = randomUUID();
    if (!(await this.#initialised())) {
      return { ok: false, requestId, error: this.#dead ?? { errorType: "Runtime.InitError", errorMessage: "the handler did not load in time" } };
    }
    const limit = this.#settings.definition.timeoutSeconds;
    const message: InvokeMessage = { kind: "invoke", requestId, event, deadline: Date.now() + limit * 1000, traceId: traceId() };
    return await new Promise((resolve) => {
      const timer = setTimeout(() => {
        const error = { errorType: "Sandbox.Timedout", errorMessage: `RequestId: ${requestId} Error: Task timed out after ${limit.toFixed(2)} seconds` };
        this.#die(error);
      }, limit * 1000);
      this.#running = {
        message,
        settle: (outcome) => {
          clearTimeout(timer);
          this.#running = undefined;
          resolve(outcome);
        },
      };
      // eslint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin; the rule means windows
      this.#worker.postMessage(message);
    });
  }

  async terminate(): Promise<void> {
    this.#die({ errorType: "Runtime.Stopped", errorMessage: "the local run was stopped" });
    await this.#worker.terminate();
  }

  async #initialised(): Promise<boolean> {
    if (this.#ready || this.#dead !== undefined) return this.#dead === undefined;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, INIT_LIMIT_MS);
      this.#onReady = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return this.#ready && this.#dead === undefined;
  }

  #receive(message: WorkerMessage): void {
    if (message.log !== "") this.#settings.onLog(message.log);
    switch (message.kind) {
      case "log":
        return;
      case "ready":
        this.#ready = true;
        this.initMilliseconds = performance.now() - this.#startedAt;
        this.#onReady?.();
        return;
      case "failed":
        this.#die(message.error);
        return;
      case "done":
        this.#settle(message.requestId, this.#success(message.requestId, message.payload));
        return;
      case "error":
        this.#settle(message.requestId, { ok: false, requestId: message.requestId, error: message.error });
    }
  }

  #success(requestId: string, payload: string | undefined): InvocationOutcome {
    const size = Buffer.byteLength(payload ?? "");
    if (size <= PAYLOAD_LIMIT_BYTES) return { ok: true, requestId, payload: payload === undefined ? null : (JSON.parse(payload) as unknown) };
    const errorMessage = `Response payload size (${size} bytes) exceeded maximum allowed payload size (${PAYLOAD_LIMIT_BYTES} bytes).`;
    return { ok: false, requestId, error: { errorType: "Function.ResponseSizeTooLarge", errorMessage } };
  }

  #settle(requestId: string, outcome: InvocationOutcome): void {
    // An answer that comes after its time-out belongs to nobody.
    if (this.#running?.message.requestId === requestId) this.#running.settle(outcome);
  }

  #die(error: FunctionError): void {
    if (this.#dead !== undefined) return;
    this.#dead = error;
    this.#onReady?.();
    const requestId = this.#running?.message.requestId;
    if (requestId !== undefined) {
      const errorMessage = error.errorMessage.startsWith("RequestId:") ? error.errorMessage : `RequestId: ${requestId} ${error.errorMessage}`;
      this.#running?.settle({ ok: false, requestId, error: { ...error, errorMessage } });
    }
    void this.#worker.terminate();
  }
}

function crash(error: unknown): FunctionError {
  if (error instanceof Error && "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY") {
    return { errorType: "Runtime.OutOfMemory", errorMessage: "Error: Runtime exited with error: signal: killed (memory size reached)" };
  }
  return error instanceof Error
    ? { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? "").split("\n") }
    : { errorType: "Error", errorMessage: String(error) };
}

/** Not sampled: there is no X-Ray daemon to send segments to. */
function traceId(): string {
  const time = Math.floor(Date.now() / 1000).toString(16).padStart(8, "0");
  return `Root=1-${time}-${randomBytes(12).toString("hex")};Parent=${randomBytes(8).toString("hex")};Sampled=0`;
}
