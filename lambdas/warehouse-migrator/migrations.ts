import { createHash } from "node:crypto";
import { resultViews } from "../../core/tables/result-views.ts";

export const ANALYST_ROLE = "valence_analyst";
export const BOOKKEEPING_TABLE = "valence.schema_migrations";

export interface MigrationTarget {
  resultsStreamName: string;
  /** The role Redshift assumes to read the stream. */
  streamReaderRoleArn: string;
}

export interface Migration {
  /** Never changed once released; migrations run in the order of this list, each at most once. */
  id: string;
  /**
   * One statement runs by itself; several run in one transaction together with their bookkeeping.
   * `CREATE MATERIALIZED VIEW` over a stream, `CREATE EXTERNAL SCHEMA` and `CREATE ROLE` stand alone for that reason.
   */
  statements: readonly string[];
  /** A query that returns a row when the statement took effect in a run that ended before its bookkeeping. */
  alreadyDone?: string;
  /** Runs again whenever its text differs from what ran last. */
  repeatable?: boolean;
}

/** Run before anything else, every time; both do nothing the second time. */
export const BOOTSTRAP: readonly string[] = [
  "CREATE SCHEMA IF NOT EXISTS valence",
  `CREATE TABLE IF NOT EXISTS ${BOOKKEEPING_TABLE} (id varchar(128) NOT NULL, digest varchar(64) NOT NULL, applied_at timestamptz NOT NULL)`,
];

/**
 * The structure of the warehouse, oldest first. To change it, add an entry: one that ran is never run again, and the
 * migrator stops when its text is no longer what ran. The views at the end are repeatable: a changed contract creates them
 * anew.
 */
export function migrations(target: MigrationTarget): Migration[] {
  return [
    {
      id: "0001-external-schema-of-the-streams",
      statements: [`CREATE EXTERNAL SCHEMA IF NOT EXISTS valence_streams FROM KINESIS IAM_ROLE ${literal(target.streamReaderRoleArn)}`],
    },
    {
      id: "0002-results-stream",
      // Sorted by arrival: most questions are about a span of time, and refreshes append in that order.
      statements: [
        `CREATE MATERIALIZED VIEW valence.results_stream SORTKEY(approximate_arrival_timestamp) AUTO REFRESH NO AS
SELECT approximate_arrival_timestamp, partition_key, shard_id, sequence_number, JSON_PARSE(kinesis_data) AS payload
FROM valence_streams.${identifier(target.resultsStreamName)}
WHERE CAN_JSON_PARSE(kinesis_data)`,
      ],
      // Redshift knows no IF NOT EXISTS for materialized views and roles.
      alreadyDone: "SELECT 1 FROM svv_mv_info WHERE schema_name = 'valence' AND name = 'results_stream'",
    },
    {
      id: "0003-analyst-role",
      statements: [`CREATE ROLE ${ANALYST_ROLE}`],
      alreadyDone: `SELECT 1 FROM svv_roles WHERE role_name = '${ANALYST_ROLE}'`,
    },
    views(),
  ];
}

function views(): Migration {
  const definitions = resultViews();
  const names = definitions.map(({ name }) => name);
  const statements = [
    // Dropped without CASCADE: a view that somebody built on these must not vanish in a deployment.
    ...[...names].reverse().map((name) => `DROP VIEW IF EXISTS ${name}`),
    ...definitions.map(({ name, select }) => `CREATE VIEW ${name} AS\n${select}`),
    `GRANT USAGE ON SCHEMA valence TO ROLE ${ANALYST_ROLE}`,
    // On the views only: they read the materialized view with their owner's permissions.
    ...names.map((name) => `GRANT SELECT ON ${name} TO ROLE ${ANALYST_ROLE}`),
  ];
  return { id: "views", statements, repeatable: true };
}

/** Run after the migrations, every time: a setting, not structure. */
export function refreshStatement(continuous: boolean): string {
  return `ALTER MATERIALIZED VIEW valence.results_stream AUTO REFRESH ${continuous ? "YES" : "NO"}`;
}

export function migrationDigest({ statements }: Migration): string {
  return digest(statements);
}

/** Changes when any statement does: a property of the custom resource, so that a deployment runs the migrator when it must. */
export function migrationsDigest(): string {
  const anywhere = migrations({ resultsStreamName: "stream", streamReaderRoleArn: "role" });
  return digest([...BOOTSTRAP, ...anywhere.flatMap(({ id, statements }) => [id, ...statements])]);
}

function digest(texts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(texts)).digest("hex");
}

function literal(value: string): string {
  return `'${value.replaceAll("'", "''")}'`;
}

function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
