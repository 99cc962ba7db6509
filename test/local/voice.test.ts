import { rmSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { seededRandom } from "../../core/seeded-random.ts";
import { type LocalCloud, startLocalCloud } from "../../local/local-cloud.ts";
import { localAssembly, temporaryFolder } from "./support/assembly.ts";
import { liveChunks, preflightReports, putRecording, readObject, SUPPORT_CALL } from "./support/calls.ts";
import { kinesisClient, putAll } from "./support/producer.ts";
import { query } from "./support/query.ts";

const STREAM = "valence-local-audio";

let cloud: LocalCloud;
let dataFolder = "";
beforeAll(async () => {
  dataFolder = temporaryFolder("voice");
  cloud = await startLocalCloud({ assemblyFolder: await localAssembly(), dataFolder, port: 0 });
}, 120_000);
afterAll(async () => {
  await cloud.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

const settled = () => cloud.settled({ timeoutMs: 180_000 });
const segmentsOf = (conversation: string) =>
  query(cloud.endpoint, `SELECT track, speaker, segment_start_ms, segment_end_ms FROM valence.voice_segments WHERE conversation_id = '${conversation}' ORDER BY segment_start_ms, track`);

describe("a stereo recording of 8 kHz telephony", { timeout: 240_000 }, () => {
  it("gives results per speaker and time that sum to the speech found", async () => {
    await putRecording(cloud, "any/layout/call.wav", SUPPORT_CALL, { "valence-id": "stereo", "valence-conversation-id": "stereo", "valence-language": "en" });
    const status = await settled();
    const segments = await segmentsOf("stereo");
    const report = (await preflightReports(cloud)).get("stereo");

    expect(status.denied).toEqual([]);
    expect(report).toMatchObject({ container: "wav", codec: "mulaw", sampleRate: 8_000, channels: 2, durationMs: 30_016, route: "direct" });
    expect(report?.losses).toContain("narrowband");
    const spoken = (track: number) => segments.filter(([of]) => of === track).reduce((sum, [, , start, end]) => sum + Number(end) - Number(start), 0);
    expect(report?.tracks.map(({ speaker, speechMs, track }) => [speaker, speechMs, speechMs === spoken(track)])).toEqual([
      ["customer", spoken(0), true],
      ["agent", spoken(1), true],
    ]);
    // The lines of the dialogue last 22 s.
    expect(spoken(0) + spoken(1)).toBeGreaterThan(15_000);
    expect(spoken(0) + spoken(1)).toBeLessThan(27_000);
  });

  it("gives each track one result for the whole", async () => {
    const rows = await query(cloud.endpoint, "SELECT track, speaker, segment_index, round(positive + neutral + negative, 6), recording FROM valence.results WHERE conversation_id = 'stereo' AND modality = 'audio' AND scope = 'conversation' ORDER BY track");
    const recording = `s3://${cloud.outputs["RecordingsBucketName"]}/any/layout/call.wav`;
    expect(rows).toEqual([
      [0, "customer", 0, 1, recording],
      [1, "agent", 1, 1, recording],
    ]);
  });

  it("gives the same rows when it comes again", async () => {
    const ids = () => query(cloud.endpoint, "SELECT result_id FROM valence.results WHERE conversation_id = 'stereo' ORDER BY 1");
    const before = await ids();
    await putRecording(cloud, "any/layout/call.wav", SUPPORT_CALL, { "valence-id": "stereo", "valence-conversation-id": "stereo", "valence-language": "en" });
    await settled();
    expect(await ids()).toEqual(before);
  });
});

describe("a live conversation", { timeout: 240_000 }, () => {
  it("gives the same segments and the same recording, byte for byte, whatever order its chunks come in and however often", async () => {
    const random = seededRandom(7);
    const client = kinesisClient(cloud.endpoint);
    const straight = await liveChunks("straight", 12);
    const shuffled = (await liveChunks("shuffled", 12)).flatMap((chunk) => (random() < 0.3 ? [chunk, chunk] : [chunk]));
    // Each moves by up to five places, as a network would do it.
    const mixed = shuffled.map((chunk, index) => ({ chunk, at: index + random() * 5 })).sort((left, right) => left.at - right.at).map(({ chunk }) => chunk);
    expect(mixed.map(({ sequence }) => sequence)).not.toEqual([...mixed].sort((left, right) => left.sequence - right.sequence).map(({ sequence }) => sequence));
    for (const chunk of straight) await putAll(client, STREAM, [chunk]);
    for (const chunk of mixed) await putAll(client, STREAM, [chunk]);
    client.destroy();
    const status = await settled();
    const reports = await preflightReports(cloud);
    const recordings = await Promise.all(["straight", "shuffled"].map((name) => readObject(cloud, reports.get(name)?.recording ?? "")));

    expect(status.denied).toEqual([]);
    expect(recordings[0]!.length).toBe(44 + 12 * 8_000 * 4);
    expect(recordings[1]!.equals(recordings[0]!)).toBe(true);
    expect((await segmentsOf("straight")).length).toBeGreaterThan(2);
    expect(await segmentsOf("shuffled")).toEqual(await segmentsOf("straight"));
  });

  it("is answered while it goes on: within two seconds of each segment's end", async () => {
    const chunks = await liveChunks("now", 14);
    const client = kinesisClient(cloud.endpoint);
    const started = Date.now();
    for (const chunk of chunks) {
      await pause(Math.max(0, started + (chunk.sequence + 1) * 1_000 - Date.now()));
      await putAll(client, STREAM, [chunk]);
    }
    client.destroy();
    await settled();
    // The first delivery of each: at the end, when all is there, they come again.
    const delivered = `delivered.payload."segment"."endMs"::bigint AS end_ms, MIN(delivered.approximate_arrival_timestamp) AS first_at FROM valence.results_stream AS delivered`;
    const rows = await query(
      cloud.endpoint,
      `SELECT end_ms, DATEDIFF(ms, TIMESTAMP '1970-01-01', first_at) FROM (SELECT delivered.payload."resultId"::varchar(32) AS result_id, ${delivered} WHERE delivered.payload."conversationId"::varchar(128) = 'now' AND delivered.payload."scope"::varchar(32) = 'segment' AND delivered.payload."modality"::varchar(32) = 'audio' GROUP BY 1, 2) AS firsts ORDER BY 1`,
    );
    const delays = rows.map(([end, published]) => Number(published) - started - Number(end));

    expect(delays.length).toBeGreaterThan(2);
    // Twice the promise: this machine may be busy with other tests. `npm run bench -- live-call` measures it.
    expect(Math.max(...delays)).toBeLessThan(4_000);
  });

  it("ends when it goes quiet", async () => {
    const chunks = (await liveChunks("hung-up", 8)).map(({ data, ...chunk }) => {
      const { final: _, ...record } = JSON.parse(data.toString()) as Record<string, unknown>;
      return { ...chunk, data: Buffer.from(JSON.stringify(record)) };
    });
    const client = kinesisClient(cloud.endpoint);
    await putAll(client, STREAM, chunks);
    client.destroy();
    await settled();
    const recording = await readObject(cloud, (await preflightReports(cloud)).get("hung-up")?.recording ?? "");

    expect(recording.length).toBe(44 + 8 * 8_000 * 4);
    expect((await query(cloud.endpoint, "SELECT count(*) FROM valence.results WHERE conversation_id = 'hung-up' AND modality = 'audio' AND scope = 'conversation'"))[0]).toEqual([2]);
  });
});

describe("what cannot be heard", { timeout: 240_000 }, () => {
  it("becomes a reject with its reason, and a report", async () => {
    await putRecording(cloud, "broken/archive.wav", Buffer.from("PK\u0003\u0004 a zip that is named .wav"), { "valence-conversation-id": "zip" });
    const client = kinesisClient(cloud.endpoint);
    const pointer = { schema: "valence.audio/1", id: "gone", channel: "call", occurredAt: "2026-05-01T10:00:00Z", audio: { s3: { bucket: cloud.outputs["RecordingsBucketName"], key: "not/there.wav" } } };
    await putAll(client, STREAM, [{ data: Buffer.from(JSON.stringify(pointer)), partitionKey: "gone" }]);
    client.destroy();
    const status = await settled();

    expect(status.denied).toEqual([]);
    expect(status.metrics).toMatchObject({ "RecordsRejected{reason=audio_unknown_codec}": 1, "RecordsRejected{reason=audio_missing}": 1 });
    expect((await preflightReports(cloud)).get("zip")?.refusal).toMatchObject({ code: "audio_unknown_codec" });
  });
});
