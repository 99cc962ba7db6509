import { type DuckDBConnection, DuckDBInstance, ResultReturnType } from "@duckdb/node-api";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type RelationName, type Translation, translate } from "./dialect.ts";
import { localCatalogStatements } from "./local-catalog.ts";
import { LocalObjects } from "./local-objects.ts";
import { type CellValue, redshiftColumnName, redshiftTypeName, redshiftValue } from "./result-values.ts";
import { bindEach, bindParameters, splitStatements, type SqlParameter } from "./sql-tokens.ts";
import { refreshStreamingView, type StreamReader } from "./streaming-view.ts";

export interface QueryResult {
  /** `type` is Redshift's name: int8, varchar, timestamptz, super … */
  columns: { name: string; type: string }[];
  /** Times as text in UTC. */
  rows: CellValue[][];
  /** Rows returned by a query, or changed by any other statement. */
  affected: number;
  hasResultSet: boolean;
}

export interface WarehouseOptions {
  /** Holds the database file. */
  folder: string;
  kinesis: StreamReader;
  /** Throws when the warehouse's role may not read the stream. */
  authorizeStreamRead?: (streamName: string) => void;
}

/** The database while nobody else uses it. */
export interface WarehouseSession {
  run(sql: string, parameters: readonly SqlParameter[]): Promise<QueryResult>;
  runAll(statements: readonly string[], parameters: readonly SqlParameter[]): Promise<QueryResult[]>;
}

const NOTHING: QueryResult = { columns: [], rows: [], affected: 0, hasResultSet: false };

