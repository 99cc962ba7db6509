import { describe, expect, it } from "vitest";
import type { TranscriptionRequest } from "../../../core/contracts/transcription-request.ts";
import type { TranscriptionSettings } from "../../../core/contracts/transcription-settings.ts";
import { seededRandom } from "../../../core/seeded-random.ts";
import { jobParameters } from "../../../core/transcripts/job-parameters.ts";
import { transcriptionJobName } from "../../../core/transcripts/storage-keys.ts";
import { parseStart } from "../../../local/transcribe/transcription-requests.ts";
import { offenceOf } from "../../lambdas/transcription-starter/documented-constraints.ts";
import { transcriptionRequest, transcriptionSettings } from "./transcription-requests.ts";

const PLACE = { bucket: "audio-test", roleArn: "arn:aws:iam::123456789012:role/transcribe", outputKeyArn: "arn:aws:kms:us-east-1:123456789012:key/k" };

const jobOf = (request: Partial<TranscriptionRequest> = {}, settings: Partial<TranscriptionSettings> = {}): ReturnType<typeof jobParameters> =>
  jobParameters(transcriptionRequest(request), "valence-test-1", transcriptionSettings(settings), PLACE);

describe("the job of a recording", () => {
  it("reads the recording, writes under our key, and may wait", () => {
    expect(jobOf({ language: "pt" }).parameters).toEqual({
      TranscriptionJobName: "valence-test-1",
      MediaFormat: "wav",
      Media: { MediaFileUri: "s3://recordings-test/calls/one.wav" },
      OutputBucketName: "audio-test",
      OutputKey: "transcripts/valence-test-1/transcript.json",
      OutputEncryptionKMSKeyId: PLACE.outputKeyArn,
      JobExecutionSettings: { AllowDeferredExecution: true, DataAccessRoleArn: PLACE.roleArn },
      LanguageCode: "pt-BR",
      Settings: { ChannelIdentification: true },
    });
  });

  it("tells voices apart on one channel, unless it is known whose it is", () => {
    expect(jobOf({ channels: 1, speakers: [null] }).parameters.Settings).toEqual({ ShowSpeakerLabels: true, MaxSpeakerLabels: 2 });
    expect(jobOf({ channels: 1, speakers: ["agent"] }).parameters).not.toHaveProperty("Settings");
  });

  it("has the vocabulary and the filter of its language", () => {
    const vocabularies = { "en-US": "products", "de-DE": "produkte" };
    const vocabularyFilters = { "de-DE": { name: "schimpf", method: "mask" as const } };
    expect(jobOf({ language: "de" }, { vocabularies, vocabularyFilters }).parameters.Settings).toEqual({ ChannelIdentification: true, VocabularyName: "produkte", VocabularyFilterName: "schimpf", VocabularyFilterMethod: "mask" });
    expect(jobOf({ language: "pt" }, { vocabularies, vocabularyFilters }).parameters.Settings).toEqual({ ChannelIdentification: true });
  });

  it("has those of all languages that it may turn out to be in, with the strictest of their methods", () => {
    const vocabularyFilters = { "en-US": { name: "swear", method: "tag" as const }, "de-DE": { name: "schimpf", method: "remove" as const } };
    const { notes, parameters } = jobOf({}, { vocabularies: { "en-US": "products" }, vocabularyFilters });
    expect(parameters).toMatchObject({
      IdentifyLanguage: true,
      LanguageOptions: ["en-US", "pt-BR", "de-DE"],
      LanguageIdSettings: { "en-US": { VocabularyName: "products", VocabularyFilterName: "swear" }, "de-DE": { VocabularyFilterName: "schimpf" } },
      Settings: { VocabularyFilterMethod: "remove" },
    });
    expect(parameters).not.toHaveProperty("LanguageCode");
    expect(notes).toEqual([]);
  });

  it("says how many languages' vocabularies there was no room for", () => {
    const languages = ["en-US", "pt-BR", "de-DE", "fr-FR", "it-IT", "es-US"];
    const { notes, parameters } = jobOf({}, { languages, vocabularies: Object.fromEntries(languages.map((code) => [code, `words-${code}`])) });
    expect(Object.keys(parameters.LanguageIdSettings!)).toEqual(languages.slice(0, 5));
    expect(notes).toEqual(["vocabularies_left_out"]);
  });

  it("is redacted where Transcribe can, and says where it cannot", () => {
    expect(jobOf({ language: "en" }, { redaction: "transcribe" })).toMatchObject({ parameters: { ContentRedaction: { RedactionType: "PII", RedactionOutput: "redacted" } }, notes: [] });
    for (const [request, settings] of [[{ language: "ja" }, { languages: ["ja-JP"] }], [{}, {}]] as const) {
      const { notes, parameters } = jobOf(request, { ...settings, languages: [...("languages" in settings ? settings.languages : ["en-US", "de-DE"])], redaction: "transcribe" });
      expect(parameters).not.toHaveProperty("ContentRedaction");
      expect(notes).toEqual(["not_redacted"]);
    }
    expect(jobOf({ language: "en" }).parameters).not.toHaveProperty("ContentRedaction");
  });

  it("notes a language that the stage does not name", () => {
    expect(jobOf({ language: "ja" })).toMatchObject({ parameters: { IdentifyLanguage: true }, notes: ["language_not_configured"] });
  });

  it("keeps to what the API documents, whatever is asked for and configured", () => {
    const random = seededRandom(11);
    const some = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
    const all = ["en-US", "en-GB", "pt-BR", "de-DE", "fr-FR", "ja-JP", "it-IT", "zh-TW"];
    const seen = new Set<string>();
    for (let round = 0; round < 500; round += 1) {
      const languages = all.filter(() => random() < 0.5).concat("es-US");
      const named = <Value>(value: (code: string) => Value): Record<string, Value> => Object.fromEntries(languages.filter(() => random() < 0.4).map((code) => [code, value(code)]));
      const settings = transcriptionSettings({ languages, redaction: some(["transcribe", "none"]), vocabularies: named((code) => `v-${code}`), vocabularyFilters: named((code) => ({ name: `f-${code}`, method: some(["mask", "remove", "tag"]) })) });
      const [channels, speakers] = some([[2, ["customer", "agent"]], [1, [null]], [1, ["agent"]]] as const);
      const language = some([undefined, "und", "en", "pt-PT", "ja", "nl", "zh-Hant-TW"]);
      const request = transcriptionRequest({ id: `call ${round} ü`, channels, speakers: [...speakers], ...(language !== undefined && { language }) });
      const { notes, parameters } = jobParameters(request, transcriptionJobName("valence-test-", request), settings, PLACE);
      expect(offenceOf(parameters)).toBeUndefined();
      // As the local run's Transcribe reads the same reference.
      expect(parseStart(parameters)).toEqual(parameters);
      for (const key of [...Object.keys(parameters), ...notes]) seen.add(key);
    }
    expect([...seen]).toEqual(expect.arrayContaining(["LanguageCode", "LanguageIdSettings", "ContentRedaction", "Settings", "language_not_configured", "not_redacted", "vocabularies_left_out"]));
  });
});
