import { describe, expect, it } from "vitest";
import { cutUtterances, LONGEST_MS, SENTENCE_AFTER_MS } from "../../../core/transcripts/cut-utterances.ts";
import { joinWords } from "../../../core/transcripts/join-words.ts";
import { TranscribeOutputSchema, utterancesOfTranscribe } from "../../../core/transcripts/transcribe-output.ts";
import type { Utterance } from "../../../core/transcripts/utterance.ts";
import { channelsFile, type MadeWord, plainFile, said, speakersFile } from "./transcribe-files.ts";

function read(file: object): Utterance[] {
  return utterancesOfTranscribe(TranscribeOutputSchema.parse(JSON.parse(JSON.stringify(file))));
}

const texts = (file: object): string[] => read(file).map(({ text }) => text);

describe("the output of Transcribe", () => {
  it("with channels: each channel's turns apart, overlapping ones too, in the order of their start", () => {
    const file = channelsFile([[...said("I was told Monday.", 1), ...said("And nobody came!", 6)], said("Mhm, I see.", 1.5)]);

    expect(read(file)).toEqual([
      { index: 0, startMs: 1_000, endMs: 2_600, text: "I was told Monday.", channel: 0, language: "en-US", confidence: 0.9 },
      { index: 1, startMs: 1_500, endMs: 2_700, text: "Mhm, I see.", channel: 1, language: "en-US", confidence: 0.9 },
      { index: 2, startMs: 6_000, endMs: 7_200, text: "And nobody came!", channel: 0, language: "en-US", confidence: 0.9 },
    ]);
  });

  it("with speaker labels: at each change of the voice, at the items or in the list of segments", () => {
    const words = [...said("How can I help?", 0, { speaker: "spk_0" }), ...said("My bill is wrong.", 1.6, { speaker: "spk_1" }), ...said("Sorry.", 3.2, { speaker: "spk_0" })];
    const file = speakersFile(words);
    const older = structuredClone(file) as { results: { items: { speaker_label?: string }[] } };
    for (const item of older.results.items) delete item.speaker_label;
    const expected = [["spk_0", "How can I help?"], ["spk_1", "My bill is wrong."], ["spk_0", "Sorry."]];

    expect(read(file).map(({ label, text }) => [label, text])).toEqual(expected);
    expect(JSON.stringify(older.results.items)).not.toContain("speaker_label");
    expect(read(older).map(({ label, text }) => [label, text])).toEqual(expected);
  });

  it("with a word of no voice, which goes with the one before", () => {
    const words = [...said("How can", 0, { speaker: "spk_0" }), ...said("I", 0.8), ...said("help?", 1.2, { speaker: "spk_0" })];
    const file = speakersFile(words) as { results: { speaker_labels: object } };
    file.results.speaker_labels = { segments: [] };

    expect(read(file).map(({ label, text }) => [label, text])).toEqual([["spk_0", "How can I help?"]]);
  });

  it("redacted: the marks stay and are counted by type, and their confidence is not the words'", () => {
    const pii = (start: number, type?: string): MadeWord => ({ content: "[PII]", start, end: start + 0.4, redactions: [{ confidence: "0.9999", ...(type !== undefined && { type, category: "PII" }) }] });
    const file = plainFile([...said("I am", 0, { confidence: 0.6 }), { ...pii(0.8, "NAME"), punctuation: "," }, ...said("card", 1.2, { confidence: 0.8 }), pii(1.6), pii(2, "NAME")], {}, { isRedacted: true });

    expect(read(file)).toMatchObject([{ text: "I am [PII], card [PII] [PII]", redactions: { NAME: 2, PII: 1 }, confidence: 0.667 }]);
  });

  it("with the language identified: one for all, or several, an utterance's being its most frequent", () => {
    const one = plainFile(said("Hola.", 0), { language_code: "es-US", language_identification: [{ score: "0.98", code: "es-US" }, { score: "0.02", code: "pt-BR" }] });
    const several = plainFile([...said("Hola que tal", 0, { language: "es-US" }), ...said("okay", 1.2, { language: "en-US" }), ...said("Good morning.", 9, { language: "en-US" })], { language_code: undefined, language_codes: [{ language_code: "es-US", duration_in_seconds: 1.6 }, { language_code: "en-US", duration_in_seconds: 0.8 }] });

    expect(read(one).map(({ language }) => language)).toEqual(["es-US"]);
    expect(read(several).map(({ language }) => language)).toEqual(["es-US", "en-US"]);
  });

  it("with a confidence of null, as older outputs have it: none", () => {
    const file = plainFile([...said("No.", 0), ...said("Never", 1.2)]) as { results: { items: { alternatives: { confidence: string | null }[] }[] } };
    for (const { alternatives } of file.results.items) alternatives[0]!.confidence = null;

    expect(read(file)).toEqual([expect.not.objectContaining({ confidence: expect.anything() as number })]);
    expect(texts(file)).toEqual(["No. Never"]);
  });

  it("with alternatives: the items are the most probable", () => {
    const segments = [{ start_time: "0.0", end_time: "2.0", alternatives: [{ transcript: "rain forest", items: [] }, { transcript: "reign forest", items: [] }] }];
    const file = plainFile([{ content: "rainforest", start: 0, end: 1 }], { segments });
    (file as { results: { items: { alternatives: object[] }[] } }).results.items[0]!.alternatives.push({ confidence: "0.1", content: "reinforced" });

    expect(texts(file)).toEqual(["rainforest"]);
  });

  it("filtered by a vocabulary: masked, tagged or removed words", () => {
    const file = plainFile([...said("you", 0), { content: "***", start: 0.4, end: 0.8 }, { content: "", start: 0.8, end: 1 }, ...said("thing", 1, { filtered: true })]);

    expect(texts(file)).toEqual(["you *** thing"]);
  });

  it("empty: no utterance", () => {
    expect(read(plainFile([]))).toEqual([]);
    expect(read(channelsFile([[], []]))).toEqual([]);
  });

  it("with opening marks and marks before any word", () => {
    const mark = (content: string): object => ({ type: "punctuation", alternatives: [{ confidence: "0.0", content }] });
    const file = plainFile(said("Hola como estas?", 0)) as { results: { items: object[] } };
    file.results.items.splice(1, 0, mark(","), mark("¿"));
    file.results.items.unshift(mark("."));

    expect(texts(file)).toEqual(["Hola, ¿como estas?"]);
  });

  it.each([
    ["times as numbers", { type: "pronunciation", start_time: 1, end_time: "2.0", alternatives: [{ content: "a" }] }],
    ["times that are none", { type: "pronunciation", start_time: "soon", end_time: "2.0", alternatives: [{ content: "a" }] }],
    ["no time", { type: "pronunciation", start_time: "", end_time: "2.0", alternatives: [{ content: "a" }] }],
    ["no alternative", { type: "pronunciation", start_time: "1.0", end_time: "2.0", alternatives: [] }],
    ["a type that nobody knows", { type: "noise", alternatives: [{ content: "a" }] }],
    ["a confidence above 1", { type: "punctuation", alternatives: [{ content: ".", confidence: "1.5" }] }],
    ["a third channel", { type: "punctuation", channel_label: "ch_2", alternatives: [{ content: "." }] }],
  ])("of another shape is refused: %s", (_, item) => {
    expect(TranscribeOutputSchema.safeParse({ results: { items: [item] } }).success).toBe(false);
  });

  it("of four hours is read within seconds, and each utterance is no longer than it may be", () => {
    const words = Array.from({ length: 36_000 }, (_, index) => ({ content: `word${index % 97}`, start: index * 0.4, end: index * 0.4 + 0.35, confidence: 0.9, ...(index % 12 === 11 && { punctuation: "." }) }));
    const started = performance.now();

    const utterances = read(channelsFile([words, []]));

    expect(performance.now() - started).toBeLessThan(8_000);
    expect(utterances.length).toBeGreaterThan(14_400 / 30);
    expect(Math.max(...utterances.map(({ endMs, startMs }) => endMs - startMs))).toBeLessThanOrEqual(SENTENCE_AFTER_MS + 12 * 400);
    expect(utterances.reduce((sum, { text }) => sum + text.split(" ").length, 0)).toBe(36_000);
  });
});

