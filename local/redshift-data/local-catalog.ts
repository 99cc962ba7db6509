import { duckdbStructure } from "../../core/tables/duckdb-structure.ts";
import { dialectFunctions } from "./dialect-functions.ts";

/** The shape of a result, as `from_json` takes it. */
export const PAYLOAD_STRUCTURE = JSON.stringify(duckdbStructure());

/**
 * What Redshift keeps and DuckDB has no place for, and the system views that show it. Run at every start: nothing here
 * loses data.
 */
export function localCatalogStatements(): string[] {
  return [
    "CREATE SCHEMA IF NOT EXISTS local_catalog",
    "CREATE TABLE IF NOT EXISTS local_catalog.external_schemas (name VARCHAR PRIMARY KEY)",
    `CREATE TABLE IF NOT EXISTS local_catalog.streaming_views
      (schema_name VARCHAR, name VARCHAR, stream VARCHAR, select_sql VARCHAR, auto_refresh BOOLEAN, structure VARCHAR, PRIMARY KEY (schema_name, name))`,
    `CREATE TABLE IF NOT EXISTS local_catalog.positions
      (schema_name VARCHAR, name VARCHAR, shard_id VARCHAR, sequence_number VARCHAR, PRIMARY KEY (schema_name, name, shard_id))`,
    "CREATE TABLE IF NOT EXISTS local_catalog.roles (name VARCHAR PRIMARY KEY)",
    `CREATE OR REPLACE MACRO local_catalog.parse_payload(value) AS from_json(value, '${PAYLOAD_STRUCTURE}')`,
    ...dialectFunctions(),
    `CREATE OR REPLACE VIEW main.svv_mv_info AS
      SELECT current_database() AS database_name, schema_name, name, 'u' AS is_stale, 1 AS state, CASE WHEN auto_refresh THEN 't' ELSE 'f' END AS autorefresh FROM local_catalog.streaming_views`,
    "CREATE OR REPLACE VIEW main.svv_roles AS SELECT row_number() OVER (ORDER BY name) AS role_id, name AS role_name, 'local' AS role_owner FROM local_catalog.roles",
    "CREATE OR REPLACE VIEW main.svv_external_schemas AS SELECT name AS schemaname FROM local_catalog.external_schemas",
    `CREATE OR REPLACE VIEW main.svv_tables AS SELECT table_catalog, table_schema, table_name, table_type FROM information_schema.tables
      WHERE table_catalog = current_database() AND table_schema NOT IN ('local_catalog', 'main')`,
    `CREATE OR REPLACE VIEW main.svv_columns AS SELECT table_catalog, table_schema, table_name, column_name, ordinal_position, data_type, is_nullable
      FROM information_schema.columns WHERE table_catalog = current_database() AND table_schema NOT IN ('local_catalog', 'main')`,
    // What a stream looks like to the SELECT of a streaming view.
    `CREATE TEMP TABLE incoming_records (approximate_arrival_timestamp TIMESTAMP, partition_key VARCHAR, shard_id VARCHAR,
      sequence_number VARCHAR, refresh_time TIMESTAMP, kinesis_data VARCHAR)`,
  ];
}
