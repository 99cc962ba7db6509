import { beforeEach, describe, expect, it } from "vitest";
import type { AudioClassification, AudioClassifier, SpeechToClassify } from "../../../classifiers/audio-classifier.ts";
import { createAudioClassifier } from "../../../classifiers/create-audio-classifier.ts";
import { AsyncAudioEndpoint } from "../../../classifiers/sagemaker/audio-async-endpoint.ts";
import { AUDIO_CALL_LIMITS } from "../../../classifiers/sagemaker/audio-endpoint.ts";
import { AudioEnsemble } from "../../../classifiers/sagemaker/audio-ensemble.ts";
import { lazyRuntime } from "../../../classifiers/sagemaker/sagemaker-runtime.ts";
import { uninstrumented } from "../../../classifiers/calling/instrument.ts";
import { describeAudioClassifier, said, speechOf } from "../audio-classifier-contract.ts";
import { type KeptInMemory, keptInMemory } from "../kept-in-memory.ts";
import { asyncLocations, type AudioServer, startAudioServer } from "../protocol/audio-server.ts";
import { freshServer } from "../protocol/fresh-server.ts";
import { audioAnswer, type Mood } from "../protocol/spoken-moods.ts";

let server: AudioServer;
let kept: KeptInMemory;
let now: number;
freshServer(startAudioServer, "eu-west-1", (fresh) => {
  server = fresh;
});
beforeEach(() => {
  kept = keptInMemory();
  now = Date.parse("2026-03-02T09:00:00Z");
});

const SPECIFICATION = { name: "whisper", weight: 1, answers: "later", usdPerHour: 3.6 } as const;
const classifierOf = (): AudioClassifier =>
  new AudioEnsemble([{ weight: 1, endpoint: new AsyncAudioEndpoint(SPECIFICATION, lazyRuntime(uninstrumented, AUDIO_CALL_LIMITS), kept, () => now) }]);
const MINUTE = 60_000;

const requests = (): { inferenceId: string; location: string; mood: Mood }[] =>
  server.requests
    .filter(({ path }) => path.endsWith("/async-invocations"))
    .map(({ headers }) => {
      const location = headers["x-amzn-sagemaker-inputlocation"]!;
      return { inferenceId: headers["x-amzn-sagemaker-inference-id"]!, location, mood: location.split("/")[4] as Mood };
    });

/** What the endpoint owes is written, as SageMaker writes it. */
function finishRequests(): void {
  for (const { inferenceId, mood, location } of requests()) {
    const position = Number(/(\d+)\.wav$/u.exec(location)?.[1]);
    kept.objects.set(asyncLocations(inferenceId).output, JSON.stringify(audioAnswer(mood, 1_000 + position)));
  }
}

const again = (mood: Mood = "glad"): SpeechToClassify => speechOf(mood, 0, { askedBefore: true });
async function ask(speech: SpeechToClassify): Promise<AudioClassification> {
  const [outcome] = await classifierOf().classify([speech]);
  return outcome!;
}

describeAudioClassifier("an asynchronous endpoint", () => ({ classifier: classifierOf(), finishRequests, readsSpeech: false }));
describeAudioClassifier("an ensemble with an asynchronous member", () => ({
  classifier: createAudioClassifier({ endpoints: [SPECIFICATION, { name: "hubert", weight: 1, answers: "at-once" }] }, { kept }),
  finishRequests,
  readsSpeech: true,
}));

