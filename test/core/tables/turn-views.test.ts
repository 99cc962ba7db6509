import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { SentimentResult } from "../../../core/contracts/sentiment-result.ts";
import { WarehouseEngine } from "../../../local/redshift-data/warehouse-engine.ts";
import { MemoryStream, migrate, REFRESH, sampleResult, temporaryFolder } from "../../local/redshift-data/warehouse-fixture.ts";

const place = temporaryFolder();
let engine: WarehouseEngine;
let kinesis: MemoryStream;
let opened = 0;

beforeEach(async () => {
  kinesis = new MemoryStream();
  engine = await WarehouseEngine.open({ folder: `${place.folder}/${opened++}`, kinesis });
  await migrate(engine);
});
afterEach(async () => {
  await engine.close();
  place.remove();
});

async function rows(sql: string): Promise<unknown[][]> {
  await engine.run(REFRESH);
  return (await engine.run(sql)).rows;
}

const scores = (positive: number, negative: number): SentimentResult["sentiment"] => ({
  label: positive > negative ? "positive" : "negative",
  scores: { positive, neutral: 1 - positive - negative, negative },
  confidence: Math.max(positive, negative),
  scoresFrom: "calibrated",
});

let made = 0;
/** A result about a recording that began at 10:00. */
function result(changes: Partial<SentimentResult>): SentimentResult {
  return sampleResult(0, {
    resultId: (++made).toString(16).padStart(32, "0"),
    id: "recording",
    conversationId: "call",
    channel: "call",
    turn: undefined,
    text: undefined,
    attributes: undefined,
    redactions: undefined,
    recording: "s3://recordings/call.wav",
    occurredAt: "2026-03-01T10:00:00Z",
    flags: [],
    ...changes,
  });
}
const words = (index: number, sentiment: SentimentResult["sentiment"], changes: Partial<SentimentResult> = {}): SentimentResult =>
  result({ segment: { index, startMs: index * 4_000, endMs: index * 4_000 + 3_000 }, turn: index, occurredAt: `2026-03-01T10:00:${String(index * 4).padStart(2, "0")}Z`, sentiment, text: `words ${index}`, transcript: { transcriber: "sidecar", confidence: 0.9 }, ...changes });
const voice = (index: number, sentiment: SentimentResult["sentiment"], changes: Partial<SentimentResult> = {}): SentimentResult =>
  result({ modality: "audio", scope: "segment", segment: { index, startMs: index * 4_000 + 100, endMs: index * 4_000 + 2_900 }, sentiment, ...changes });
const fused = (of: SentimentResult, sentiment: SentimentResult["sentiment"], changes: Partial<SentimentResult> = {}): SentimentResult =>
  result({ ...of, resultId: (++made).toString(16).padStart(32, "0"), modality: "fused", text: undefined, transcript: undefined, model: { provider: "valence", id: "late-fusion", version: "1" }, sentiment, revision: 10, ...changes });

const SIDES = { text: { positive: 0.7, neutral: 0.2, negative: 0.1, weight: 1 }, voice: { positive: 0.1, neutral: 0.1, negative: 0.8, weight: 0.5 }, disagreement: 0.65 };

describe("valence.results", () => {
  it("keeps of one result the highest revision, whichever came last, and of one revision the newest delivery", async () => {
    const first = words(0, scores(0.8, 0.1));
    kinesis.put({ ...first, revision: 7, route: "seventh" });
    kinesis.put({ ...first, revision: 7, route: "seventh again" });
    kinesis.put({ ...first, revision: 3, route: "third" });
    kinesis.put({ ...first, route: "without" });
    expect(await rows("SELECT route, revision FROM valence.results")).toEqual([["seventh again", 7]]);
  });

  it("leaves out what was withdrawn, until a higher revision stands again", async () => {
    const segment = fused(voice(4, scores(0.1, 0.8)), scores(0.1, 0.8));
    kinesis.put(segment);
    kinesis.put({ ...segment, revision: 11, withdrawn: true });
    expect(await rows("SELECT COUNT(*) FROM valence.results")).toEqual([[0]]);
    kinesis.put({ ...segment, revision: 12 });
    expect(await rows("SELECT COUNT(*) FROM valence.results")).toEqual([[1]]);
  });
});

