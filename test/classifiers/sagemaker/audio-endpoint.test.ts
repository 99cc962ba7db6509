import { beforeEach, describe, expect, it } from "vitest";
import { createAudioClassifier } from "../../../classifiers/create-audio-classifier.ts";
import type { AudioClassifier } from "../../../classifiers/audio-classifier.ts";
import type { AudioEndpointSpecification } from "../../../core/classification/audio-specification.ts";
import { describeAudioClassifier, said, speechOf } from "../audio-classifier-contract.ts";
import { type KeptInMemory, keptInMemory } from "../kept-in-memory.ts";
import { type AudioFault, type AudioServer, startAudioServer } from "../protocol/audio-server.ts";
import { freshServer } from "../protocol/fresh-server.ts";
import { passTime } from "../protocol/pass-time.ts";
import { spokenWav } from "../protocol/spoken-moods.ts";

let server: AudioServer;
let kept: KeptInMemory;
freshServer(startAudioServer, "eu-west-1", (fresh) => {
  server = fresh;
});
beforeEach(() => {
  kept = keptInMemory();
});

const classifierOf = (more: Partial<AudioEndpointSpecification> = {}): AudioClassifier =>
  createAudioClassifier({ endpoints: [{ name: "voice", weight: 1, answers: "at-once", ...more }] }, { kept });

describeAudioClassifier("one endpoint", () => ({ classifier: classifierOf(), readsSpeech: true }));

describe("while every call goes wrong the first time", () => {
  describeAudioClassifier("one endpoint", () => {
    const turns: AudioFault[] = ["throttle", "internal failure", "container crashed", "reset", "container busy", "not JSON"];
    const seen = new Set<string>();
    server.faultOf = ({ mood, durationMs }) => {
      const speech = `${mood} ${durationMs}`;
      if (seen.has(speech)) return undefined;
      seen.add(speech);
      return turns[seen.size % turns.length];
    };
    return { classifier: classifierOf(), readsSpeech: true };
  });
});

describe("what goes over the wire", () => {
  it("is the WAV file as it is, signed, for an answer in JSON", async () => {
    await classifierOf().classify([speechOf("glad", 3)]);
    expect(server.requests).toHaveLength(1);
    expect(server.requests[0]).toMatchObject({ method: "POST", path: "/endpoints/voice/invocations", headers: { "content-type": "audio/wav", accept: "application/json" } });
    expect(server.requests[0]!.headers["authorization"]).toContain("/eu-west-1/sagemaker/aws4_request");
    expect(server.requests[0]!.bytes.equals(spokenWav("glad", 1_003))).toBe(true);
  });

  it("holds few stretches of speech at a time, however many there are", async () => {
    let inHand = 0;
    let most = 0;
    const speech = Array.from({ length: 100 }, (_, position) => speechOf("even", position, { wav: async () => ((most = Math.max(most, (inHand += 1))), spokenWav("even", 1_000)) }));
    server.answerOf = ((answerOf) => (endpoint, mood, durationMs) => ((inHand -= 1), answerOf(endpoint, mood, durationMs)))(server.answerOf);
    expect(said(await classifierOf().classify(speech))).toEqual(speech.map(() => "neutral"));
    expect(most).toBeLessThanOrEqual(16);
  });
});

describe("what it answers", () => {
  it("is the model server's valence, its labels as emotions, and its name", async () => {
    const [outcome] = await classifierOf({ usdPerHour: 3.6 }).classify([speechOf("angry")]);
    expect(outcome).toMatchObject({
      kind: "classified",
      sentiment: { label: "negative", scores: { positive: expect.closeTo(0.05 / 0.95, 9), neutral: expect.closeTo(0.1 / 0.95, 9), negative: expect.closeTo(0.8 / 0.95, 9) }, scoresFrom: "calibrated" },
      emotions: { happy: 0.05, neutral: 0.1, angry: 0.8, surprised: 0.05 },
      model: { provider: "sagemaker", id: "tiny-hubert", version: "1.2.0" },
      flags: [],
      // 36 ms of inference at 3.6 dollars an hour.
      cost: { usd: expect.closeTo(0.000_036, 12) },
      progress: 1,
    });
  });

  it("says so when the model is not sure", async () => {
    const [outcome] = await classifierOf().classify([speechOf("torn")]);
    expect(outcome).toMatchObject({ sentiment: { label: "positive" }, flags: ["low_confidence"] });
  });

  it("is kept beside the speech, and looked for only where there may be one", async () => {
    await classifierOf().classify([speechOf("glad")]);
    expect([...kept.kept.keys()]).toEqual(["audio-test/segments/glad/0.wav voice"]);
    expect(kept.finds).toBe(0);
  });

  it("stands although it could not be kept, and does not count as progress", async () => {
    kept.isFull = true;
    expect(await classifierOf().classify([speechOf("glad")])).toMatchObject([{ kind: "classified", progress: 0 }]);
  });

  it("is the same for speech that lies nowhere, with nothing kept", async () => {
    const { stored: _, ...unstored } = speechOf("glad");
    expect(said(await createAudioClassifier({ endpoints: [{ name: "voice", weight: 1, answers: "at-once" }] }).classify([unstored]))).toEqual(["positive"]);
  });
});

