import { randomBytes } from "node:crypto";
import { ExecutionEnvironment, type InvocationOutcome, PAYLOAD_LIMIT_BYTES } from "./execution-environment.ts";
import type { FunctionDefinition } from "./function-definition.ts";

export interface FunctionStats {
  invocations: number;
  errors: number;
  concurrent: number;
  /** Summed over all invocations. */
  busyMilliseconds: number;
  /** Worker threads alive. */
  environments: number;
  /** Of the latest cold start. */
  initMilliseconds?: number;
  lastError?: string;
}

export interface FunctionHostOptions {
  definition: FunctionDefinition;
  /** Where the bundle was unpacked to. */
  codeFolder: string;
  variables: Record<string, string>;
  /** The most execution environments at a time; reserved concurrency may lower it. */
  concurrency: number;
  onLog: (text: string) => void;
}

/** Runs one function: keeps warm environments, starts more up to the limit, lets further invocations wait their turn. */
export class FunctionHost {
  readonly definition: FunctionDefinition;
  readonly limit: number;
  readonly #options: FunctionHostOptions;
  readonly #environments = new Set<ExecutionEnvironment>();
  readonly #idle: ExecutionEnvironment[] = [];
  readonly #waiting: ((environment: ExecutionEnvironment) => void)[] = [];
  readonly #stats = { invocations: 0, errors: 0, concurrent: 0, busyMilliseconds: 0 };
  #initMilliseconds: number | undefined;
  #lastError: string | undefined;
  #stopped = false;

  constructor(options: FunctionHostOptions) {
    this.#options = options;
    this.definition = options.definition;
    this.limit = Math.min(options.concurrency, options.definition.reservedConcurrency ?? Number.POSITIVE_INFINITY);
    if (this.limit < 1) {
      throw new Error(`${this.definition.name}: reserved concurrency ${this.limit} means that the function never runs; remove it or raise it`);
    }
  }

  /** @throws only for an event above Lambda's payload limit, and after `stop()`; a failing function is an outcome. */
  async invoke(event: string): Promise<InvocationOutcome> {
    const size = Buffer.byteLength(event);
    if (size > PAYLOAD_LIMIT_BYTES) {
      throw new Error(`${this.definition.name}: an event of ${size} bytes exceeds Lambda's payload limit of ${PAYLOAD_LIMIT_BYTES} bytes; make its batches smaller`);
    }
    if (this.#stopped) throw new Error(`${this.definition.name}: the local run was stopped`);
    const environment = await this.#acquire();
    this.#stats.invocations += 1;
    this.#stats.concurrent += 1;
    const startedAt = performance.now();
    const outcome = await environment.invoke(event);
    this.#stats.concurrent -= 1;
    this.#stats.busyMilliseconds += performance.now() - startedAt;
    this.#initMilliseconds = environment.initMilliseconds ?? this.#initMilliseconds;
    if (!outcome.ok && !this.#stopped) this.#note(outcome);
    this.#release(environment);
    return outcome;
  }

  stats(): FunctionStats {
    return {
      ...this.#stats,
      busyMilliseconds: Math.round(this.#stats.busyMilliseconds),
      environments: this.#environments.size,
      ...(this.#initMilliseconds === undefined ? {} : { initMilliseconds: Math.round(this.#initMilliseconds) }),
      ...(this.#lastError === undefined ? {} : { lastError: this.#lastError }),
    };
  }

  /** Ends the idle environments, as Lambda does when nobody calls for a while; the next invocation starts cold. */
  async retire(): Promise<void> {
    const idle = this.#idle.splice(0);
    for (const environment of idle) this.#environments.delete(environment);
    await Promise.all(idle.map((environment) => environment.terminate()));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.all([...this.#environments].map((environment) => environment.terminate()));
    this.#environments.clear();
  }

  #note(outcome: Extract<InvocationOutcome, { ok: false }>): void {
    this.#stats.errors += 1;
    this.#lastError = `${outcome.error.errorType}: ${outcome.error.errorMessage}`;
    this.#options.onLog(`${new Date().toISOString()} ${outcome.requestId} ERROR ${JSON.stringify(outcome.error)}\n`);
  }

  async #acquire(): Promise<ExecutionEnvironment> {
    const warm = this.#idle.pop();
    if (warm !== undefined) return warm;
    if (this.#environments.size < this.limit) return this.#start();
    return await new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #release(environment: ExecutionEnvironment): void {
    if (environment.dead) this.#environments.delete(environment);
    const next = this.#waiting.shift();
    if (next !== undefined) next(environment.dead ? this.#start() : environment);
    else if (!environment.dead) this.#idle.push(environment);
  }

  #start(): ExecutionEnvironment {
    const { definition, variables, codeFolder, onLog } = this.#options;
    const logStream = `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${randomBytes(16).toString("hex")}`;
    const environment = new ExecutionEnvironment({
      definition,
      variables: { ...variables, AWS_LAMBDA_LOG_STREAM_NAME: logStream },
      codeFolder,
      logStream,
      onLog,
    });
    this.#environments.add(environment);
    return environment;
  }
}
