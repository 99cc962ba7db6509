import { existsSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalCloud, startLocalCloud } from "../../local/local-cloud.ts";
import { localAssembly, temporaryFolder } from "./support/assembly.ts";
import { CALLS, liveChunks, putRecording, SUPPORT_CALL } from "./support/calls.ts";
import { kinesisClient, putAll } from "./support/producer.ts";
import { query } from "./support/query.ts";
import { putTranscript, SUPPORT_LINES } from "./support/transcripts.ts";

let cloud: LocalCloud;
let dataFolder = "";
beforeAll(async () => {
  dataFolder = temporaryFolder("conversations");
  cloud = await startLocalCloud({ assemblyFolder: await localAssembly(), dataFolder, port: 0 });
}, 120_000);
afterAll(async () => {
  await cloud.stop();
  rmSync(dataFolder, { recursive: true, force: true });
});

const settled = () => cloud.settled({ timeoutMs: 180_000 });
const identity = (conversation: string, route: string) => ({ "valence-id": conversation, "valence-conversation-id": conversation, "valence-language": "en", "valence-route": route });
const fused = (conversation: string) =>
  query(cloud.endpoint, `SELECT scope, segment_index, speaker, segment_start_ms, text_weight IS NOT NULL, voice_weight IS NOT NULL, disagreement IS NOT NULL FROM valence.results WHERE conversation_id = '${conversation}' AND modality = 'fused' AND scope <> 'conversation' ORDER BY segment_start_ms`);
const whole = (conversation: string) =>
  query(cloud.endpoint, `SELECT speaker, turns, trend BETWEEN -1 AND 1, JSON_SERIALIZE(flags) LIKE '%running%' FROM valence.results WHERE conversation_id = '${conversation}' AND modality = 'fused' AND scope = 'conversation' ORDER BY speaker`);

/** What EventBridge handed to the topic. */
function alerts(): { detail: { conversationId: string; rule: { name: string }; turn: { id: string } }; time: string }[] {
  const folder = join(dataFolder, "sns");
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((file) =>
    readFileSync(join(folder, file), "utf8").split("\n").filter((line) => line !== "").map((line) => (JSON.parse(line) as { message: ReturnType<typeof alerts>[number] }).message),
  );
}

describe("a call of two channels, heard and written down", { timeout: 240_000 }, () => {
  it("is one conversation of turns with both opinions, said by whom the channels say", async () => {
    await putTranscript(cloud, "calls/both.wav", "en-GB", SUPPORT_LINES);
    await putRecording(cloud, "calls/both.wav", SUPPORT_CALL, identity("both", "both"));
    const status = await settled();
    const words = await query(cloud.endpoint, "SELECT segment_index, speaker, text, transcriber, route, language FROM valence.results WHERE conversation_id = 'both' AND modality = 'text' ORDER BY segment_index");

    expect(status.denied).toEqual([]);
    expect(words.map(([, speaker, text]) => [speaker, text])).toEqual(SUPPORT_LINES.map(({ channel, text }) => [channel === 0 ? "customer" : "agent", text]));
    expect(new Set(words.map(([, , , transcriber]) => transcriber))).toEqual(new Set(["sidecar"]));
    const turns = await fused("both");
    expect(turns.filter(([scope]) => scope === "turn").map(([, index, speaker, , text, voice, disagreement]) => [index, speaker, text, voice, disagreement])).toEqual(
      SUPPORT_LINES.map(({ channel }, index) => [index, channel === 0 ? "customer" : "agent", true, true, true]),
    );
    expect(await whole("both")).toEqual([
      ["agent", 3, true, false],
      ["customer", 3, true, false],
    ]);
  });

  it("stays what it is when the recording comes again: one job, the same rows", async () => {
    const ids = () => query(cloud.endpoint, "SELECT result_id, revision IS NULL FROM valence.results WHERE conversation_id = 'both' ORDER BY 1");
    const before = await ids();
    await putRecording(cloud, "calls/both.wav", SUPPORT_CALL, identity("both", "both"));
    await settled();
    expect(await ids()).toEqual(before);
  });
});

