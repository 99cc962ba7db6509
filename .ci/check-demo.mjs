// The demo's answers, checked from its files by other means than the demo's own: `node .ci/check-demo.mjs [EXPECTED ROWS]`.
// Without a number the authored samples say what is expected.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";

const data = ".valence/demo";
const lines = (file) => readFileSync(file).toString("latin1").split("\n").filter((line) => line !== "");
const samples = lines("demo/samples/interactions.jsonl").map((line) => JSON.parse(Buffer.from(line, "latin1").toString("utf8")));
const brokenCount = lines("demo/samples/broken.jsonl").length;
const given = process.argv[2];
// A repeat says the same words in the same turn of a conversation, with the same id or another.
const turns = samples.map(({ id, conversationId, turn, speaker, text }) =>
  conversationId !== undefined && turn !== undefined ? JSON.stringify([conversationId, turn, speaker, text]) : id,
);
const expectedRows = given === undefined ? new Set(turns).size : Number(given);
const expectedRejects = given === undefined ? brokenCount : 0;

const filesUnder = (folder, ending) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name));
const bucket = (part) => join(data, "s3", readdirSync(join(data, "s3")).find((name) => !name.startsWith(".") && name.includes(part)) ?? assert.fail(`no ${part} bucket`));

const warehouse = await (await DuckDBInstance.create(join(data, "warehouse", "warehouse.duckdb"), { access_mode: "READ_ONLY" })).connect();
const rows = async (sql) => (await warehouse.runAndReadAll(sql)).getRowsJson();
const parquet = `read_parquet([${filesUnder(join(bucket("lake"), "results"), ".parquet").map((file) => `'${file}'`).join(", ")}], union_by_name = true)`;

const [[inWarehouse, distinctInWarehouse]] = await rows("SELECT count(*), count(DISTINCT result_id) FROM valence.results");
const [[inParquet]] = await rows(`SELECT count(DISTINCT result_id) FROM ${parquet}`);
const byLabel = await rows("SELECT label, count(*) FROM valence.results GROUP BY label ORDER BY label");
const byLabelInParquet = await rows(`SELECT sentiment.label, count(DISTINCT result_id) FROM ${parquet} GROUP BY 1 ORDER BY 1`);
const [[scoresOff]] = await rows("SELECT count(*) FROM valence.results WHERE abs(positive + neutral + negative - 1) > 1e-6");
const [[mailAddresses]] = await rows("SELECT count(*) FROM valence.results WHERE text LIKE '%@example.%'");
const rejects = filesUnder(join(bucket("rejects")), ".json").filter((file) => file.includes("/rejects/"));

console.log({ expectedRows, inWarehouse, inParquet, byLabel, expectedRejects, rejects: rejects.length, scoresOff, mailAddresses });
assert.equal(Number(inWarehouse), expectedRows, "rows in valence.results");
assert.equal(Number(distinctInWarehouse), expectedRows, "one row for each result_id");
assert.equal(Number(inParquet), expectedRows, "results in the Parquet files");
assert.deepEqual(byLabelInParquet, byLabel, "counts by label in SQL and in Parquet");
assert.equal(rejects.length, expectedRejects, "rejects in S3");
assert.equal(Number(scoresOff), 0, "scores sum to 1");
assert.equal(Number(mailAddresses), 0, "mail addresses are redacted");
