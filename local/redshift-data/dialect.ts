/**
 * The one list of differences between Redshift's SQL and that of the engine behind the local warehouse (DuckDB): what is
 * rewritten, what is taken without effect, what is refused. docs/analysts-guide.md tells analysts the same.
 *
 * Rewritten: see the functions below, and the macros in `dialect-functions.ts`.
 * Kept beside the engine: external schemas from Kinesis, streaming materialized views, roles and grants.
 * Without effect: DISTKEY, SORTKEY, DISTSTYLE, ENCODE, BACKUP, AUTO REFRESH, WITH NO SCHEMA BINDING, lengths of VARCHAR.
 * Refused: see `REFUSED`, and whatever the engine itself cannot take.
 */
import { DATE_PARTS } from "./dialect-functions.ts";
import { type SqlToken, tokenize } from "./sql-tokens.ts";

export interface RelationName {
  schema: string;
  name: string;
}

export type Translation =
  | { kind: "query"; sql: string }
  | { kind: "no_effect" }
  | { kind: "create_external_schema"; name: string; ifNotExists: boolean }
  | { kind: "create_streaming_view"; view: RelationName; autoRefresh: boolean; externalSchema: string; stream: string; select: string }
  | { kind: "refresh"; view: RelationName }
  | { kind: "set_auto_refresh"; view: RelationName; autoRefresh: boolean }
  | { kind: "drop_materialized_view"; view: RelationName; ifExists: boolean }
  | { kind: "create_role" | "drop_role"; name: string }
  | { kind: "grant"; role: string | undefined };

/** The relation that stands for the stream in the SELECT of a streaming view. */
export const INCOMING_RECORDS = "temp.main.incoming_records";
/** The function that stands for JSON_PARSE there. */
export const PARSE_PAYLOAD = "local_catalog.parse_payload";

export class UnsupportedStatementError extends Error {
  constructor(what: string, why: string) {
    super(`${what} is not supported by the local warehouse (DuckDB): ${why}; see docs/analysts-guide.md`);
    this.name = "UnsupportedStatementError";
  }
}

const REFUSED: readonly [RegExp, string][] = [
  [/^(copy|unload)\b/iu, "it moves files between S3 and Redshift; locally the Parquet files of the lake lie in the data folder"],
  [/^create (or replace )?(procedure|function|model|library|datashare|external (table|function|model))\b/iu, "only tables, views and streaming materialized views are kept"],
  [/^(create|alter|drop) (user|group|database|identity|datashare|masking|rls)\b/iu, "the local warehouse has one user and one database"],
  [/^(call|vacuum|lock|declare|fetch|close|prepare|execute|deallocate|cancel|begin|start|commit|end|rollback|abort)\b/iu, "each call is a transaction of its own, as with the Data API"],
  [/^(attach|detach|install|load|pragma|export|import|checkpoint|use|force|summarize|from)\b/iu, "it is not a Redshift statement"],
];

/**
 * Translates one statement.
 * @throws UnsupportedStatementError naming what and why; Error when it cannot be read.
 */
export function translate(sql: string): Translation {
  const tokens = tokenize(sql).filter(({ kind }) => kind !== "space");
  const plain = tokens.map(({ text }) => text).join(" ");
  for (const [pattern, why] of REFUSED) if (pattern.test(plain)) throw new UnsupportedStatementError(firstWords(plain), why);
  return (
    externalSchema(plain) ?? materializedView(plain, sql) ?? rolesAndGrants(plain) ?? settings(plain) ?? { kind: "query", sql: rewrite(sql) }
  );
}

function firstWords(plain: string): string {
  return plain.split(" ").slice(0, 3).join(" ").toUpperCase();
}

// Patterns over the tokens of a statement, joined by single spaces.
const NAME = String.raw`("(?:[^"]|"")+"|[\p{L}_][\p{L}\p{N}_$]*)`;
const RELATION = String.raw`(?:${NAME} \. )?${NAME}`;

function match(plain: string, pattern: string): RegExpExecArray | null {
  return new RegExp(`^${pattern}`, "iu").exec(plain);
}

/** Unquoted names are in lower case, as in Redshift. */
function nameOf(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text.toLowerCase();
}

function relation(schema: string | undefined, name: string): RelationName {
  return { schema: schema === undefined ? "main" : nameOf(schema), name: nameOf(name) };
}

function externalSchema(plain: string): Translation | undefined {
  if (!/^create external schema\b/iu.test(plain)) return undefined;
  const found = match(plain, `create external schema (if not exists )?${NAME} from kinesis iam_role '[^']+'$`);
  if (found === null) throw new UnsupportedStatementError("This CREATE EXTERNAL SCHEMA", "only FROM KINESIS IAM_ROLE '…' is emulated");
  return { kind: "create_external_schema", name: nameOf(found[2]!), ifNotExists: found[1] !== undefined };
}

