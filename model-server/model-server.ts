import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { InferencePool } from "./inference-pool.ts";
import { Invocations } from "./invocations.ts";
import { verifyModelFolder } from "./model-folder.ts";
import { discardBody } from "./read-body.ts";
import { CallerGoneError, RequestProblem } from "./request-problem.ts";
import { QUEUED_PER_WORKER, readServerSettings, type ServerSettings } from "./server-settings.ts";
import { type Log, logToConsole } from "./structured-log.ts";

// SageMaker kills 30 s after SIGTERM.
const DRAIN_SECONDS = 25;
const HEADERS_TIMEOUT_MS = 10_000;
// Longer than any balancer in front keeps an idle connection, so that it is never the server that closes one just taken for a request.
const KEEP_ALIVE_MS = 75_000;

/** An HTTP server over an `InferencePool`: this process never decodes and never runs a graph, so it always has an answer to `/ping`. */
export class ModelServer {
  readonly #settings: ServerSettings;
  readonly #log: Log;
  readonly #http: Server;
  #pool: InferencePool | undefined;
  #invocations: Invocations | undefined;
  #stopping: Promise<void> | undefined;

  constructor(settings: ServerSettings, log: Log = logToConsole) {
    this.#settings = { ...settings, modelFolder: resolve(settings.modelFolder) };
    this.#log = log;
    this.#http = createServer({ headersTimeout: HEADERS_TIMEOUT_MS, requestTimeout: HEADERS_TIMEOUT_MS + 2 * settings.bodySeconds * 1000, keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => void this.#handle(request, response));
  }

  /** Where it listens, such as `http://127.0.0.1:8080`. */
  get url(): string {
    const { address, family, port } = this.#http.address() as AddressInfo;
    return `http://${family === "IPv6" ? `[${address}]` : address}:${port}`;
  }

  /** The processes of the children. */
  get childPids(): number[] {
    return this.#pool?.pids ?? [];
  }

