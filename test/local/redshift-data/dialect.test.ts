import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { translate } from "../../../local/redshift-data/dialect.ts";
import { splitStatements, tokenize } from "../../../local/redshift-data/sql-tokens.ts";
import { WarehouseEngine } from "../../../local/redshift-data/warehouse-engine.ts";
import { MemoryStream, temporaryFolder } from "./warehouse-fixture.ts";

const place = temporaryFolder();
let engine: WarehouseEngine;
beforeAll(async () => {
  engine = await WarehouseEngine.open({ folder: place.folder, kinesis: new MemoryStream() });
});
afterAll(async () => {
  await engine.close();
  place.remove();
});

describe("what analysts type for Redshift", () => {
  it.each([
    ["SELECT 7 / 2", 3],
    ["SELECT NVL(NULL, NULL, 'c')", "c"],
    ["SELECT NVL2(NULL, 'a', 'b')", "b"],
    ["SELECT DATEADD(day, -1, CAST('2026-03-01' AS date))", "2026-02-28 00:00:00"],
    ["SELECT DATEADD(mon, 1, TIMESTAMP '2026-01-31 10:00:00')", "2026-02-28 10:00:00"],
    ["SELECT DATEDIFF(week, DATE '2026-01-01', DATE '2026-01-15')", 2],
    ["SELECT DATEDIFF('hours', TIMESTAMP '2026-01-01 00:59:00', TIMESTAMP '2026-01-01 02:00:00')", 2],
    ["SELECT DATE_PART(dow, DATE '2026-03-01')", 0],
    ["SELECT DATE_TRUNC('month', TIMESTAMP '2026-03-14 10:00:00')", "2026-03-01 00:00:00"],
    ["SELECT GETDATE() <= SYSDATE", true],
    ["SELECT TO_CHAR(TIMESTAMP '2026-03-04 15:06:07', 'YYYY-MM-DD HH24:MI:SS')", "2026-03-04 15:06:07"],
    ["SELECT TO_CHAR(DATE '2026-03-04', 'Mon YYYY')", "Mar 2026"],
    ["SELECT CONVERT_TIMEZONE('Europe/Lisbon', TIMESTAMP '2026-07-01 12:00:00')", "2026-07-01 13:00:00"],
    ["SELECT CONVERT_TIMEZONE('America/New_York', 'UTC', TIMESTAMP '2026-01-01 12:00:00')", "2026-01-01 17:00:00"],
    ["SELECT LISTAGG(x, ', ') WITHIN GROUP (ORDER BY x DESC) FROM (SELECT 'a' AS x UNION ALL SELECT 'b') AS t", "b, a"],
    ["SELECT LISTAGG(DISTINCT x, ',') FROM (SELECT 'a' AS x UNION ALL SELECT 'a') AS t", "a"],
    ["SELECT APPROXIMATE COUNT(DISTINCT x) FROM (SELECT 1 AS x UNION ALL SELECT 1) AS t", 1],
    ["SELECT TOP 1 x FROM (SELECT 1 AS x UNION ALL SELECT 2) AS t ORDER BY x DESC", 2],
    ["SELECT JSON_EXTRACT_PATH_TEXT('{\"a\":\"b\"}', 'a')", "b"],
    ["SELECT JSON_SERIALIZE(JSON_PARSE('{\"a\":[1]}'))", '{"a":[1]}'],
    ["SELECT GET_ARRAY_LENGTH(JSON_PARSE('[1,2]'))", 2],
    ["SELECT CAN_JSON_PARSE('{')", false],
    ["SELECT CHARINDEX('b', 'abc')", 2],
    ["SELECT LEN('olá') + REGEXP_COUNT('a1b2', '[0-9]')", 5],
    ["SELECT REGEXP_SUBSTR('order 42', '[0-9]+')", "42"],
    ["SELECT 'x'::varchar(max)", "x"],
    ["SELECT x FROM (SELECT 1 AS x UNION ALL SELECT NULL) AS t ORDER BY x DESC LIMIT 1", null],
    ["SELECT 'NVL(1, :name) -- SYSDATE'", "NVL(1, :name) -- SYSDATE"],
    ["SELECT 1 /* SYSDATE */ -- NVL(", 1],
  ])("%s", async (sql, expected) => {
    expect((await engine.run(sql)).rows).toEqual([[expected]]);
  });

  it("lower-cases plain names and keeps quoted ones", async () => {
    expect((await engine.run('SELECT 1 AS Plain, 2 AS "Quoted"')).columns.map(({ name }) => name)).toEqual(["plain", "Quoted"]);
  });

  it("takes table attributes without effect", async () => {
    await engine.run("CREATE TABLE scratch (a integer DISTKEY ENCODE az64, b varchar(max), c super) DISTSTYLE KEY COMPOUND SORTKEY(a, b)");
    await engine.run("INSERT INTO scratch VALUES (1, 'x', JSON_PARSE('{\"k\":1}'))");
    expect(await engine.run("SELECT * FROM scratch")).toMatchObject({ rows: [[1, "x", '{"k":1}']], columns: [{ type: "int4" }, { type: "varchar" }, { type: "super" }] });
  });
});

describe("what the local warehouse refuses", () => {
  it.each([
    ["COPY t FROM 's3://b/k'", "COPY T FROM is not supported by the local warehouse (DuckDB): it moves files"],
    ["UNLOAD ('SELECT 1') TO 's3://b/k'", "moves files"],
    ["CREATE EXTERNAL SCHEMA s FROM DATA CATALOG DATABASE 'd' IAM_ROLE 'r'", "only FROM KINESIS"],
    ["CREATE MATERIALIZED VIEW m AS SELECT count(*) FROM a JOIN b ON a.x = b.x", "only a SELECT over one Kinesis stream"],
    ["CREATE USER u PASSWORD 'p'", "one user"],
    ["SELECT * FROM (SELECT TOP 1 * FROM t) AS x", "write LIMIT instead"],
    ["SET search_path TO valence", "for one call only"],
    ["BEGIN", "a transaction of its own"],
    ["INSTALL httpfs", "not a Redshift statement"],
  ])("%s", (sql, message) => {
    expect(() => translate(sql)).toThrow(message);
    expect(() => translate(sql)).toThrow("docs/analysts-guide.md");
  });

  it.each([["SELECT 'open", "the quote ' at character 8 is not closed"], ['SELECT "open', 'the quote " at'], ["SELECT /* open", "the comment at character 8"]])("%s", (sql, message) => {
    expect(() => translate(sql)).toThrow(message);
  });

  it("more than one statement a call", async () => {
    await expect(engine.run("SELECT 1; SELECT 2")).rejects.toThrow("Exactly one statement was expected, but there are 2");
    await expect(engine.run("-- nothing")).rejects.toThrow("there are 0");
    expect((await engine.run("SELECT 1;")).rows).toEqual([[1]]);
  });
});

describe("tokens", () => {
  it("joined are the text again", () => {
    const sql = `SELECT 'it''s', "a""b", x::int, :p, $$raw ; text$$, 1.5e-3, ação /* c */ -- d\n;`;
    expect(tokenize(sql).map(({ text }) => text).join("")).toBe(sql);
    expect(splitStatements("a; 'b;c' ;; -- d;")).toEqual(["a", "'b;c'"]);
  });
});
