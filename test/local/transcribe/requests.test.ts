import { StartTranscriptionJobCommand, type StartTranscriptionJobCommandInput } from "@aws-sdk/client-transcribe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mediaAddress, outputKey, redactedKey } from "../../../local/transcribe/transcription-requests.ts";
import { DATA_ROLE, type LocalTranscribe, shortWav, startInput, startTranscribe } from "../support/transcribe.ts";

let transcribe: LocalTranscribe;
const start = (more: Partial<StartTranscriptionJobCommandInput>, client = transcribe.client) => client.send(new StartTranscriptionJobCommand(startInput("job", "call.wav", more)));
const refusal = (message: string) => ({ name: "BadRequestException", message: expect.stringContaining(message) as string });
beforeAll(async () => {
  transcribe = await startTranscribe();
  await transcribe.put("call.wav", shortWav());
});
afterAll(() => transcribe.stop());

describe("a request that Transcribe refuses", () => {
  const identified = { LanguageCode: undefined, IdentifyLanguage: true } as const;
  it.each<[string, Partial<StartTranscriptionJobCommandInput>]>([
    ["regular expression", { TranscriptionJobName: "no spaces" }],
    ["LanguageCode", { LanguageCode: "xx-XX" as "en-US" }],
    ["exactly one of LanguageCode", { IdentifyLanguage: true }],
    ["exactly one of LanguageCode", { LanguageCode: undefined }],
    ["LanguageOptions needs IdentifyLanguage", { LanguageOptions: ["en-US", "es-US"] }],
    ["which LanguageOptions lacks", { ...identified, LanguageOptions: ["en-US", "es-US"], LanguageIdSettings: { "de-DE": { VocabularyName: "words" } } }],
    ["go into LanguageIdSettings", { ...identified, Settings: { VocabularyName: "words" } }],
    ["ShowSpeakerLabels needs MaxSpeakerLabels", { Settings: { ShowSpeakerLabels: true } }],
    ["Settings.MaxSpeakerLabels", { Settings: { ShowSpeakerLabels: true, MaxSpeakerLabels: 1 } }],
    ["MaxSpeakerLabels needs ShowSpeakerLabels", { Settings: { MaxSpeakerLabels: 2 } }],
    ["both ShowSpeakerLabels and ChannelIdentification", { Settings: { ShowSpeakerLabels: true, MaxSpeakerLabels: 2, ChannelIdentification: true } }],
    ["ShowAlternatives and MaxAlternatives", { Settings: { ShowAlternatives: true } }],
    ["VocabularyFilterMethod", { Settings: { VocabularyFilterName: "rude" } }],
    ["not in en-GB", { LanguageCode: "en-GB", ContentRedaction: { RedactionType: "PII", RedactionOutput: "redacted" } }],
    ["not compatible with language identification", { ...identified, LanguageOptions: ["en-US", "es-US"], ContentRedaction: { RedactionType: "PII", RedactionOutput: "redacted" } }],
    ["AllowDeferredExecution needs DataAccessRoleArn", { JobExecutionSettings: { AllowDeferredExecution: true } }],
    ["MediaFormat", { MediaFormat: "aiff" as "wav" }],
    ["MediaSampleRateHertz", { MediaSampleRateHertz: 4_000 }],
    ["is no S3 object", { Media: { MediaFileUri: "ftp://somewhere/call.wav" } }],
    ["bucket does not exist", { Media: { MediaFileUri: "s3://elsewhere/call.wav" } }],
    ["doesn't point to an S3 object", { Media: { MediaFileUri: "s3://recordings/gone.wav" } }],
    ["bucket does not exist", { OutputBucketName: "elsewhere" }],
    ["does not know Subtitles", { Subtitles: { Formats: ["srt"] } }],
    ["say OutputBucketName", { OutputBucketName: undefined, OutputKey: undefined }],
  ])("says %s", async (message, more) => {
    await expect(start(more)).rejects.toMatchObject(refusal(message));
  });
});

describe("who may do what", () => {
  const role = (name: string) => ({ JobExecutionSettings: { AllowDeferredExecution: true, DataAccessRoleArn: DATA_ROLE.replace(/transcribe$/u, name) } });
  it.each([
    ["the role may not read the recording", "blind", "s3:GetObject on arn:aws:s3:::recordings/call.wav"],
    ["the role may not write the transcript", "mute", "s3:PutObject on arn:aws:s3:::audio/transcripts/job/transcript.json"],
    ["the role may not use the key", "keyless", "kms:Decrypt"],
    ["the role does not let Transcribe in", "foreign", "can't assume the role"],
    ["the role is unknown", "nobody", "is in no template"],
  ])("%s", async (_, name, message) => {
    await expect(start(role(name))).rejects.toMatchObject(refusal(message));
  });

  it("the caller must be allowed to pass the role to Transcribe, not to somebody else", async () => {
    await expect(start({}, transcribe.clientOf("passer"))).rejects.toMatchObject({ name: "AccessDeniedException", message: expect.stringContaining(`iam:PassRole on ${DATA_ROLE}`) as string });
    await expect(start({ TranscriptionJobName: "passed" }, transcribe.clientOf("starter"))).resolves.toMatchObject({ TranscriptionJob: { TranscriptionJobName: "passed" } });
  });

  it("the caller needs the key of the output, too", async () => {
    const key = { OutputEncryptionKMSKeyId: "arn:aws:kms:us-east-1:123456789012:key/another" };
    await expect(start(key, transcribe.clientOf("starter"))).rejects.toMatchObject({ name: "AccessDeniedException", message: expect.stringContaining("kms:GenerateDataKey") as string });
    await expect(start(key)).rejects.toMatchObject(refusal("kms:GenerateDataKey on arn:aws:kms:us-east-1:123456789012:key/another"));
  });

  it("without a role the caller's own permissions count", async () => {
    await expect(start({ JobExecutionSettings: undefined }, transcribe.clientOf("starter"))).rejects.toMatchObject(refusal("starter"));
  });
});

describe("addresses", () => {
  it("of recordings come in three styles", () => {
    for (const uri of ["s3://b-1/a/k.wav", "https://s3.eu-west-1.amazonaws.com/b-1/a/k.wav", "https://b-1.s3.eu-west-1.amazonaws.com/a/k.wav"]) expect(mediaAddress(uri)).toEqual({ bucket: "b-1", key: "a/k.wav" });
  });
  it("of transcripts follow OutputKey", () => {
    const key = (OutputKey?: string) => outputKey({ TranscriptionJobName: "job", ...(OutputKey === undefined ? {} : { OutputKey }) });
    expect([key(), key("a/b.json"), key("a/b"), key("a/")]).toEqual(["job.json", "a/b.json", "a/b/job.json", "a/job.json"]);
    expect([redactedKey("job.json"), redactedKey("a/b.json")]).toEqual(["redacted-job.json", "a/redacted-b.json"]);
  });
});