function materializedView(plain: string, sql: string): Translation | undefined {
  const refresh = match(plain, `refresh materialized view ${RELATION}(?: restrict| cascade)?$`);
  if (refresh !== null) return { kind: "refresh", view: relation(refresh[1], refresh[2]!) };
  const alter = match(plain, `alter materialized view ${RELATION} auto refresh (yes|no)$`);
  if (alter !== null) return { kind: "set_auto_refresh", view: relation(alter[1], alter[2]!), autoRefresh: alter[3]!.toLowerCase() === "yes" };
  const drop = match(plain, `drop materialized view (if exists )?${RELATION}(?: restrict| cascade)?$`);
  if (drop !== null) return { kind: "drop_materialized_view", ifExists: drop[1] !== undefined, view: relation(drop[2], drop[3]!) };
  if (!/^create materialized view\b/iu.test(plain)) return undefined;
  const head = match(plain, `create materialized view ${RELATION} (.*?)as (?:\\( )?select\\b`);
  const source = new RegExp(` from ${NAME} \\. ${NAME}(?: where\\b| \\)?$|$)`, "iu").exec(plain);
  if (head === null || source === null) throw new UnsupportedStatementError("This CREATE MATERIALIZED VIEW", "only a SELECT over one Kinesis stream is emulated");
  const [from, to] = [source[1]!, source[2]!];
  const select = sql.slice(sql.search(/\bas\s+\(?\s*select\b/iu)).replace(/^as\s+/iu, "");
  return {
    kind: "create_streaming_view",
    view: relation(head[1], head[2]!),
    autoRefresh: /\bauto refresh yes\b/iu.test(head[3]!),
    externalSchema: nameOf(from),
    stream: nameOf(to),
    select: rewrite(select, { source: [from, to] }),
  };
}

function rolesAndGrants(plain: string): Translation | undefined {
  const role = match(plain, `(create|drop) role ${NAME}(?: force| restrict)?$`);
  if (role !== null) return { kind: role[1]!.toLowerCase() === "create" ? "create_role" : "drop_role", name: nameOf(role[2]!) };
  if (!/^(grant|revoke|alter default privileges)\b/iu.test(plain)) return undefined;
  const grantee = new RegExp(` (?:to|from) role ${NAME}`, "iu").exec(plain)?.[1];
  return { kind: "grant", role: grantee === undefined ? undefined : nameOf(grantee) };
}

function settings(plain: string): Translation | undefined {
  if (/^(re)?set enable_case_sensitive_identifier\b/iu.test(plain)) return { kind: "no_effect" };
  if (/^(re)?set\b/iu.test(plain)) throw new UnsupportedStatementError(firstWords(plain), "a setting would last for one call only");
  return undefined;
}

interface StreamSource {
  /** The names of the external schema and the stream as written. */
  source?: readonly [string, string];
}

type Code = { token: SqlToken; lower: string };

/** Redshift's spelling → DuckDB's, token by token: strings, quoted names and comments are never touched. */
function rewrite(sql: string, { source }: StreamSource = {}): string {
  const tokens = tokenize(sql);
  const code: Code[] = tokens.filter(({ kind }) => kind !== "space").map((token) => ({ token, lower: token.kind === "word" ? token.text.toLowerCase() : token.text }));
  const at = (index: number): string => code[index]?.lower ?? "";
  const put = (index: number, text: string): void => {
    code[index]!.token.text = text;
  };
  const drop = (from: number, to: number): void => {
    for (let index = from; index <= to; index++) put(index, "");
  };
  const isTableDefinition = /^create\s+(local\s+)?(temp\w*\s+)?table\b/iu.test(code.slice(0, 4).map(({ lower }) => lower).join(" "));
  let limit = "";

  for (let index = 0; index < code.length; index++) {
    const { token, lower } = code[index]!;
    const isCall = at(index + 1) === "(";
    if (source !== undefined && token.text === source[0] && at(index + 1) === "." && code[index + 2]?.token.text === source[1]) {
      put(index, INCOMING_RECORDS);
      drop(index + 1, index + 2);
      continue;
    }
    if (token.kind !== "word") continue;
    if (source !== undefined && lower === "json_parse" && isCall) put(index, PARSE_PAYLOAD);
    else if (lower === "nvl" && isCall) put(index, "coalesce");
    else if (lower === "sysdate" && at(index - 1) !== ".") put(index, "getdate()");
    else if (isCall && PART_FIRST.has(lower)) quotePart(code, index + 2, put);
    else if (lower === "approximate" && at(index + 1) === "count" && at(index + 3) === "distinct") {
      drop(index, index);
      put(index + 1, "approx_count_distinct");
      drop(index + 3, index + 3);
    } else if (lower === "listagg" && isCall) orderedAggregate(code, index, put, drop);
    else if (lower === "super" && (at(index - 1) === "::" || at(index - 1) === "as" || isTableDefinition)) put(index, "JSON");
    else if ((lower === "varchar" || lower === "varying") && isCall && at(index + 2) === "max") drop(index + 1, index + 3);
    else if (lower === "with" && at(index + 1) === "no" && at(index + 2) === "schema" && at(index + 3) === "binding") drop(index, index + 3);
    else if (lower === "top" && at(index - 1) === "select" && code[index + 1]?.token.kind === "number") {
      if (index !== 1) throw new UnsupportedStatementError("TOP inside a query", "write LIMIT instead");
      limit = ` LIMIT ${at(index + 1)}`;
      drop(index, index + 1);
    } else if (isTableDefinition) dropTableAttributes(code, index, drop);
  }
  unnestNavigation(code, put, drop);
  unpivotNavigation(code, put, drop);
  return tokens.map(({ text }) => text).join("") + limit;
}

// Functions whose first argument is a bare date part.
const PART_FIRST = new Set(["dateadd", "datediff", "date_add", "date_diff", "date_part", "datepart"]);

function quotePart(code: readonly Code[], index: number, put: (index: number, text: string) => void): void {
  const part = code[index];
  if (part?.token.kind !== "word" || code[index + 1]?.lower !== ",") return;
  put(index, `'${DATE_PARTS.get(part.lower) ?? part.lower}'`);
}

/** LISTAGG(x, ',') WITHIN GROUP (ORDER BY y) → string_agg(x, ',' ORDER BY y) */
function orderedAggregate(code: readonly Code[], index: number, put: (index: number, text: string) => void, drop: (from: number, to: number) => void): void {
  put(index, "string_agg");
  const close = closing(code, index + 1);
  if (code[close + 1]?.lower !== "within" || code[close + 2]?.lower !== "group") return;
  // The closing bracket of the call and WITHIN GROUP ( go; the bracket after ORDER BY … closes the call.
  drop(close, close + 3);
}

function closing(code: readonly Code[], open: number): number {
  let depth = 0;
  for (let index = open; index < code.length; index++) {
    if (code[index]!.lower === "(") depth++;
    else if (code[index]!.lower === ")" && --depth === 0) return index;
  }
  throw new Error("syntax error: a bracket is not closed");
}

function dropTableAttributes(code: readonly Code[], index: number, drop: (from: number, to: number) => void): void {
  const next = code[index + 1]?.lower;
  switch (code[index]!.lower) {
    case "distkey":
    case "sortkey":
      drop(index, next === "(" ? closing(code, index + 1) : index);
      break;
    case "compound":
    case "interleaved":
      drop(index, index);
      break;
    case "diststyle":
    case "encode":
    case "backup":
      drop(index, index + 1);
      break;
    default:
  }
}

/** `FROM t AS r, r.flags AS f` (unnesting by navigation) → `FROM t AS r, UNNEST(r.flags) AS f_values(f)` */
function unnestNavigation(code: readonly Code[], put: (index: number, text: string) => void, drop: (from: number, to: number) => void): void {
  for (let index = 0; index + 3 < code.length; index++) {
    if (code[index]!.lower !== "," || code[index + 2]!.lower !== ".") continue;
    const owner = code[index + 1]!;
    if (!isName(owner) || !isName(code[index + 3]!) || !introducesAlias(code, index, owner.lower)) continue;
    const hasAs = code[index + 4]?.lower === "as";
    const alias = code[index + (hasAs ? 5 : 4)];
    if (alias === undefined || !isName(alias)) continue;
    put(index + 1, `UNNEST(${owner.token.text}`);
    put(index + 3, `${code[index + 3]!.token.text}) AS`);
    if (hasAs) drop(index + 4, index + 4);
    put(index + (hasAs ? 5 : 4), ` ${alias.token.text}_values(${alias.token.text})`);
  }
}

/**
 * `FROM t AS r, UNPIVOT r.redactions AS c AT k` (an object's entries) →
 * `FROM t AS r, LATERAL (SELECT key AS k, value AS c FROM json_each(r.redactions)) AS c_values`
 */
function unpivotNavigation(code: readonly Code[], put: (index: number, text: string) => void, drop: (from: number, to: number) => void): void {
  for (let index = 0; index + 8 < code.length; index++) {
    if (code[index]!.lower !== "," || code[index + 1]!.lower !== "unpivot" || code[index + 3]!.lower !== ".") continue;
    const [owner, column, value, key] = [code[index + 2]!, code[index + 4]!, code[index + 6]!, code[index + 8]!];
    if (code[index + 5]!.lower !== "as" || code[index + 7]!.lower !== "at" || ![owner, column, value, key].every(isName)) continue;
    if (!introducesAlias(code, index, owner.lower)) continue;
    put(index + 1, `LATERAL (SELECT key AS ${key.token.text}, value AS ${value.token.text} FROM json_each(${owner.token.text}`);
    drop(index + 2, index + 2);
    put(index + 4, `${column.token.text})) AS ${value.token.text}_values`);
    drop(index + 5, index + 8);
  }
}

/** Whether the tokens before the comma at `comma` are `FROM … alias`. */
function introducesAlias(code: readonly Code[], comma: number, alias: string): boolean {
  if (code[comma - 1]?.lower !== alias) return false;
  for (let index = comma - 2; index >= 0; index--) {
    const { lower } = code[index]!;
    if (lower === "from") return true;
    if (lower === "select" || lower === "where" || lower === ",") return false;
  }
  return false;
}

function isName({ token }: Code): boolean {
  return token.kind === "word" || token.kind === "identifier";
}
