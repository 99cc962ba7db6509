import type { DuckDBConnection, DuckDBValue } from "@duckdb/node-api";
import type { RelationName, Translation } from "./dialect.ts";
import { PAYLOAD_STRUCTURE } from "./local-catalog.ts";
import { quoted, quotedName, type StreamingView } from "./streaming-view.ts";

/** Kinds of objects that are no more than a name here → what Redshift's messages call them. */
const NAMED = { external_schemas: "schema", roles: "role" } as const;
type NamedKind = keyof typeof NAMED;

/** What Redshift keeps and DuckDB has no place for: external schemas, roles, streaming views and their positions. */
export class LocalObjects {
  readonly #connection: DuckDBConnection;

  constructor(connection: DuckDBConnection) {
    this.#connection = connection;
  }

  /** @throws Error when it is there already. */
  async create(kind: NamedKind, name: string, ifNotExists: boolean): Promise<void> {
    if (await this.#exists(kind, name)) {
      if (ifNotExists) return;
      throw new Error(`ERROR: ${NAMED[kind]} "${name}" already exists`);
    }
    await this.#connection.run(`INSERT INTO local_catalog.${kind} VALUES ($name)`, { name });
  }

  /** @throws Error when it is not there. */
  async drop(kind: NamedKind, name: string): Promise<void> {
    await this.mustExist(kind, name);
    await this.#connection.run(`DELETE FROM local_catalog.${kind} WHERE name = $name`, { name });
  }

  async mustExist(kind: NamedKind, name: string): Promise<void> {
    if (!(await this.#exists(kind, name))) throw new Error(`ERROR: ${NAMED[kind]} "${name}" does not exist`);
  }

  async streamingViews(): Promise<(RelationName & { stream: string })[]> {
    const views = await this.#rows("SELECT schema_name, name, stream FROM local_catalog.streaming_views");
    return views.map(([schema, name, stream]) => ({ schema: String(schema), name: String(name), stream: String(stream) }));
  }

  /** @throws Error when it does not exist. */
  async streamingView(view: RelationName): Promise<StreamingView> {
    const found = await this.#find(view);
    if (found === undefined) throw new Error(`ERROR: materialized view "${view.schema}.${view.name}" does not exist`);
    return found;
  }

  async positions(view: RelationName): Promise<Record<string, string>> {
    const rows = await this.#rows(`SELECT shard_id, sequence_number FROM local_catalog.positions ${OF_VIEW}`, relationValues(view));
    return Object.fromEntries(rows.map(([shard, sequence]) => [String(shard), String(sequence)]));
  }

  async createStreamingView(translation: Extract<Translation, { kind: "create_streaming_view" }>): Promise<void> {
    const { view, externalSchema, stream, select, autoRefresh } = translation;
    await this.mustExist("external_schemas", externalSchema);
    if ((await this.#find(view)) !== undefined) throw new Error(`ERROR: Relation "${view.name}" already exists`);
    await this.#atOnce(async () => {
      await this.#connection.run(`CREATE TABLE ${quoted(view)} AS ${select} LIMIT 0`);
      await this.#connection.run("INSERT INTO local_catalog.streaming_views VALUES ($schema, $name, $stream, $select, $autoRefresh, $structure)", {
        ...relationValues(view),
        stream,
        select,
        autoRefresh,
        structure: PAYLOAD_STRUCTURE,
      });
    });
  }

  async dropStreamingView(view: RelationName, ifExists: boolean): Promise<void> {
    if ((await this.#find(view)) === undefined) {
      if (ifExists) return;
      throw new Error(`ERROR: materialized view "${view.name}" does not exist`);
    }
    await this.#atOnce(async () => {
      await this.#connection.run(`DROP TABLE ${quoted(view)}`);
      for (const table of ["positions", "streaming_views"]) {
        await this.#connection.run(`DELETE FROM local_catalog.${table} ${OF_VIEW}`, relationValues(view));
      }
    });
  }

  async setAutoRefresh(view: RelationName, autoRefresh: boolean): Promise<void> {
    await this.streamingView(view);
    await this.#connection.run(`UPDATE local_catalog.streaming_views SET auto_refresh = $autoRefresh ${OF_VIEW}`, { ...relationValues(view), autoRefresh });
  }

  /** A payload is kept as a struct of the contract's fields: when the contract grew since the last start, the struct follows. */
  async followContract(): Promise<void> {
    const outdated = await this.#rows("SELECT schema_name, name FROM local_catalog.streaming_views WHERE structure <> $structure", { structure: PAYLOAD_STRUCTURE });
    for (const [schema, name] of outdated) {
      const view = { schema: String(schema), name: String(name) };
      const columns = await this.#rows("SELECT column_name FROM information_schema.columns WHERE table_schema = $schema AND table_name = $name AND data_type LIKE 'STRUCT%'", relationValues(view));
      const replaced = columns.map(([column]) => `local_catalog.parse_payload(to_json(${quotedName(String(column))})) AS ${quotedName(String(column))}`);
      const next = { ...view, name: `${view.name}_next` };
      await this.#atOnce(async () => {
        await this.#connection.run(`CREATE TABLE ${quoted(next)} AS SELECT * ${replaced.length === 0 ? "" : `REPLACE (${replaced.join(", ")})`} FROM ${quoted(view)}`);
        await this.#connection.run(`DROP TABLE ${quoted(view)}`);
        await this.#connection.run(`ALTER TABLE ${quoted(next)} RENAME TO ${quotedName(view.name)}`);
        await this.#connection.run(`UPDATE local_catalog.streaming_views SET structure = $structure ${OF_VIEW}`, { ...relationValues(view), structure: PAYLOAD_STRUCTURE });
      });
    }
  }

  async #find(view: RelationName): Promise<StreamingView | undefined> {
    const [row] = await this.#rows(`SELECT stream, select_sql FROM local_catalog.streaming_views ${OF_VIEW}`, relationValues(view));
    return row === undefined ? undefined : { ...view, stream: String(row[0]), select: String(row[1]) };
  }

  async #exists(kind: NamedKind, name: string): Promise<boolean> {
    return (await this.#rows(`SELECT 1 FROM local_catalog.${kind} WHERE name = $name`, { name })).length > 0;
  }

  async #atOnce(work: () => Promise<void>): Promise<void> {
    await this.#connection.run("BEGIN");
    try {
      await work();
      await this.#connection.run("COMMIT");
    } catch (error) {
      await this.#connection.run("ROLLBACK");
      throw error;
    }
  }

  async #rows(sql: string, values?: Record<string, DuckDBValue>): Promise<DuckDBValue[][]> {
    return (await this.#connection.runAndReadAll(sql, values)).getRows();
  }
}

const OF_VIEW = "WHERE schema_name = $schema AND name = $name";

function relationValues({ schema, name }: RelationName): { schema: string; name: string } {
  return { schema, name };
}