  /** Answers `/ping` (503 for now) from here on. @throws when the port is taken. */
  async listen(): Promise<void> {
    const { host, port } = this.#settings;
    await new Promise<void>((done, fail) => this.#http.once("error", fail).listen(port, host, done));
    this.#log("info", "listening", { url: this.url });
  }

  /**
   * Resolves when the model folder was verified and every child answers its golden clips.
   * @throws ModelFolderError when the folder must not be served, ChildDiedError when its children die of it.
   */
  async loadModel(): Promise<void> {
    const { modelFolder, workers, queueLimit, maximumBodyBytes, maximumSeconds, bodySeconds, maximumAudioSeconds } = this.#settings;
    const started = performance.now();
    const { name, version, family } = await verifyModelFolder(modelFolder);
    if (this.#stopping !== undefined) return;
    this.#pool = new InferencePool({ assignment: { modelFolder, limits: { maximumSeconds: maximumAudioSeconds, maximumBytes: maximumBodyBytes } }, workers, log: this.#log });
    await this.#pool.ready;
    this.#invocations = new Invocations(this.#pool, { body: { maximumBytes: maximumBodyBytes, seconds: bodySeconds }, maximumSeconds, places: workers + queueLimit });
    this.#log("info", "ready", { model: name, version, family, workers, queueLimit, startMs: Math.round(performance.now() - started) });
  }

  /** Rejects, and only that, when the children cannot be kept alive any more. To be asked for after `loadModel`. */
  get failed(): Promise<never> {
    return this.#pool?.failed ?? new Promise<never>(() => undefined);
  }

  /** Accepts nothing more, answers what was accepted, for 25 s at most, and ends the children. Again: the same promise. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #stop(): Promise<void> {
    const accepted = this.#invocations?.accepted ?? 0;
    const closed = new Promise((done) => this.#http.close(done));
    const inTime = new AbortController();
    await Promise.race([this.#invocations?.drained(), sleep(DRAIN_SECONDS * 1000, undefined, { signal: inTime.signal }).catch(() => undefined)]);
    inTime.abort();
    const left = this.#invocations?.accepted ?? 0;
    await this.#pool?.stop();
    // Answers that are written but not yet sent get a moment; connections that carry none are closed.
    this.#http.closeIdleConnections();
    await Promise.race([closed, sleep(1000, undefined, { ref: false })]);
    this.#http.closeAllConnections();
    this.#log("info", "stopped", { answered: accepted - left, left });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    const gone = new AbortController();
    response.on("close", () => gone.abort());
    if (this.#stopping !== undefined) response.shouldKeepAlive = false;
    const path = request.url?.split("?", 1)[0];
    try {
      if (path === "/ping") return this.#ping(request, response);
      if (path !== "/invocations") throw new RequestProblem("unknown_path", `There is no ${String(path).slice(0, 80)}; there are GET /ping and POST /invocations.`);
      allowMethods(request, response, ["POST"]);
      if (this.#stopping !== undefined) throw new RequestProblem("stopping", "The server is stopping; ask another one.");
      if (this.#invocations === undefined) throw new RequestProblem("overloaded", "The model is still being loaded; ask again when /ping answers 200.");
      const { answer, bytes, timings } = await this.#invocations.answer(request, gone.signal);
      send(response, 200, answer);
      this.#log("info", "answered", { status: 200, bytes, durationMs: answer.durationMs, windows: answer.windows.length, ...milliseconds({ queuedMs: answer.timings.queuedMs, ...timings, totalMs: performance.now() - started }) });
    } catch (error) {
      if (error instanceof CallerGoneError) return this.#log("info", "caller gone", milliseconds({ totalMs: performance.now() - started }));
      const problem = error instanceof RequestProblem ? error : undefined;
      const status = problem?.status ?? 500;
      const code = problem?.code ?? "internal";
      if (status === 503) response.setHeader("Retry-After", "1");
      discardBody(request, this.#settings.maximumBodyBytes);
      send(response, status, { error: { code, message: problem?.message ?? "The server has a defect; its log has the stack." } });
      this.#log(status >= 500 && status !== 503 ? "error" : "info", "refused", { status, code, stack: problem === undefined ? (error as Error).stack : undefined, ...milliseconds({ totalMs: performance.now() - started }) });
    }
  }

  /**
   * 200 once every child has answered its golden clips as it should, and from then on while any of them can answer: SageMaker sends no calls to a
   * container that fails this, and replaces it; one of several children that starts anew is no reason for either.
   */
  #ping(request: IncomingMessage, response: ServerResponse): void {
    allowMethods(request, response, ["GET", "HEAD"]);
    const { workers } = this.#settings;
    const ready = this.#invocations === undefined ? 0 : (this.#pool?.readyCount ?? 0);
    const status = this.#stopping === undefined && ready > 0 ? 200 : 503;
    send(response, status, { status: status === 200 ? "ready" : "not ready", workers, ready, accepted: this.#invocations?.accepted ?? 0, queued: this.#pool?.queued ?? 0 });
  }
}

export type StartOptions = Pick<ServerSettings, "modelFolder"> & Partial<ServerSettings> & { log?: Log };

/** A server in this process's own hands, ready to answer: loopback and a free port unless `options` say otherwise. @throws as `listen` and `loadModel`. */
export async function startModelServer({ log = logToConsole, ...options }: StartOptions): Promise<ModelServer> {
  const settings = { ...readServerSettings({}), port: 0, ...options };
  const server = new ModelServer({ ...settings, queueLimit: options.queueLimit ?? QUEUED_PER_WORKER * settings.workers }, log);
  await server.listen();
  try {
    await server.loadModel();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}

function allowMethods(request: IncomingMessage, response: ServerResponse, methods: readonly string[]): void {
  if (methods.includes(request.method ?? "")) return;
  response.setHeader("Allow", methods.join(", "));
  throw new RequestProblem("wrong_method", `${request.method} is not allowed here; use ${methods.join(" or ")}.`);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  const bytes = Buffer.from(JSON.stringify(body));
  response.writeHead(status, { "Content-Type": "application/json", "Content-Length": bytes.length }).end(bytes);
}

function milliseconds(timings: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(timings).map(([name, value]) => [name, Math.round(value * 10) / 10]));
}
