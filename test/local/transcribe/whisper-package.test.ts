import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { WHISPER_PACKAGE } from "../../../local/transcribe/whisper-package.ts";
import { WhisperRecogniser } from "../../../local/transcribe/whisper-recogniser.ts";
import { CALLS } from "../support/calls.ts";
import { writeRandomWhisper } from "./random-whisper.ts";

const installed = ((): boolean => {
  try {
    return createRequire(import.meta.url).resolve(WHISPER_PACKAGE) !== "";
  } catch {
    return false;
  }
})();
const folder = mkdtempSync(join(tmpdir(), "valence-whisper-"));
afterAll(() => rmSync(folder, { recursive: true }));

// The package is none of the project's dependencies (docs/local-transcribe.md); CI installs it beside them.
describe.skipIf(!installed)(`${WHISPER_PACKAGE}, with random weights${installed ? "" : " (skipped: not installed)"}`, { timeout: 120_000 }, () => {
  it("writes nonsense down, where the speech is", async () => {
    const model = join(folder, "ggml-random.bin");
    writeRandomWhisper(model);
    const whisper = WhisperRecogniser.open(model);
    const hear = () =>
      whisper.recognise({ key: "complaint.flac", bytes: () => createReadStream(join(CALLS, "complaint.flac")), beside: () => Promise.resolve(undefined) }, { languages: ["en-US"], channelsApart: false });
    const heard = await hear();

    expect(heard).toMatchObject({ transcriber: "whisper-random", language: "en-US", channels: 1 });
    for (const { endMs, startMs, words } of heard.utterances) {
      expect(words.every((word) => word.startMs >= startMs && word.endMs <= endMs)).toBe(true);
    }
    expect(heard.utterances.flatMap(({ words }) => words).length).toBeGreaterThan(0);
    expect(await hear()).toEqual(heard);
    await whisper.close();
  });

  it("refuses what are no weights", () => {
    const file = join(folder, "ggml-none.bin");
    writeFileSync(file, "none");
    expect(() => WhisperRecogniser.open(file)).toThrow("does not load as Whisper weights");
  });
});