describe("an asynchronous endpoint", () => {
  it("is told where the speech lies, for how long the answer is worth something, and an id that tells requests apart", async () => {
    await classifierOf().classify([speechOf("glad", 0), speechOf("glad", 1)]);
    expect(server.requests[0]).toMatchObject({ method: "POST", path: "/endpoints/whisper/async-invocations", headers: { "x-amzn-sagemaker-content-type": "audio/wav", "x-amzn-sagemaker-accept": "application/json", "x-amzn-sagemaker-requestttlseconds": "3600" }, body: "" });
    expect(requests().map(({ location }) => location).toSorted()).toEqual(["s3://audio-test/segments/glad/0.wav", "s3://audio-test/segments/glad/1.wav"]);
    expect(new Set(requests().map(({ inferenceId }) => inferenceId)).size).toBe(2);
  });

  it("is asked once, waited for, and heard when its answer is there", async () => {
    expect(await ask(speechOf("angry"))).toEqual({ kind: "pending", since: "2026-03-02T09:00:00.000Z", spentUsd: 0, progress: 1 });
    now += 5 * MINUTE;
    expect(await ask(again("angry"))).toEqual({ kind: "pending", since: "2026-03-02T09:00:00.000Z", spentUsd: 0, progress: 0 });
    finishRequests();
    expect(await ask(again("angry"))).toMatchObject({ kind: "classified", sentiment: { label: "negative" }, modelMs: 36, cost: { usd: expect.closeTo(0.000_036, 12) }, spentUsd: expect.closeTo(0.000_036, 12), progress: 1 });
    kept.objects.clear();
    expect(await ask(again("angry"))).toMatchObject({ kind: "classified", spentUsd: 0, progress: 0 });
    expect(requests()).toHaveLength(1);
  });

  it("makes the same request with the same id when nobody remembers the first one", async () => {
    await ask(speechOf("glad"));
    kept.kept.clear();
    await ask(speechOf("glad"));
    const [first, second] = requests();
    expect(second).toEqual(first);
  });

  it("fails for now where it could not be kept where the answer will be", async () => {
    kept.isFull = true;
    expect(await ask(speechOf("glad"))).toMatchObject({ kind: "failed", failure: { code: "unavailable", retryable: true }, progress: 0 });
  });

  it.each([
    ['{"failureReason": "Received client error (400) from primary with message \\"{\\"error\\": {\\"code\\": \\"audio_truncated\\"}}\\""}', { code: "refused", retryable: false, refusal: "audio_truncated" }],
    ["Received client error (413) from primary with message \"too much\"", { code: "too_long", retryable: false }],
    ["Received server error (500) from primary with message \"secret\"", { code: "unavailable", retryable: true }],
    ['{"error": {"code": "audio_silent", "message": "secret"}}', { code: "refused", retryable: false, refusal: "audio_silent" }],
    ["Received client error (429) from primary with message \"audio_silent\"", { code: "unavailable", retryable: true }],
    ["Received client error (415) from primary", { code: "denied", retryable: false }],
    ["whatever", { code: "unavailable", retryable: true }],
  ])("fails as the failure location says, without its words: %s", async (text, failure) => {
    await ask(speechOf("glad"));
    kept.objects.set(asyncLocations(requests()[0]!.inferenceId).failure, text);
    const outcome = await ask(again());
    expect(outcome).toMatchObject({ kind: "failed", failure, progress: 0 });
    expect(JSON.stringify(outcome)).not.toContain("secret");
  });

  it("is asked anew, with another id, after a failure that may pass, and for good no more after the third", async () => {
    await ask(speechOf("glad"));
    for (const round of [0, 1, 2]) {
      kept.objects.set(asyncLocations(requests()[round]!.inferenceId).failure, "Received server error (500)");
      expect(await ask(again())).toMatchObject({ kind: "failed", failure: { code: "unavailable", retryable: true } });
      const next = await ask(again());
      expect(next).toMatchObject(round < 2 ? { kind: "pending", progress: 1 } : { kind: "failed", failure: { code: "unanswered", retryable: false } });
    }
    expect(new Set(requests().map(({ inferenceId }) => inferenceId)).size).toBe(3);
  });

  it("takes an answer that is none of the model server's for a failure that may pass", async () => {
    await ask(speechOf("glad"));
    kept.objects.set(asyncLocations(requests()[0]!.inferenceId).output, "<html>secret</html>");
    expect(await ask(again())).toMatchObject({ kind: "failed", failure: { code: "malformed", retryable: true } });
    expect(await ask(again())).toMatchObject({ kind: "pending" });
  });

  it("is waited for an hour, still heard after it, and asked anew once the request is lost", async () => {
    await ask(speechOf("glad"));
    now += 59 * MINUTE;
    expect(await ask(again())).toMatchObject({ kind: "pending" });
    now += 2 * MINUTE;
    expect(await ask(again())).toMatchObject({ kind: "failed", failure: { code: "timed_out", retryable: true } });
    now += 20 * MINUTE;
    expect(await ask(again())).toMatchObject({ kind: "pending", since: "2026-03-02T10:21:00.000Z" });
    finishRequests();
    expect(said([await ask(again())])).toEqual(["positive"]);
    expect(requests()).toHaveLength(2);
  });

  it("hears an answer that came after the hour", async () => {
    await ask(speechOf("glad"));
    now += 70 * MINUTE;
    finishRequests();
    expect(said([await ask(again())])).toEqual(["positive"]);
  });

  it("refuses speech that does not lie in S3, and to be made where nothing is kept", async () => {
    const { stored: _, ...unstored } = speechOf("glad");
    expect(await ask(unstored)).toMatchObject({ kind: "failed", failure: { code: "denied", retryable: false } });
    expect(() => createAudioClassifier({ endpoints: [SPECIFICATION] })).toThrow("The endpoint whisper answers later");
  });
});
