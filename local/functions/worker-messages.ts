/** What travels between the host and a worker thread. `worker.mjs` speaks the same, without types. */

export interface InvokeMessage {
  kind: "invoke";
  requestId: string;
  /** JSON. */
  event: string;
  /** Epoch milliseconds at which the invocation is cut off. */
  deadline: number;
  traceId: string;
}

/** An error in Lambda's own words: `errorType` is the error's name. */
export interface FunctionError {
  errorType: string;
  errorMessage: string;
  trace?: string[];
}

export type WorkerMessage =
  | { kind: "ready"; log: string }
  /** The handler did not load, or the process is about to end: the environment takes no further invocation. */
  | { kind: "failed"; error: FunctionError; log: string }
  | { kind: "log"; log: string }
  /** `payload` is JSON; `undefined` when the handler returned nothing. */
  | { kind: "done"; requestId: string; payload: string | undefined; log: string }
  | { kind: "error"; requestId: string; error: FunctionError; log: string };

export interface WorkerSettings {
  codeFolder: string;
  handler: string;
  functionName: string;
  functionArn: string;
  memoryMegabytes: number;
  logGroup: string;
  logStream: string;
}
