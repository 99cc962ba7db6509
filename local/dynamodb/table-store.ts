import { mkdirSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { isDeepStrictEqual } from "node:util";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../assembly/pseudo-parameters.ts";
import { ServiceError } from "../service.ts";
import type { TableDefinition } from "./table-definition.ts";

const CREATION_LIMIT_MS = 10_000;
const CREATION_POLL_MS = 10;

export interface TableAnswer {
  status: number;
  /** JSON. */
  body: string;
}

interface DescribedTable {
  Table?: { TableStatus: string; KeySchema: unknown };
}

/** Tables on disk: dynalite in a worker thread. What a call answered survives a killed process. */
export class TableStore {
  readonly #folder: string;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve: (answer: TableAnswer) => void; reject: (error: Error) => void }>();
  #calls = 0;
  #failure: Error | undefined;

  private constructor(folder: string) {
    this.#folder = folder;
    mkdirSync(folder, { recursive: true });
    this.#worker = new Worker(new URL("table-store-worker.mjs", import.meta.url), {
      workerData: { folder },
      // Where dynalite takes the ARNs of its tables from.
      env: { ...process.env, AWS_ACCOUNT_ID: LOCAL_ACCOUNT_ID, AWS_REGION: LOCAL_REGION },
      execArgv: [],
    });
    this.#worker.on("message", ({ id, ...answer }: TableAnswer & { id: number }) => {
      this.#waiting.get(id)?.resolve(answer);
      this.#waiting.delete(id);
    });
    this.#worker.on("error", (error) => this.#fail(new Error(`The tables in ${folder} cannot be used any more`, { cause: error })));
    this.#worker.on("exit", (code) => this.#fail(new Error(`The tables in ${folder} are closed (their thread ended with ${code})`)));
  }

  /**
   * Opens the folder and makes the tables it lacks; items stay.
   * @throws when a table has other keys than its definition says, or cannot be made.
   */
  static async open(folder: string, tables: readonly TableDefinition[]): Promise<TableStore> {
    const store = new TableStore(folder);
    try {
      for (const table of tables) await store.#ensure(table);
      return store;
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  /** @param operation e.g. `PutItem`. Rejects when the store is closed or broken; what DynamoDB refuses is an answer. */
  async call(operation: string, body: Buffer): Promise<TableAnswer> {
    if (this.#failure !== undefined) throw this.#failure;
    return await new Promise((resolve, reject) => {
      this.#calls += 1;
      this.#waiting.set(this.#calls, { resolve, reject });
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      this.#worker.postMessage({ id: this.#calls, operation, body });
    });
  }

  /** Calls under way get an answer of DynamoDB's: whoever made them tries again. */
  async close(): Promise<void> {
    this.#fail(new ServiceError("InternalServerError", `The tables in ${this.#folder} are closed.`, 500));
    await this.#worker.terminate();
  }

  async #ensure({ name, keySchema, attributeDefinitions }: TableDefinition): Promise<void> {
    const creation = { TableName: name, KeySchema: keySchema, AttributeDefinitions: attributeDefinitions, BillingMode: "PAY_PER_REQUEST" };
    const deadline = Date.now() + CREATION_LIMIT_MS;
    for (;;) {
      const described = await this.#describe(name);
      if (described === undefined) await this.#ask("CreateTable", creation);
      else if (!isDeepStrictEqual(described.KeySchema, keySchema)) {
        throw new Error(
          `The table ${name} in ${this.#folder} has the keys ${JSON.stringify(described.KeySchema)}, the template says ${JSON.stringify(keySchema)}: ` +
            "give the table another name, as an account asks for, or start with another data folder",
        );
      } else if (described.TableStatus === "ACTIVE") return;
      if (Date.now() > deadline) throw new Error(`The table ${name} in ${this.#folder} did not become active within ${CREATION_LIMIT_MS / 1000} s: start again, on a less busy machine`);
      await delay(CREATION_POLL_MS);
    }
  }

  async #describe(name: string): Promise<DescribedTable["Table"]> {
    try {
      return (await this.#ask<DescribedTable>("DescribeTable", { TableName: name })).Table;
    } catch (error) {
      if (error instanceof ServiceError && error.code === "ResourceNotFoundException") return undefined;
      throw error;
    }
  }

  async #ask<Answer>(operation: string, input: object): Promise<Answer> {
    const { status, body } = await this.call(operation, Buffer.from(JSON.stringify(input)));
    if (status === 200) return JSON.parse(body) as Answer;
    const { __type = "", message } = JSON.parse(body) as { __type?: string; message?: string };
    throw new ServiceError(__type.slice(__type.indexOf("#") + 1), message ?? `${operation} was answered with ${status}`, status);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#failure);
    this.#waiting.clear();
  }
}
