import { GetObjectCommand } from "@aws-sdk/client-s3";
import { DeleteTranscriptionJobCommand, GetTranscriptionJobCommand, ListTranscriptionJobsCommand, StartTranscriptionJobCommand, type StartTranscriptionJobCommandInput } from "@aws-sdk/client-transcribe";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type LocalTranscribe, shortWav, startInput, startTranscribe } from "../support/transcribe.ts";

const CALL = {
  language: "en-GB",
  utterances: [
    { channel: 1, startMs: 600, endMs: 2_600, text: "Hello, how can I help?", confidence: 0.97 },
    { channel: 0, startMs: 3_000, endMs: 5_000, text: "My card 4111 1111 1111 1111 is gone.", confidence: 0.5 },
  ],
};
let transcribe: LocalTranscribe;
const start = (input: StartTranscriptionJobCommandInput) => transcribe.client.send(new StartTranscriptionJobCommand(input));
const outcome = async (name: string) => {
  await transcribe.ended(name);
  return transcribe.ended(name);
};
const file = async (key: string): Promise<Transcript> => JSON.parse((await (await transcribe.s3.send(new GetObjectCommand({ Bucket: "audio", Key: key }))).Body?.transformToString()) ?? "") as Transcript;
interface Transcript {
  [field: string]: unknown;
  results: Record<string, unknown> & { items: { id: number; type: string; start_time?: string; alternatives: object[]; channel_label?: string; speaker_label?: string }[]; transcripts: { transcript: string }[]; audio_segments: object[] };
}

beforeAll(async () => {
  transcribe = await startTranscribe();
  await transcribe.put("call.wav", shortWav(2));
  await transcribe.put("call.wav.transcript.json", JSON.stringify(CALL));
});
afterAll(() => transcribe.stop());

