import { describe, expect, it } from "vitest";
import type { AudioClassification, AudioClassifier, SpeechToClassify } from "../../classifiers/audio-classifier.ts";
import { AudioRefusedError } from "../../core/contracts/audio-refusal.ts";
import { CostSchema, EmotionsSchema, FlagSchema, ModelIdentitySchema, SENTIMENT_LABELS, SentimentSchema } from "../../core/contracts/sentiment-result.ts";
import { seededRandom } from "../../core/seeded-random.ts";
import { type Mood, spokenWav } from "./protocol/spoken-moods.ts";

export interface AudioContractSubject {
  classifier: AudioClassifier;
  /** Lets asynchronous endpoints write what they owe. */
  finishRequests?: () => void;
  /** Whether it reads the speech itself; asynchronous endpoints do that in S3. */
  readsSpeech: boolean;
}

const MOODS: readonly Mood[] = ["glad", "angry", "even"];
const LABEL_OF: Record<Mood, string> = { glad: "positive", angry: "negative", even: "neutral", torn: "positive" };

/** Speech number `position`, 1,000 ms and as many more, as if it lay in S3: its mood is in the key, for those that are told only that. */
export function speechOf(mood: Mood, position = 0, more: Partial<SpeechToClassify> = {}): SpeechToClassify {
  const durationMs = 1_000 + position;
  return { wav: async () => spokenWav(mood, durationMs), durationMs, stored: { bucket: "audio-test", key: `segments/${mood}/${position}.wav` }, askedBefore: false, ...more };
}

/** The outcomes, asked for again while any is pending, as a job that comes again does. */
export async function classifyAll({ classifier, finishRequests }: AudioContractSubject, speech: readonly SpeechToClassify[]): Promise<readonly AudioClassification[]> {
  let outcomes = await classifier.classify(speech);
  for (let round = 0; round < 3 && outcomes.some(({ kind }) => kind === "pending"); round += 1) {
    finishRequests?.();
    outcomes = await classifier.classify(speech.map((one) => ({ ...one, askedBefore: true })));
  }
  return outcomes;
}

export function said(outcomes: readonly AudioClassification[]): string[] {
  return outcomes.map((outcome) => (outcome.kind === "classified" ? outcome.sentiment.label : outcome.kind === "pending" ? "pending" : outcome.failure.code));
}

/** The expectations every `AudioClassifier` has to meet, whatever stands behind it. */
export function describeAudioClassifier(name: string, subject: () => AudioContractSubject): void {
  describe(`${name}, as an AudioClassifier`, () => {
    it("names itself within the limits of a result, the same each time", () => {
      const { model } = subject().classifier;
      expect(ModelIdentitySchema.parse(model)).toEqual(model);
      expect(subject().classifier.model).toEqual(model);
    });

    it("answers nothing for nothing", async () => {
      expect(await subject().classifier.classify([])).toEqual([]);
    });

    it("gives one outcome a stretch of speech, in order, however many and in two calls at once", async () => {
      const random = seededRandom(7);
      const one = subject();
      const calls = [43, 21].map((size, call) => Array.from({ length: size }, (_, position) => ({ mood: MOODS[Math.floor(random() * 3)]!, position: call * 100 + position })));
      const outcomes = await Promise.all(calls.map((call) => classifyAll(one, call.map(({ mood, position }) => speechOf(mood, position)))));
      expect(outcomes.map(said)).toEqual(calls.map((call) => call.map(({ mood }) => LABEL_OF[mood])));
    });

    it("keeps the contract of a result", async () => {
      for (const outcome of await classifyAll(subject(), MOODS.map((mood, position) => speechOf(mood, position)))) {
        if (outcome.kind !== "classified") throw new Error(`expected an answer, got ${JSON.stringify(outcome)}`);
        const { sentiment, emotions, model, flags, cost, modelMs, spentUsd } = outcome;
        expect(SentimentSchema.parse(sentiment)).toEqual(sentiment);
        expect(sentiment.scores.positive + sentiment.scores.neutral + sentiment.scores.negative).toBeCloseTo(1, 9);
        expect(sentiment.scores[sentiment.label]).toBe(Math.max(...SENTIMENT_LABELS.map((label) => sentiment.scores[label])));
        expect(EmotionsSchema.optional().parse(emotions)).toEqual(emotions);
        expect(ModelIdentitySchema.parse(model)).toEqual(model);
        expect(FlagSchema.array().parse([...flags])).toEqual([]);
        expect(CostSchema.parse(cost)).toEqual(cost);
        expect(spentUsd).toBe(cost.usd);
        expect(modelMs).toBeGreaterThan(0);
      }
    });

    it("neither asks nor pays again for what was answered before", async () => {
      const one = subject();
      const first = await classifyAll(one, [speechOf("glad")]);
      const again = await one.classifier.classify([speechOf("glad", 0, { askedBefore: true, wav: () => Promise.reject(new Error("nobody reads it again")) })]);
      expect(again).toEqual([{ ...first[0], spentUsd: 0, progress: 0 }]);
    });

    it("fails for good, for that speech only, when the speech is not there", async () => {
      const one = subject();
      if (!one.readsSpeech) return;
      const missing = speechOf("glad", 1, { wav: () => Promise.reject(new AudioRefusedError("audio_missing", "gone")) });
      const unreadable = speechOf("glad", 2, { wav: () => Promise.reject(Object.assign(new Error("slow"), { name: "SlowDown", $metadata: { httpStatusCode: 503 } })) });
      const outcomes = await classifyAll(one, [speechOf("angry"), missing, unreadable]);
      expect(said(outcomes)).toEqual(["negative", "refused", "throttled"]);
      expect(outcomes).toMatchObject([{}, { failure: { retryable: false, refusal: "audio_missing" } }, { failure: { retryable: true } }]);
    });

    it("ends at once when its time is over, as timed_out", async () => {
      const started = performance.now();
      const outcomes = await subject().classifier.classify(Array.from({ length: 40 }, (_, position) => speechOf("glad", position)), AbortSignal.abort());
      expect(performance.now() - started).toBeLessThan(2_000);
      expect(outcomes).toHaveLength(40);
      for (const outcome of outcomes) expect(outcome).toMatchObject({ kind: "failed", failure: { code: "timed_out", retryable: true } });
    });
  });
}
