import { setTimeout as sleep } from "node:timers/promises";
import type { ChildAssignment, Question } from "./child-messages.ts";
import type { Heard } from "./hear-audio.ts";
import { ChildDiedError, InferenceChild } from "./inference-child.ts";
import { ModelFolderError } from "./model-folder.ts";
import { CallerGoneError, RequestProblem } from "./request-problem.ts";
import type { Log } from "./structured-log.ts";

// A child that dies before it is ready dies of the machine or the model, seldom by chance: five times in a row is no chance.
const FAILED_STARTS = 5;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;
const STOPPING = "The server is stopping; ask another one.";

export interface Reply extends Heard {
  queuedMs: number;
}

interface Waiting {
  question: Question;
  enqueuedAt: number;
  child?: InferenceChild;
  resolve: (reply: Reply) => void;
  reject: (problem: Error) => void;
}

interface PoolOptions {
  assignment: ChildAssignment;
  workers: number;
  log: Log;
}

/** Keeps `workers` children alive and gives each one question at a time, in the order of arrival. How many may wait is the caller's to bound. */
export class InferencePool {
  readonly #options: PoolOptions;
  readonly #alive = new Set<InferenceChild>();
  readonly #idle: InferenceChild[] = [];
  readonly #queue: Waiting[] = [];
  #readyCount = 0;
  #stopped = false;
  #pause = new AbortController();
  /** Rejects, and only that, once no child can be kept alive: ModelFolderError, or ChildDiedError after repeated failed starts. */
  readonly failed: Promise<never>;
  /** Resolves when every child was ready for the first time. */
  readonly ready: Promise<void>;

  constructor(options: PoolOptions) {
    this.#options = options;
    const firstReady: Promise<void>[] = [];
    const lifetimes: Promise<never>[] = [];
    for (let place = 0; place < options.workers; place += 1) {
      firstReady.push(new Promise((resolve) => lifetimes.push(this.#keepChild(resolve))));
    }
    this.failed = Promise.race(lifetimes);
    this.failed.catch(() => undefined);
    this.ready = Promise.race([Promise.all(firstReady).then(() => undefined), this.failed]);
    this.ready.catch(() => undefined);
  }

  get readyCount(): number {
    return this.#readyCount;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** The processes that run now, for tests and logs. */
  get pids(): number[] {
    return [...this.#alive].map(({ pid }) => pid);
  }

  /**
   * @param deadline on the clock of performance.now().
   * @throws RequestProblem of the question, or `worker_died` (asking again is safe) or `time_limit`; CallerGoneError once `gone` is aborted.
   */
  ask(question: Question, deadline: number, gone: AbortSignal): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { question, enqueuedAt: performance.now(), resolve, reject };
      const timer = setTimeout(() => {
        reject(new RequestProblem("time_limit", `No answer within the time limit${waiting.child === undefined ? ": the request was still waiting for a free worker" : ""}. Send shorter audio, or ask again later.`));
        if (!this.#leaveQueue(waiting)) waiting.child?.kill();
      }, Math.max(0, deadline - performance.now()));
      const leave = (): void => {
        // A child that is at it finishes: killing it would cost more than the answer.
        if (!this.#leaveQueue(waiting)) return;
        clearTimeout(timer);
        reject(new CallerGoneError("The caller went away before a worker was free."));
      };
      const settled = (): void => {
        clearTimeout(timer);
        gone.removeEventListener("abort", leave);
      };
      waiting.resolve = (reply) => (settled(), resolve(reply));
      waiting.reject = (problem) => (settled(), reject(problem));
      gone.addEventListener("abort", leave, { once: true });
      this.#queue.push(waiting);
      if (gone.aborted) leave();
      this.#serveNext();
    });
  }

  /** Ends the children, whatever they do. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#pause.abort();
    for (const waiting of this.#queue.splice(0)) waiting.reject(new RequestProblem("stopping", STOPPING));
    const alive = [...this.#alive];
    for (const child of alive) child.kill();
    await Promise.all(alive.map(({ ended }) => ended));
  }

  #leaveQueue(waiting: Waiting): boolean {
    const place = this.#queue.indexOf(waiting);
    if (place >= 0) this.#queue.splice(place, 1);
    return place >= 0;
  }

  #serveNext(): void {
    while (this.#idle.length > 0 && this.#queue.length > 0) void this.#serve(this.#idle.shift()!, this.#queue.shift()!);
  }

  async #serve(child: InferenceChild, waiting: Waiting): Promise<void> {
    waiting.child = child;
    const queuedMs = performance.now() - waiting.enqueuedAt;
    try {
      waiting.resolve({ ...(await child.ask(waiting.question)), queuedMs });
    } catch (error) {
      if (error instanceof ChildDiedError) {
        // Also one that lives but could not be spoken to: it takes no further question.
        child.kill();
        waiting.reject(this.#stopped ? new RequestProblem("stopping", STOPPING) : new RequestProblem("worker_died", "The worker died over this request or beside it; asking again is safe."));
        return;
      }
      waiting.reject(error as Error);
    }
    this.#idle.push(child);
    this.#serveNext();
  }

  /** One child after the other in one place, until the pool stops. */
  async #keepChild(onReady: () => void): Promise<never> {
    const { assignment, log } = this.#options;
    let failedStarts = 0;
    while (!this.#stopped) {
      const child = new InferenceChild(assignment);
      this.#alive.add(child);
      try {
        const { startMs } = await child.ready;
        failedStarts = 0;
        log("info", "child ready", { pid: child.pid, startMs: Math.round(startMs) });
        this.#readyCount += 1;
        this.#idle.push(child);
        this.#serveNext();
        onReady();
        const how = await child.ended;
        this.#readyCount -= 1;
        if (!this.#stopped) log("error", "child ended", { pid: child.pid, how });
      } catch (error) {
        failedStarts += 1;
        if (!this.#stopped) log("error", "child did not start", { pid: child.pid, failedStarts, reason: (error as Error).message });
        if (!this.#stopped && (error instanceof ModelFolderError || failedStarts >= FAILED_STARTS)) throw error;
        await sleep(Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failedStarts - 1)), undefined, { signal: this.#pause.signal }).catch(() => undefined);
      } finally {
        this.#alive.delete(child);
        const place = this.#idle.indexOf(child);
        if (place >= 0) this.#idle.splice(place, 1);
      }
    }
    return new Promise<never>(() => undefined);
  }
}
