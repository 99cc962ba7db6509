import { type ChildProcess, fork } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { ChildAssignment, ChildMessage, Question } from "./child-messages.ts";
import type { Heard } from "./hear-audio.ts";
import { ModelFolderError } from "./model-folder.ts";
import { RequestProblem } from "./request-problem.ts";

// Beside this file, from source as in the image (README.md says how it is bundled).
const FROM_SOURCE = import.meta.url.endsWith(".ts");
const PROGRAM = fileURLToPath(new URL(FROM_SOURCE ? "./child.ts" : "./child.cjs", import.meta.url));

export class ChildDiedError extends Error {
  override readonly name = "ChildDiedError";
}

/** One process with one model. It hears one question at a time. */
export class InferenceChild {
  readonly #process: ChildProcess;
  #settle: ((message: ChildMessage | ChildDiedError) => void) | undefined;
  /** @throws ModelFolderError when no child can serve this folder, ChildDiedError when this one died. */
  readonly ready: Promise<{ startMs: number }>;
  /** Resolves with what is known of the end, such as "signal SIGKILL". */
  readonly ended: Promise<string>;

  constructor(assignment: ChildAssignment) {
    this.#process = fork(PROGRAM, [JSON.stringify(assignment)], {
      serialization: "advanced",
      // Not the server's own arguments: an inspector's port can be used once. `tsx` is found from the program's folder.
      execArgv: FROM_SOURCE ? ["--import", "tsx"] : [],
      cwd: dirname(PROGRAM),
    });
    this.ended = new Promise((resolve) => {
      this.#process.once("error", (error) => resolve(error.message));
      this.#process.once("exit", (code, signal) => resolve(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
    this.#process.on("message", (message) => this.#take(message as ChildMessage));
    void this.ended.then((how) => this.#take(new ChildDiedError(`The inference child ${this.pid} ended (${how}).`)));
    this.ready = this.#next().then((message) => {
      if (message.type === "ready") return { startMs: message.startMs };
      throw message.type === "unfit" ? new ModelFolderError(message.message) : new Error(`A child began with a message of type ${message.type}.`);
    });
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** @throws RequestProblem of the question, ChildDiedError when this child ended over it. */
  async ask(question: Question): Promise<Heard> {
    const reply = this.#next();
    this.#process.send(question, (error) => {
      // A child that is gone says so by its end as well; whichever comes first counts.
      if (error !== null) this.#take(new ChildDiedError(`The inference child ${this.pid} took no question: ${error.message}`));
    });
    const message = await reply;
    if (message.type === "answer") return { answer: message.answer, timings: message.timings };
    throw message.type === "problem" ? new RequestProblem(message.code, message.message) : new Error(`A child replied with a message of type ${message.type}.`);
  }

  /** At once, whatever it is doing: a running graph cannot be interrupted otherwise. */
  kill(): void {
    this.#process.kill("SIGKILL");
  }

  #next(): Promise<ChildMessage> {
    return new Promise((resolve, reject) => {
      this.#settle = (message) => (message instanceof ChildDiedError ? reject(message) : resolve(message));
    });
  }

  #take(message: ChildMessage | ChildDiedError): void {
    this.#settle?.(message);
    this.#settle = undefined;
  }
}