/** A Redshift database on one machine: Redshift's SQL over DuckDB in a file. One statement runs at a time. */
export class WarehouseEngine {
  readonly #session: WarehouseSession = {
    run: (sql, parameters) => this.#one(bindParameters(sql, parameters), false),
    runAll: (statements, parameters) => this.#allOrNone(statements, parameters),
  };
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #objects: LocalObjects;
  readonly #options: WarehouseOptions;
  #queue: Promise<unknown> = Promise.resolve();
  #isRunning = false;
  #closing = false;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, options: WarehouseOptions) {
    this.#instance = instance;
    this.#connection = connection;
    this.#objects = new LocalObjects(connection);
    this.#options = options;
  }

  /** @throws Error when the file is in use by another process or cannot be read. */
  static async open(options: WarehouseOptions): Promise<WarehouseEngine> {
    mkdirSync(options.folder, { recursive: true });
    const instance = await DuckDBInstance.create(join(options.folder, "warehouse.duckdb"), {
      threads: "2",
      memory_limit: "256MB",
      temp_directory: join(options.folder, "spill"),
      // Redshift divides whole numbers to whole numbers, puts NULLs last when ascending, and lower-cases plain names.
      integer_division: "true",
      default_null_order: "nulls_last_on_asc_first_on_desc",
      preserve_identifier_case: "false",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const connection = await instance.connect();
    await connection.run("SET TimeZone = 'UTC'");
    for (const statement of localCatalogStatements()) await connection.run(statement);
    // An analyst's SQL has no business in the files of this machine.
    await connection.run("SET enable_external_access = false");
    await connection.run("SET lock_configuration = true");
    const engine = new WarehouseEngine(instance, connection, options);
    await engine.#objects.followContract();
    return engine;
  }

  /**
   * Runs one statement of Redshift SQL in a transaction of its own.
   * @throws Error with the database's message.
   */
  run(sql: string, parameters: readonly SqlParameter[] = []): Promise<QueryResult> {
    return this.exclusively((session) => session.run(sql, parameters));
  }

  /**
   * Runs statements in one transaction: all or none.
   * @throws BatchError naming the statement that failed.
   */
  runAll(statements: readonly string[], parameters: readonly SqlParameter[] = []): Promise<QueryResult[]> {
    return this.exclusively((session) => session.runAll(statements, parameters));
  }

  /** Waits for the statements before, then gives the database to `work` alone. */
  exclusively<Result>(work: (session: WarehouseSession) => Promise<Result>): Promise<Result> {
    return this.#alone(() => work(this.#session));
  }

  /** The streaming views and the stream each reads. */
  streamingViews(): Promise<(RelationName & { stream: string })[]> {
    return this.#alone(() => this.#objects.streamingViews());
  }

  /** How far a view has read: shard → the last sequence number taken. */
  positions(view: RelationName): Promise<Record<string, string>> {
    return this.#alone(() => this.#objects.positions(view));
  }

  /** Stops the statement that runs now. */
  interrupt(): void {
    if (this.#isRunning) this.#connection.interrupt();
  }

  /** Stops what runs and what waits: unfinished transactions are rolled back, as at a crash. */
  async close(): Promise<void> {
    this.#closing = true;
    this.interrupt();
    await this.#queue;
    this.#connection.closeSync();
    this.#instance.closeSync();
  }

  async #alone<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#queue.then(async () => {
      if (this.#closing) throw new Error("The local warehouse is closing; the statement did not run.");
      this.#isRunning = true;
      try {
        return await work();
      } finally {
        this.#isRunning = false;
      }
    });
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  async #allOrNone(statements: readonly string[], parameters: readonly SqlParameter[]): Promise<QueryResult[]> {
    const results: QueryResult[] = [];
    await this.#connection.run("BEGIN");
    try {
      for (const sql of bindEach(statements, parameters)) results.push(await this.#one(sql, true));
      await this.#connection.run("COMMIT");
      return results;
    } catch (error) {
      await this.#connection.run("ROLLBACK");
      throw new BatchError(results.length, error);
    }
  }

  async #one(sql: string, inTransaction: boolean): Promise<QueryResult> {
    const statements = splitStatements(sql);
    if (statements.length !== 1) throw new Error(`Exactly one statement was expected, but there are ${statements.length}: send them one by one, or use BatchExecuteStatement.`);
    return this.#apply(translate(statements[0]!), inTransaction);
  }

  async #apply(translation: Translation, inTransaction: boolean): Promise<QueryResult> {
    switch (translation.kind) {
      case "query":
        return this.#query(translation.sql);
      case "no_effect":
        return NOTHING;
      case "create_external_schema":
        await this.#objects.create("external_schemas", translation.name, translation.ifNotExists);
        return NOTHING;
      case "create_role":
        await this.#objects.create("roles", translation.name, false);
        return NOTHING;
      case "drop_role":
        await this.#objects.drop("roles", translation.name);
        return NOTHING;
      case "grant":
        if (translation.role !== undefined) await this.#objects.mustExist("roles", translation.role);
        return NOTHING;
      case "create_streaming_view":
        refuseInTransaction(inTransaction, "CREATE MATERIALIZED VIEW");
        this.#options.authorizeStreamRead?.(translation.stream);
        // As Redshift does, say now when the stream is not there.
        this.#options.kinesis.shardIds(translation.stream);
        await this.#objects.createStreamingView(translation);
        return NOTHING;
      case "drop_materialized_view":
        refuseInTransaction(inTransaction, "DROP MATERIALIZED VIEW");
        await this.#objects.dropStreamingView(translation.view, translation.ifExists);
        return NOTHING;
      case "set_auto_refresh":
        await this.#objects.setAutoRefresh(translation.view, translation.autoRefresh);
        return NOTHING;
      case "refresh": {
        refuseInTransaction(inTransaction, "REFRESH MATERIALIZED VIEW");
        return { ...NOTHING, affected: await this.#refresh(translation.view) };
      }
    }
  }

  async #query(sql: string): Promise<QueryResult> {
    const reader = await this.#connection.runAndReadAll(sql);
    if (reader.returnType !== ResultReturnType.QUERY_RESULT) return { ...NOTHING, affected: reader.rowsChanged };
    const types = reader.columnTypes();
    const columns = reader.columnNames().map((name, index) => ({ name: redshiftColumnName(name), type: redshiftTypeName(types[index]!) }));
    const rows = reader.getRows().map((row) => row.map((value, index) => redshiftValue(value, types[index]!)));
    return { columns, rows, affected: rows.length, hasResultSet: true };
  }

  async #refresh(view: RelationName): Promise<number> {
    const streamingView = await this.#objects.streamingView(view);
    this.#options.authorizeStreamRead?.(streamingView.stream);
    return refreshStreamingView(this.#connection, streamingView, this.#options.kinesis);
  }

}

/** A statement of a transaction failed and all of them were rolled back. */
export class BatchError extends Error {
  readonly statementIndex: number;

  constructor(statementIndex: number, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = "BatchError";
    this.statementIndex = statementIndex;
  }
}

function refuseInTransaction(inTransaction: boolean, what: string): void {
  if (inTransaction) throw new Error(`ERROR: ${what} runs as a transaction of its own: send it with ExecuteStatement.`);
}
