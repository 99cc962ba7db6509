import type { DemoFigures } from "../../demo/figures.ts";

/** Figures that add up: 12 records, 8 rows, 3 rejects, 1 repeat. */
export function demoFigures(changes: Partial<DemoFigures> = {}): DemoFigures {
  return {
    source: "Sample interactions",
    accounting: { received: 12, rows: 8, rejects: 3, dropped: 1, merged: 0, deadLetters: 0 },
    rejectReasons: [
      { reason: "not_json", records: 2 },
      { reason: "empty_text", records: 1 },
    ],
    unreadable: 0,
    labels: { positive: 3, neutral: 1, negative: 4 },
    parquetLabels: { positive: 3, neutral: 1, negative: 4 },
    parquetFiles: 2,
    channels: [
      { name: "chat", rows: 5, labels: { positive: 2, neutral: 1, negative: 2 }, confidence: 0.61 },
      { name: "review", rows: 3, labels: { positive: 1, neutral: 0, negative: 2 }, confidence: 0.61 },
    ],
    languages: [{ name: "en", rows: 8, labels: { positive: 3, neutral: 1, negative: 4 }, confidence: 0.6 }],
    confidences: [
      { tenth: 4, rows: 2 },
      { tenth: 7, rows: 5 },
      { tenth: 9, rows: 1 },
    ],
    lowConfidence: 2,
    redacted: 1,
    unsupported: [{ language: "ja", rows: 1 }],
    models: ["embedded/lexicon 1"],
    negative: {
      conversations: [{ conversationId: "c-1", channel: "chat", language: "en", turns: 2, valence: -0.71, words: "Broken on arrival, <b>again</b> & nobody answers" }],
      messages: [],
    },
    agreement: undefined,
    calls: {
      sent: 1,
      heard: [
        {
          conversationId: "call <1>.wav",
          live: false,
          container: "wav",
          codec: "mulaw",
          sampleRate: 8_000,
          durationMs: 10_000,
          losses: ["narrowband"],
          refusal: undefined,
          tracks: [
            { track: 0, speaker: "customer", speechMs: 3_000, rowsMs: 3_000 },
            { track: 1, speaker: "agent", speechMs: 2_500, rowsMs: 2_500 },
          ],
          segments: [
            { track: 0, speaker: "customer", startMs: 5_000, endMs: 8_000, label: "negative", scores: { positive: 0.1, neutral: 0.2, negative: 0.7 }, lowConfidence: false, emotion: "anger" },
            { track: 1, speaker: "agent", startMs: 500, endMs: 3_000, label: "neutral", scores: { positive: 0.3, neutral: 0.4, negative: 0.3 }, lowConfidence: true, emotion: "calm" },
          ],
        },
      ],
    },
    fused: {
      turns: [
        { conversationId: "call <1>.wav", startMs: 500, endMs: 3_000, speaker: "agent", words: "How can I help?", text: 0.1, voice: 0, fused: 0.05, disagreement: 0.05, disagrees: false },
        { conversationId: "call <1>.wav", startMs: 5_000, endMs: 8_000, speaker: "customer", words: "Oh, <i>wonderful</i>. Thank you so much.", text: 0.9, voice: -0.6, fused: 0.1, disagreement: 0.75, disagrees: true },
      ],
      utterances: 2,
      fusedUtterances: 2,
      transcribers: ["sidecar"],
      conversations: 3,
      running: 0,
    },
    alerts: [],
    kinds: { written: 8, spoken: 2, voices: 4, turns: 2, conversations: 4 },
    functions: [{ name: "valence-local-text-preprocessor", invocations: 3, errors: 0 }],
    denied: [],
    elapsed: { sendMs: 120, settleMs: 2_300 },
    places: { dataFolder: ".valence/demo", alerts: ".valence/demo/sns/valence-local-alerts.jsonl", parquetFolder: ".valence/demo/s3/lake/results", picture: ".valence/demo/report.html" },
    ...changes,
  };
}