describe("valence.turns", () => {
  it("joins the words of a turn with what they were fused to, and counts a call's voice once", async () => {
    const said = words(0, scores(0.8, 0.1), { flags: ["role_inferred"], transcript: { transcriber: "sidecar", confidence: 0.9, speakerConfidence: 0.7 } });
    kinesis.put(said);
    kinesis.put(voice(0, scores(0.1, 0.9)));
    kinesis.put(fused(said, scores(0.3, 0.6), { fusion: SIDES, flags: ["modalities_disagree", "role_inferred", "low_confidence"] }));
    expect(await rows("SELECT scope, segment_index, speaker, role_inferred, speaker_confidence, start_ms, end_ms, text, modality, label, low_confidence FROM valence.turns")).toEqual([["turn", 0, "customer", true, 0.7, 0, 3_000, "words 0", "fused", "negative", true]]);
    expect(await rows("SELECT text_label, text_positive, text_weight, voice_label, voice_negative, voice_weight, disagreement, modalities_disagree, recording, transcriber, transcript_confidence FROM valence.turns")).toEqual([
      ["positive", 0.7, 1, "negative", 0.8, 0.5, 0.65, true, "s3://recordings/call.wav", "sidecar", 0.9],
    ]);
    expect(await rows("SELECT modality, results, negative FROM valence.sentiment_by_day")).toEqual([["fused", 1, 1]]);
  });

  it("has a turn for speech without words, at the time it was spoken", async () => {
    const heard = voice(2, scores(0.1, 0.8));
    kinesis.put(words(0, scores(0.8, 0.1)));
    kinesis.put(heard);
    kinesis.put(fused(heard, scores(0.2, 0.6), { fusion: { voice: SIDES.voice } }));
    expect(await rows("SELECT scope, occurred_at, text, text_label, voice_label, modality FROM valence.turns ORDER BY occurred_at")).toEqual([
      ["turn", "2026-03-01 10:00:00+00", "words 0", "positive", null, "text"],
      ["segment", "2026-03-01 10:00:08.1+00", null, null, "negative", "fused"],
    ]);
  });

  it("takes the words alone where nothing fuses them with the voice, and the voice alone where there are no words", async () => {
    kinesis.put(words(0, scores(0.8, 0.1)));
    kinesis.put(voice(0, scores(0.1, 0.9)));
    kinesis.put(voice(0, scores(0.1, 0.9), { id: "second recording" }));
    kinesis.put(voice(0, scores(0.1, 0.9), { conversationId: "voice", id: "voice" }));
    kinesis.put(voice(0, scores(0.1, 0.9), { conversationId: "voice", id: "voice", scope: "conversation" }));
    expect(await rows("SELECT conversation_id, modality, text_label, voice_label, modalities_disagree, disagreement FROM valence.turns ORDER BY 1, id")).toEqual([
      ["call", "text", "positive", null, false, null],
      ["call", "audio", null, "negative", false, null],
      ["voice", "audio", null, "negative", false, null],
    ]);
  });

  it("has the newest opinion of a turn that two models judged", async () => {
    kinesis.put(words(0, scores(0.8, 0.1), { timings: { arrivedAt: "2026-03-01T12:00:00Z", classifiedAt: "2026-03-01T12:00:09Z", modelMs: 1 } }));
    kinesis.put(words(0, scores(0.1, 0.8)));
    expect(await rows("SELECT label FROM valence.turns")).toEqual([["positive"]]);
  });

  it("keeps the records of a chat apart", async () => {
    for (let index = 0; index < 4; index++) kinesis.put(sampleResult(index));
    expect(await rows("SELECT id, turn, speaker, modality FROM valence.turns ORDER BY turn")).toEqual([0, 1, 2, 3].map((turn) => [`record-${turn}`, turn, turn === 3 ? "agent" : "customer", "text"]));
  });
});

describe("valence.conversations", () => {
  it("counts the turns of a call, and tells what the tracker says of the whole", async () => {
    const said = [words(0, scores(0.8, 0.1)), words(1, scores(0.1, 0.8), { speaker: "agent" }), words(2, scores(0.1, 0.8))];
    for (const one of said) kinesis.put(one);
    for (const index of [0, 1, 2]) kinesis.put(voice(index, scores(0.5, 0.4)));
    for (const one of said) kinesis.put(fused(one, one.sentiment));
    const whole = (index: number, trend: number, flags: SentimentResult["flags"]): SentimentResult => fused(said[0]!, said[0]!.sentiment, { id: "call", scope: "conversation", segment: { index }, trend, turns: 2, flags });
    kinesis.put(whole(0, -0.4, ["running"]));
    kinesis.put(whole(1, 0.25, ["running"]));
    expect(await rows("SELECT turns, customer_turns, customer_net_sentiment, lowest_net_sentiment, last_customer_label, customer_trend, agent_trend, running FROM valence.conversations")).toEqual([[3, 2, expect.closeTo(0), expect.closeTo(-0.7), "negative", -0.4, 0.25, true]]);
  });

  it("takes a speaker nobody knows for the customer", async () => {
    const said = words(0, scores(0.1, 0.8), { speaker: undefined });
    kinesis.put(said);
    kinesis.put(fused(said, said.sentiment, { id: "call", scope: "conversation", segment: { index: 2 }, trend: -0.7, turns: 1 }));
    expect(await rows("SELECT customer_trend, agent_trend, running FROM valence.conversations")).toEqual([[-0.7, null, false]]);
  });
});
