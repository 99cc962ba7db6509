import { beforeAll, describe, expect, it } from "vitest";
import { encodeWav } from "../../core/audio/wav-file.ts";
import type { ModelServer } from "../../model-server/model-server.ts";
import { expectedProbabilities, tone, wav, writeEnergyModel } from "./support/energy-model.ts";
import { answerOf, invoke, type LogLine, refusalOf, startTestServer } from "./support/running-server.ts";

const LABELS = ["happy", "neutral", "anger", "surprise"];
const clip = tone(1.2, 0.6, 250, 0.1);

let server: ModelServer;
let log: LogLine[];

beforeAll(async () => {
  ({ server, log } = await startTestServer({ modelFolder: writeEnergyModel(), maximumBodyBytes: 400_000, maximumAudioSeconds: 20, bodySeconds: 1 }));
});

function near(probabilities: readonly number[]): Record<string, unknown> {
  return Object.fromEntries(LABELS.map((label, index) => [label, expect.closeTo(probabilities[index]!, 5)]));
}

describe("/invocations", () => {
  it.each([
    { what: "a WAV file", body: () => wav(clip), type: "audio/wav" },
    { what: "a WAV file that is named otherwise", body: () => wav(clip), type: "application/octet-stream" },
    { what: "float32 bytes", body: () => new Uint8Array(clip.buffer), type: "application/x-float32" },
    { what: "a JSON array", body: () => JSON.stringify({ samplingRate: 16_000, audio: [...clip] }), type: "application/json; charset=utf-8" },
    { what: "a stereo WAV file, as the mean of its channels", body: () => encodeWav([clip, clip], 16_000), type: "audio/x-wav" },
  ])("gives the model's own answer for $what", async ({ body, type }) => {
    const answer = await answerOf(await invoke(server.url, body(), type));

    expect(answer.probabilities).toEqual(near(expectedProbabilities(clip)));
    expect(answer).toMatchObject({ model: { name: "energy", version: "1.0.0", family: "test" }, durationMs: 1200, scores: "service" });
    expect(answer.timings.inferenceMs).toBeGreaterThan(0);
  });

  it("resamples what has another rate, and keeps its length", async () => {
    const at8k = Float32Array.from({ length: 8000 * 1.5 }, (_, index) => 0.3 + 0.4 * Math.sin((2 * Math.PI * 200 * index) / 8000));

    const answer = await answerOf(await invoke(server.url, encodeWav([at8k], 8000)));

    expect(answer.durationMs).toBe(1500);
    // The filter's edges are heard at both ends of so short a clip.
    expect(answer.probabilities["happy"]).toBeCloseTo(expectedProbabilities(at8k)[0]!, 2);
  });

  it("cuts long audio into the manifest's windows and weighs each by what it adds", async () => {
    const long = Float32Array.from([...tone(2, 0.9, 200), ...tone(2, 0.1, 200), ...tone(0.25, 0.5, 400)]);
    const at = (start: number, end: number): number[] => expectedProbabilities(long.slice(start * 16_000, end * 16_000));

    const answer = await answerOf(await invoke(server.url, new Uint8Array(long.buffer), "application/x-float32"));

    expect(answer.windows.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([[0, 2000], [1500, 3500], [2250, 4250]]);
    expect(answer.windows[1]!.probabilities).toEqual(near(at(1.5, 3.5)));
    const whole = LABELS.map((_, label) => (2 * at(0, 2)[label]! + 1.5 * at(1.5, 3.5)[label]! + 0.75 * at(2.25, 4.25)[label]!) / 4.25);
    expect(answer.probabilities).toEqual(near(whole));
  });

  it.each([
    { what: "an empty body", body: new Uint8Array(0), type: "audio/wav", expected: { status: 400, code: "audio_empty" } },
    { what: "a WAV header without a sample", body: encodeWav([new Float32Array(0)], 16_000), type: "audio/wav", expected: { status: 400, code: "audio_empty" } },
    { what: "a cut WAV file", body: wav(clip).slice(0, 20_000), type: "audio/wav", expected: { status: 400, code: "audio_truncated" } },
    { what: "text", body: "not audio at all, whatever its media type says", type: "audio/wav", expected: { status: 422, code: "audio_unknown_codec" } },
    { what: "a clip below the model's minimum", body: wav(tone(0.2)), type: "audio/wav", expected: { status: 400, code: "audio_too_short" } },
    { what: "bytes that are no whole samples", body: new Uint8Array(4001), type: "application/x-float32", expected: { status: 400, code: "body_malformed" } },
    { what: "NaN", body: new Uint8Array(Float32Array.from({ length: 8000 }, (_, index) => (index === 7000 ? Number.NaN : 0)).buffer), type: "application/x-float32", expected: { status: 400, code: "body_malformed" } },
    { what: "an infinity", body: new Uint8Array(new Float32Array(8000).fill(Number.POSITIVE_INFINITY).buffer), type: "application/x-float32", expected: { status: 400, code: "body_malformed" } },
    { what: "integers passed as floats", body: JSON.stringify({ samplingRate: 16_000, audio: Array.from({ length: 8000 }, () => 1200) }), type: "application/json", expected: { status: 400, code: "body_malformed" } },
    { what: "JSON with a number too large for float32", body: `{"samplingRate": 16000, "audio": [${"0,".repeat(8000)}1e39]}`, type: "application/json", expected: { status: 400, code: "body_malformed" } },
    { what: "JSON with NaN", body: '{"samplingRate": 16000, "audio": [0, NaN]}', type: "application/json", expected: { status: 400, code: "body_malformed" } },
    { what: "JSON with null", body: '{"samplingRate": 16000, "audio": [0, null]}', type: "application/json", expected: { status: 400, code: "body_malformed" } },
    { what: "JSON that is no object", body: "null", type: "application/json", expected: { status: 400, code: "body_malformed" } },
    { what: "JSON with another rate", body: '{"samplingRate": 8000, "audio": [0]}', type: "application/json", expected: { status: 400, code: "body_malformed" } },
    { what: "JSON with an unknown field", body: '{"samplingRate": 16000, "audio": [0], "language": "en"}', type: "application/json", expected: { status: 400, code: "body_malformed" } },
    { what: "a JSON array without a sample", body: '{"samplingRate": 16000, "audio": []}', type: "application/json", expected: { status: 400, code: "audio_empty" } },
    { what: "audio longer than the limit", body: encodeWav([new Float32Array(8000 * 21).fill(0.1)], 8000), type: "audio/wav", expected: { status: 422, code: "audio_too_long" } },
    { what: "a media type that is no audio", body: wav(clip), type: "text/csv", expected: { status: 415, code: "wrong_content_type" } },
    { what: "a body above the limit", body: new Uint8Array(400_001), type: "audio/wav", expected: { status: 413, code: "body_too_large" } },
  ])("refuses $what with $expected.status $expected.code", async ({ body, type, expected }) => {
    const refusal = await refusalOf(await invoke(server.url, body, type));

    expect(refusal).toMatchObject(expected);
    expect(refusal.message.length).toBeGreaterThan(20);
  });

  it("refuses a body above the limit that does not say its length", async () => {
    const body = new ReadableStream({
      start(controller) {
        for (let chunk = 0; chunk < 50; chunk += 1) controller.enqueue(new Uint8Array(10_000));
        controller.close();
      },
    });

    const response = await fetch(`${server.url}/invocations`, { method: "POST", body, duplex: "half", headers: { "Content-Type": "audio/wav" } });

    expect(await refusalOf(response)).toMatchObject({ status: 413, code: "body_too_large" });
  });

  it("refuses a body that does not arrive in time", async () => {
    const body = new ReadableStream({ start: (controller) => controller.enqueue(new Uint8Array(100)) });

    const response = await fetch(`${server.url}/invocations`, { method: "POST", body, duplex: "half", headers: { "Content-Type": "audio/wav" } });

    expect(await refusalOf(response)).toMatchObject({ status: 408, code: "body_too_slow" });
  });

  it("refuses a compressed transfer, a wrong method and an unknown path", async () => {
    const [encoded, got, unknown] = await Promise.all([
      fetch(`${server.url}/invocations`, { method: "POST", body: wav(clip), headers: { "Content-Encoding": "gzip" } }),
      fetch(`${server.url}/invocations`),
      fetch(`${server.url}/invocation`, { method: "POST", body: "" }),
    ]);

    expect(await refusalOf(encoded)).toMatchObject({ status: 415, code: "wrong_content_type" });
    expect([got.headers.get("Allow"), await refusalOf(got)]).toEqual(["POST", expect.objectContaining({ status: 405, code: "wrong_method" })]);
    expect(await refusalOf(unknown)).toMatchObject({ status: 404, code: "unknown_path" });
  });

  it("logs what an answer cost and never what was said", async () => {
    const body = wav(clip);
    await answerOf(await invoke(server.url, body));

    const answered = log.findLast(({ message }) => message === "answered");
    expect(answered?.fields).toMatchObject({ status: 200, bytes: body.length, durationMs: 1200, windows: 1 });
    for (const timing of ["queuedMs", "decodeMs", "inferenceMs", "totalMs"]) expect(answered?.fields[timing]).toBeGreaterThanOrEqual(0);
  });
});

describe("/ping", () => {
  it("answers 200 with every child ready, to GET only", async () => {
    const [ping, posted] = await Promise.all([fetch(`${server.url}/ping`), fetch(`${server.url}/ping`, { method: "POST" })]);

    expect([ping.status, await ping.json()]).toEqual([200, expect.objectContaining({ workers: 1, ready: 1 })]);
    expect(posted.status).toBe(405);
  });
});