describe("a job whose recording has a transcript beside it", () => {
  it("writes a file of Transcribe's shape with channels, tells EventBridge, and shows its times", async () => {
    const started = await start(startInput("channels", "call.wav", { Settings: { ChannelIdentification: true } }));
    const job = await outcome("channels");
    const { results, ...rest } = await file("transcripts/channels/transcript.json");

    expect(started.TranscriptionJob).toMatchObject({ TranscriptionJobName: "channels", TranscriptionJobStatus: "IN_PROGRESS" });
    expect(job).toMatchObject({ TranscriptionJobStatus: "COMPLETED", LanguageCode: "en-US", Transcript: { TranscriptFileUri: "https://s3.us-east-1.amazonaws.com/audio/transcripts/channels/transcript.json" } });
    expect(job.CreationTime?.getTime()).toBeLessThanOrEqual(job.CompletionTime?.getTime() ?? 0);
    expect(rest).toEqual({ jobName: "channels", accountId: "123456789012", transcriber: "sidecar", status: "COMPLETED" });
    expect(results.transcripts).toEqual([{ transcript: "Hello, how can I help? My card 4111 1111 1111 1111 is gone." }]);
    expect(results.items[0]).toEqual({ id: 0, type: "pronunciation", alternatives: [{ confidence: "0.97", content: "Hello" }], start_time: "0.6", end_time: "1.267", channel_label: "ch_1" });
    expect(results.items[1]).toEqual({ id: 1, type: "punctuation", alternatives: [{ confidence: "0.0", content: "," }], channel_label: "ch_1" });
    expect(results["channel_labels"]).toEqual({
      channels: [0, 1].map((channel) => ({ channel_label: `ch_${channel}`, items: results.items.filter((item) => item.channel_label === `ch_${channel}`) })),
      number_of_channels: 2,
    });
    expect(results.audio_segments[1]).toEqual({ id: 1, transcript: "My card 4111 1111 1111 1111 is gone.", start_time: "3.0", end_time: "5.0", channel_label: "ch_0", items: [7, 8, 9, 10, 11, 12, 13, 14, 15] });
    expect(transcribe.events.filter(({ detail }) => detail["TranscriptionJobName"] === "channels")).toEqual([
      expect.objectContaining({ source: "aws.transcribe", "detail-type": "Transcribe Job State Change", detail: { TranscriptionJobName: "channels", TranscriptionJobStatus: "COMPLETED" } }),
    ]);
  });

  it("labels speakers, no more than were asked for", async () => {
    const utterances = ["spk_0", "spk_1", "spk_2"].map((speaker, n) => ({ speaker, startMs: n * 1_000, endMs: n * 1_000 + 900, text: `Line ${n}.` }));
    await transcribe.put("voices.wav", shortWav());
    await transcribe.put("voices.wav.transcript.json", JSON.stringify({ language: "en-US", utterances }));
    await start(startInput("voices", "voices.wav", { Settings: { ShowSpeakerLabels: true, MaxSpeakerLabels: 2 } }));
    await outcome("voices");
    const { results } = await file("transcripts/voices/transcript.json");

    expect(results["speaker_labels"]).toMatchObject({ channel_label: "ch_0", speakers: 2, segments: [{ speaker_label: "spk_0" }, { speaker_label: "spk_1" }, { speaker_label: "spk_1", start_time: "2.0", end_time: "2.9" }] });
    expect(results.items.map((item) => item.speaker_label)).toEqual(["spk_0", "spk_0", "spk_0", "spk_1", "spk_1", "spk_1", "spk_1", "spk_1", "spk_1"]);
    // Nobody said how sure the writer was: neither does the file.
    expect(results.items[0]?.alternatives).toEqual([{ content: "Line" }]);
  });

  it("identifies the language among those it may be", async () => {
    await start(startInput("identified", "call.wav", { LanguageCode: undefined, IdentifyLanguage: true, LanguageOptions: ["es-US", "en-AU"] }));
    const job = await outcome("identified");
    const { results } = await file("transcripts/identified/transcript.json");

    expect(job).toMatchObject({ LanguageCode: "en-AU", IdentifyLanguage: true, IdentifiedLanguageScore: 1 });
    expect(results).toMatchObject({ language_code: "en-AU", language_identification: [{ code: "en-AU", score: "1" }] });
    expect(results["channel_labels"]).toBeUndefined();
  });

  it("fails where the language is none of those", async () => {
    await start(startInput("foreign", "call.wav", { LanguageCode: "de-DE" }));
    const job = await outcome("foreign");
    expect(job).toMatchObject({ TranscriptionJobStatus: "FAILED", FailureReason: expect.stringContaining("is in en-GB") as string, Transcript: {} });
    expect(transcribe.events.find(({ detail }) => detail["TranscriptionJobName"] === "foreign")?.detail).toMatchObject({ TranscriptionJobStatus: "FAILED", FailureReason: job.FailureReason });
  });

  it("writes the redacted file beside the other, or alone", async () => {
    await start(startInput("both", "call.wav", { ContentRedaction: { RedactionType: "PII", RedactionOutput: "redacted_and_unredacted" } }));
    await start(startInput("alone", "call.wav", { ContentRedaction: { RedactionType: "PII", RedactionOutput: "redacted" } }));
    const [both, alone] = [await outcome("both"), await outcome("alone")];
    const redacted = await file("transcripts/both/redacted-transcript.json");

    expect(both.Transcript).toEqual({ TranscriptFileUri: "https://s3.us-east-1.amazonaws.com/audio/transcripts/both/transcript.json", RedactedTranscriptFileUri: "https://s3.us-east-1.amazonaws.com/audio/transcripts/both/redacted-transcript.json" });
    expect(alone.Transcript).toEqual({ RedactedTranscriptFileUri: "https://s3.us-east-1.amazonaws.com/audio/transcripts/alone/redacted-transcript.json" });
    expect([redacted["isRedacted"], redacted.results.transcripts[0]?.transcript]).toEqual([true, "Hello, how can I help? My card [PII] is gone."]);
    expect(redacted.results.items.find(({ alternatives }) => "redactions" in (alternatives[0] ?? {}))).toMatchObject({ type: "pronunciation", alternatives: [{ content: "[PII]", redactions: [{ category: "PII", type: "CREDIT_DEBIT_NUMBER" }] }] });
    expect((await file("transcripts/both/transcript.json"))["isRedacted"]).toBe(false);
    await expect(file("transcripts/alone/transcript.json")).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  it("is empty where nobody speaks", async () => {
    await transcribe.put("silence.wav", shortWav());
    await transcribe.put("silence.wav.transcript.json", JSON.stringify({ language: "en-US", utterances: [] }));
    await start(startInput("silence", "silence.wav"));
    await outcome("silence");
    expect((await file("transcripts/silence/transcript.json")).results).toEqual({ transcripts: [{ transcript: "" }], items: [], audio_segments: [] });
  });
});

describe("a job fails with a reason that says what to do", () => {
  const reason = async (name: string, key: string, body: Buffer | string, sidecar?: string, more: Partial<StartTranscriptionJobCommandInput> = {}) => {
    await transcribe.put(key, body);
    if (sidecar !== undefined) await transcribe.put(`${key}.transcript.json`, sidecar);
    await start(startInput(name, key, more));
    return (await outcome(name)).FailureReason;
  };

  it("where nothing can write the recording down", async () => {
    expect(await reason("unwritten", "unwritten.wav", shortWav())).toMatch(/put a transcript beside it, as unwritten\.wav\.transcript\.json, or start the local run with Whisper's weights/u);
  });
  it("where the transcript beside it is broken", async () => {
    expect(await reason("torn", "torn.wav", shortWav(), "{")).toMatch(/torn\.wav\.transcript\.json, is not JSON/u);
    const backwards = JSON.stringify({ language: "en-US", utterances: [{ startMs: 900, endMs: 100, text: "No." }] });
    expect(await reason("backwards", "backwards.wav", shortWav(), backwards)).toMatch(/utterances\.0: an utterance ends after it starts/u);
    expect(await reason("wordless", "wordless.wav", shortWav(), JSON.stringify({ language: "english", utterances: [] }))).toMatch(/language: a language is written as Transcribe does/u);
  });
  it("where the recording is of another format, or of none", async () => {
    expect(await reason("lying", "lying.flac", shortWav(), JSON.stringify(CALL), { MediaFormat: "flac" })).toBe("The media format provided does not match the detected media format: flac was said, and it is wav.");
    expect(await reason("noise", "noise.wav", "not audio at all", JSON.stringify(CALL))).toMatch(/^Unsupported media format/u);
  });
});

describe("the jobs of an account", () => {
  it("have names of their own", async () => {
    await start(startInput("once", "call.wav"));
    await expect(start(startInput("once", "call.wav"))).rejects.toMatchObject({ name: "ConflictException" });
    await expect(transcribe.client.send(new GetTranscriptionJobCommand({ TranscriptionJobName: "nobody" }))).rejects.toMatchObject({ name: "NotFoundException" });
  });

  it("are listed newest first, by page, by status and by part of a name", async () => {
    for (const n of [1, 2, 3]) await start(startInput(`Listed-${n}`, "call.wav"));
    for (const n of [1, 2, 3]) await outcome(`Listed-${n}`);
    const list = (input: object) => transcribe.client.send(new ListTranscriptionJobsCommand(input));
    const first = await list({ JobNameContains: "listed", Status: "COMPLETED", MaxResults: 2 });
    const second = await list({ JobNameContains: "listed", Status: "COMPLETED", MaxResults: 2, NextToken: first.NextToken });

    expect([first, second].map(({ TranscriptionJobSummaries: jobs }) => jobs?.map((job) => job.TranscriptionJobName))).toEqual([["Listed-3", "Listed-2"], ["Listed-1"]]);
    expect(second.NextToken).toBeUndefined();
    expect(first.TranscriptionJobSummaries?.[0]).toMatchObject({ OutputLocationType: "CUSTOMER_BUCKET", LanguageCode: "en-US", TranscriptionJobStatus: "COMPLETED" });
    expect((await list({ Status: "FAILED", JobNameContains: "listed" })).TranscriptionJobSummaries).toEqual([]);
  });

  it("can be deleted, once, and started again", async () => {
    const remove = () => transcribe.client.send(new DeleteTranscriptionJobCommand({ TranscriptionJobName: "deleted" }));
    await start(startInput("deleted", "call.wav"));
    await outcome("deleted");
    await remove();
    await expect(remove()).rejects.toMatchObject({ name: "BadRequestException", message: expect.stringContaining("couldn't be found") as string });
    await start(startInput("deleted", "call.wav"));
    expect((await outcome("deleted")).TranscriptionJobStatus).toBe("COMPLETED");
  });
});
