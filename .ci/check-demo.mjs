// The demo's answers, checked from its files by other means than the demo's own: `node .ci/check-demo.mjs [EXPECTED ROWS]`.
// Without a number the authored samples say what is expected.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";

/** Mail addresses, and numbers of at least nine digits in groups, as the samples write phones, cards and CPF. */
const PERSONAL = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+|\+?\(?\d{2,}\)?(?:[ .-]\d{2,}){2,}/gu;

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

const [[inWarehouse, distinctInWarehouse]] = await rows("SELECT count(*), count(DISTINCT result_id) FROM valence.results WHERE modality = 'text' AND recording IS NULL");
const [[inParquet]] = await rows(`SELECT count(DISTINCT result_id) FROM ${parquet} WHERE modality = 'text' AND recording IS NULL`);
const byLabel = await rows("SELECT label, count(*) FROM valence.results GROUP BY label ORDER BY label");
// Of a result the highest revision counts, and one that was withdrawn is none.
const standing = `(SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY result_id ORDER BY coalesce(revision, 0) DESC) AS place FROM ${parquet}) WHERE place = 1 AND withdrawn IS NOT TRUE)`;
const byLabelInParquet = await rows(`SELECT sentiment.label, count(*) FROM ${standing} GROUP BY 1 ORDER BY 1`);
const [[scoresOff]] = await rows("SELECT count(*) FROM valence.results WHERE abs(positive + neutral + negative - 1) > 1e-6");
// Nothing of the samples' own personal data anywhere on disk: in no file, plain or in base64, and in no row. Rejects keep the record as it came.
const written = given === undefined ? [...new Set(samples.flatMap(({ text, attributes }) => [text, ...Object.values(attributes ?? {})]).flatMap((text) => text.match(PERSONAL) ?? []))] : [];
const readings = (file) => {
  const bytes = readFileSync(file);
  const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes;
  return [plain.toString("utf8"), ...(plain.toString("latin1").match(/[A-Za-z0-9+/_-]{16,}={0,2}/gu) ?? []).map((run) => Buffer.from(run, "base64").toString("utf8"))];
};
const stored = JSON.stringify([
  ...(await rows("SELECT id, text, attributes FROM valence.results")),
  ...(await rows(`SELECT text, attributes FROM ${parquet}`)),
]);
const leaks = filesUnder(data, "")
  .filter((file) => !file.includes("/rejects/"))
  .flatMap((file) => readings(file).flatMap((reading) => written.filter((value) => reading.includes(value)).map((value) => `${value} in ${file}`)));
leaks.push(...written.filter((value) => stored.includes(value)).map((value) => `${value} in a row`));
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
if (given === undefined) assert.ok(written.length > 0, "the samples hold personal data to look for");
assert.deepEqual(leaks, [], "personal data of the samples on disk");

// The calls: what the preflight reports found is what the rows last, call by call and track by track, in SQL and in Parquet.
if (given === undefined) {
  const reports = filesUnder(join(bucket("prepared"), "reports"), ".json").map((file) => JSON.parse(readFileSync(file, "utf8")));
  const found = reports.flatMap(({ conversationId, tracks }) => tracks.map(({ track, speaker, speechMs }) => [conversationId, String(track), speaker, String(speechMs)])).sort((left, right) => (left.join() < right.join() ? -1 : 1));
  const inRows = await rows("SELECT conversation_id, track::varchar, speaker, sum(segment_end_ms - segment_start_ms)::bigint::varchar FROM valence.results WHERE modality = 'audio' AND scope = 'segment' GROUP BY ALL ORDER BY ALL");
  const inFiles = await rows(`SELECT conversation_id, track::varchar, speaker, sum(segment.endms - segment.startms)::bigint::varchar FROM (SELECT DISTINCT result_id, conversation_id, track, speaker, segment FROM ${parquet} WHERE modality = 'audio' AND scope = 'segment') GROUP BY ALL ORDER BY ALL`);
  const whole = await rows("SELECT count(*) FROM valence.results WHERE modality = 'audio' AND scope = 'conversation'");
  console.log({ calls: reports.length, tracks: found });
  const calls = readdirSync("demo/samples/calls").filter((name) => !name.endsWith(".transcript.json"));
  assert.equal(reports.length, calls.length + 1, "a report a call, the live one included");
  assert.deepEqual(reports.filter(({ refusal }) => refusal !== undefined), [], "no call is refused");
  assert.deepEqual(inRows, found, "speech in the rows");
  assert.deepEqual(inFiles, found, "speech in the Parquet files");
  assert.equal(Number(whole[0][0]), found.length, "a result for the whole of each track");
  // The live call was put together from its chunks: sample by sample what ffmpeg decodes of the file it was played from.
  const live = reports.find(({ recording }) => recording.includes("/valence/live/"));
  const assembled = readFileSync(join(data, "s3", live.recording.replace("s3://", "")));
  const decoded = execFileSync("ffmpeg", ["-v", "error", "-i", "demo/samples/calls/support-call.wav", "-f", "s16le", "-"], { maxBuffer: 1e8 });
  assert.ok(assembled.subarray(44).equals(decoded), "the live call's recording");
  // The words: each line of the transcripts beside the recordings is a row of words, and has a fused turn that follows from its two sides alone.
  const linesOf = (name) => JSON.parse(readFileSync(join("demo/samples/calls", `${name}.transcript.json`), "utf8")).utterances.map(({ text }) => text);
  const expected = [...calls.map((name) => [name, linesOf(name).join(" ")]), ["live-support-call", linesOf("support-call.wav").join(" ")]].sort(([left], [right]) => (left < right ? -1 : 1));
  const said = await rows("SELECT conversation_id, text FROM valence.results WHERE modality = 'text' AND recording IS NOT NULL ORDER BY conversation_id, segment_start_ms");
  // A short pause makes no new utterance of the same speaker: whole calls are compared.
  assert.deepEqual(expected.map(([conversation]) => [conversation, said.flatMap(([of, text]) => (of === conversation && typeof text === "string" ? [text] : [])).join(" ")]), expected, "the words of the calls");
  const fused = await rows("SELECT conversation_id, segment_index::varchar, positive, neutral, negative, text_positive, text_neutral, text_negative, text_weight, voice_positive, voice_neutral, voice_negative, voice_weight, disagreement, flags FROM valence.results WHERE modality = 'fused' AND scope = 'turn' ORDER BY ALL");
  assert.equal(fused.length, said.length, "a fused turn an utterance");
  const apart = fused.filter(([, , , , , , , , , , , , , , flags]) => JSON.stringify(flags).includes("modalities_disagree"));
  for (const [conversation, index, , , , tp, , tn, , vp, , vn, , disagreement] of fused) {
    if (tp === null || vp === null) continue;
    assert.ok(Math.abs(Math.abs(tp - tn - (vp - vn)) / 2 - disagreement) < 1e-6, `the disagreement of ${JSON.stringify([conversation, index])}`);
  }
  const [[ofSpeakers, running]] = await rows("SELECT count(*), count(*) FILTER (CAST(flags AS varchar) LIKE '%running%') FROM valence.results WHERE modality = 'fused' AND scope = 'conversation'");
  console.log({ utterances: said.length, fused: fused.length, apart: apart.length, conversationRows: ofSpeakers, running });
  assert.ok(apart.length > 0, "a turn in which words and voice disagree");
  assert.equal(Number(running), 0, "every conversation has ended");
}