describe("utterances", () => {
  it("end at a pause, at the end of a sentence once they are long, and at the latest after half a minute", () => {
    const words = (from: number, count: number, text = "a"): { text: string; startMs: number; endMs: number }[] => Array.from({ length: count }, (_, index) => ({ text, startMs: from + index * 500, endMs: from + index * 500 + 400 }));

    expect(cutUtterances([...words(0, 2, "No."), ...words(2_400, 1), ...words(4_301, 1)]).map(({ startMs }) => startMs)).toEqual([0, 4_301]);
    expect(cutUtterances([...words(0, 17), ...words(8_500, 1, "end."), ...words(9_000, 3)]).map(({ startMs }) => startMs)).toEqual([0, 9_000]);
    expect(cutUtterances([...words(0, 3, "Short."), ...words(1_500, 1)])).toHaveLength(1);
    const endless = cutUtterances(words(0, 300));
    expect(endless.every(({ endMs, startMs }) => endMs - startMs <= LONGEST_MS)).toBe(true);
    expect(endless).toHaveLength(5);
  });

  it.each([
    [["Ich", "auch."], "Ich auch."],
    [["今日", "は", "いい", "天気", "です。"], "今日はいい天気です。"],
    [["我", "的", "iPhone", "坏", "了。"], "我的iPhone坏了。"],
    [["สวัสดี", "ครับ"], "สวัสดีครับ"],
    [["안녕", "하세요"], "안녕 하세요"],
    [["मेरा", "फोन"], "मेरा फोन"],
    [[], ""],
  ])("are written as their script is: %j", (words, expected) => {
    expect(joinWords(words)).toBe(expected);
  });
});