describe("when something fails", () => {
  it.each<AudioFault>(["throttle", "internal failure", "unavailable", "not ready", "container crashed", "container busy", "container throttles", "container too slow", "container silent", "reset", "not JSON", "another schema", "half a probability"])("tries the call again after: %s", async (fault) => {
    server.faults = [fault];
    expect(said(await classifierOf().classify([speechOf("glad")]))).toEqual(["positive"]);
    expect(server.requests).toHaveLength(2);
  });

  it.each<[AudioFault, object]>([
    ["audio truncated", { code: "refused", retryable: false, refusal: "audio_truncated" }],
    ["audio too short", { code: "refused", retryable: false, reason: expect.stringMatching(/400.*log-group.*\(audio_too_short\)$/u) }],
    ["container refuses", { code: "denied", retryable: false }],
    ["payload too large", { code: "too_long", retryable: false }],
    ["denied", { code: "denied", retryable: true }],
    ["no such endpoint", { code: "denied", retryable: true }],
  ])("asks once, and fails only what it is about, without the container's words: %s", async (fault, failure) => {
    server.faultOf = ({ mood }) => (mood === "angry" ? fault : undefined);
    const outcomes = await classifierOf().classify([speechOf("glad"), speechOf("angry"), speechOf("even")]);
    expect(said([outcomes[0]!, outcomes[2]!])).toEqual(["positive", "neutral"]);
    expect(outcomes[1]).toMatchObject({ kind: "failed", failure });
    expect(server.requests).toHaveLength(3);
    expect(JSON.stringify(outcomes)).not.toContain("secret");
  });

  it.each<[AudioFault, string]>([
    ["throttle", "throttled"],
    ["container busy", "throttled"],
    ["container too slow", "timed_out"],
    ["container crashed", "unavailable"],
    ["another schema", "malformed"],
  ])("fails, for now, what fails four times: %s → %s", async (fault, code) => {
    server.faultOf = () => fault;
    const [outcome] = await classifierOf().classify([speechOf("glad")]);
    expect(outcome).toMatchObject({ kind: "failed", failure: { code, retryable: true }, spentUsd: 0, progress: 0 });
    expect(server.requests).toHaveLength(4);
  });

  it("names the field that is wrong in a malformed answer", async () => {
    server.faultOf = () => "another schema";
    const [outcome] = await classifierOf().classify([speechOf("glad")]);
    expect(outcome).toMatchObject({ failure: { reason: expect.stringContaining("SageMaker endpoint voice: the container's answer is not the model server's: schema") } });
  });

  it("gives up an attempt that hangs after a minute, and makes the call again", async () => {
    server.faults = ["hang"];
    expect(said(await passTime(() => classifierOf().classify([speechOf("glad")])))).toEqual(["positive"]);
  });

  it("fails as timed_out when a call hangs past the deadline", async () => {
    server.faultOf = () => "hang";
    expect(said(await classifierOf().classify([speechOf("glad"), speechOf("even")], AbortSignal.timeout(300)))).toEqual(["timed_out", "timed_out"]);
  });

  it("fails, for now, when what is kept cannot be read", async () => {
    kept.broken = Object.assign(new Error("Access Denied"), { name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
    expect(await classifierOf().classify([speechOf("glad", 0, { askedBefore: true })])).toMatchObject([{ kind: "failed", failure: { code: "denied", retryable: true } }]);
    expect(server.requests).toHaveLength(0);
  });
});