describe("one modality alone", { timeout: 240_000 }, () => {
  it("stands by itself: the words of a route without voice, the voice of a route without words", async () => {
    await putTranscript(cloud, "calls/words.wav", "en-GB", SUPPORT_LINES);
    await putRecording(cloud, "calls/words.wav", SUPPORT_CALL, identity("words", "transcribe"));
    await putRecording(cloud, "calls/voice.wav", SUPPORT_CALL, identity("voice", "direct"));
    await settled();

    expect((await fused("words")).map(([scope, , , , text, voice]) => [scope, text, voice])).toEqual(SUPPORT_LINES.map(() => ["turn", true, false]));
    const voices = await fused("voice");
    expect(voices.length).toBeGreaterThan(3);
    expect(new Set(voices.map(([scope, , , , text, voice]) => [scope, text, voice].join()))).toEqual(new Set(["segment,false,true"]));
  });

  it("a job that fails leaves the voice standing and a reject with Transcribe's reason", async () => {
    await putRecording(cloud, "calls/unwritten.flac", `${CALLS}complaint.flac`, identity("unwritten", "both"));
    await settled();
    const rejects = join(dataFolder, "s3", cloud.outputs["RejectsBucketName"]!, "rejects", "transcription_failed");
    const files = readdirSync(rejects, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith(".json"));

    expect(files.length).toBe(1);
    expect((await fused("unwritten")).length).toBeGreaterThan(0);
  });
});

describe("a live call", { timeout: 240_000 }, () => {
  it("is heard while it goes on, and its words join when they are written down", async () => {
    const { liveRecordingKey } = await import("../../core/recordings/storage-keys.ts");
    await putTranscript(cloud, liveRecordingKey("alive", "2026-05-01T10:00:00Z"), "en-GB", SUPPORT_LINES);
    await putAll(kinesisClient(cloud.endpoint), "valence-local-audio", await liveChunks("alive", Infinity, "both"));
    await settled();
    const turns = await fused("alive");

    expect(turns.filter(([scope]) => scope === "turn").length).toBe(SUPPORT_LINES.length);
    expect(turns.filter(([, , , , text, voice]) => text === true && voice === true).length).toBe(SUPPORT_LINES.length);
    // What was a turn of its own before the words came is none any more.
    expect(turns.filter(([scope]) => scope === "segment").length).toBeLessThan(2);
  });
});

describe("an angry customer in a chat", { timeout: 120_000 }, () => {
  const line = (turn: number, text: string) => ({
    data: Buffer.from(JSON.stringify({ schema: "valence.text/1", id: `angry-${turn}`, conversationId: "angry", channel: "chat", speaker: "customer", turn, language: "en", text, occurredAt: `2026-05-01T10:0${turn}:00Z` })),
    partitionKey: "angry",
  });
  const about = (name: string) => alerts().filter(({ detail }) => detail.conversationId === "angry" && detail.rule.name === name);

  it("raises one alert, within seconds of the turn that caused it", async () => {
    const client = kinesisClient(cloud.endpoint);
    await putAll(client, "valence-local-text", [line(1, "This is terrible, the worst service ever."), line(2, "I hate this, it is awful and broken.")]);
    await settled();
    expect(about("customer-negative")).toEqual([]);
    const sent = Date.now();
    await putAll(client, "valence-local-text", [line(3, "Horrible. I am so disappointed and angry.")]);
    while (about("customer-negative").length === 0 && Date.now() - sent < 10_000) await pause(20);
    const took = Date.now() - sent;
    await putAll(client, "valence-local-text", [line(4, "Useless, awful, terrible."), line(3, "Horrible. I am so disappointed and angry.")]);
    await settled();
    client.destroy();

    expect(about("customer-negative").map(({ detail }) => detail.turn.id)).toEqual(["angry-3"]);
    // The preprocessor and the classifier wait up to a second each for more to come. Twice that: other tests share this machine; the bench measures it.
    expect(took).toBeLessThan(6_000);
    expect(await whole("angry")).toEqual([["customer", 4, true, false]]);
  });
});
