import { Match, type Template } from "aws-cdk-lib/assertions";
import { beforeAll, describe, expect, it } from "vitest";
import { OWN_RECORDINGS_PREFIX } from "../../core/contracts/recording-notice.ts";
import { transcriptionJobName } from "../../core/transcripts/storage-keys.ts";
import { LiveAudioEnvironmentSchema } from "../../lambdas/live-audio/env.ts";
import { TranscriptRouterEnvironmentSchema } from "../../lambdas/transcript-router/env.ts";
import { TranscriptionStarterEnvironmentSchema } from "../../lambdas/transcription-starter/env.ts";
import { jobPrefix } from "../../lib/transcription-jobs.ts";
import type { AudioConfiguration } from "../../lib/audio-configuration.ts";
import { voiceConfiguration } from "./example-specifications.ts";
import { environmentOf, named } from "./named-resources.ts";
import { synthesize } from "./synthesized.ts";

let pipeline: Template;
beforeAll(() => {
  pipeline = synthesize(voiceConfiguration()).template("pipeline");
});

const rule = (name: string, of = pipeline) => Object.values(of.findResources("AWS::Events::Rule", { Properties: { Name: `valence-voice-${name}` } }))[0]?.["Properties"] as Record<string, unknown> | undefined;
const changed = (change: (audio: AudioConfiguration) => void): Template => synthesize(voiceConfiguration(change)).template("pipeline");

describe("the queues of transcription", () => {
  it.each([
    ["transcriptions", 6 * 60, 50],
    ["transcripts", 6 * 60, 10],
  ])("%s: hidden for six time-outs of its function, then among its dead letters", (name, visibility, tries) => {
    pipeline.hasResourceProperties("AWS::SQS::Queue", {
      QueueName: `valence-voice-${name}`,
      VisibilityTimeout: visibility,
      KmsMasterKeyId: { "Fn::ImportValue": Match.stringLikeRegexp("Key") },
      RedrivePolicy: { maxReceiveCount: tries, deadLetterTargetArn: { "Fn::GetAtt": [Match.stringLikeRegexp("DeadLetters"), "Arn"] } },
    });
    pipeline.hasResourceProperties("AWS::SQS::Queue", { QueueName: `valence-voice-${name}-dead-letters`, MessageRetentionPeriod: 14 * 86_400 });
  });

  it.each([
    ["VoiceTranscriptionStartingRequestsSource", 1, 5],
    ["VoiceTranscriptionRoutingTranscriptsSource", 5, 20],
  ])("%s: so many messages at a time, in so many batches", (start, size, atATime) => {
    expect(named(pipeline, "AWS::Lambda::EventSourceMapping", start)).toMatchObject({ BatchSize: size, ScalingConfig: { MaximumConcurrency: atATime }, FunctionResponseTypes: ["ReportBatchItemFailures"] });
  });

  it("get their requests from live-audio and the audio-preprocessor", () => {
    const queue = environmentOf(pipeline, "valence-voice-transcription-starter")["TRANSCRIPTIONS_QUEUE_URL"];

    expect(queue).toEqual({ Ref: expect.stringMatching(/^VoiceTranscriptionRequests[0-9A-F]{8}$/u) as string });
    for (const sender of ["live-audio", "audio-preprocessor"]) expect(environmentOf(pipeline, `valence-voice-${sender}`)["TRANSCRIPTIONS_QUEUE_URL"]).toEqual(queue);
    expect(Object.keys(LiveAudioEnvironmentSchema.shape)).toContain("TRANSCRIPTIONS_QUEUE_URL");
  });
});

describe("ends of jobs", () => {
  it("of this stage become messages: done or failed, nothing else", () => {
    expect(rule("transcription-ends")).toMatchObject({
      EventPattern: {
        source: ["aws.transcribe"],
        "detail-type": ["Transcribe Job State Change"],
        detail: { TranscriptionJobStatus: ["COMPLETED", "FAILED"], TranscriptionJobName: [{ prefix: "valence-voice." }] },
      },
      Targets: [
        {
          Arn: { "Fn::GetAtt": [expect.stringMatching(/^VoiceTranscriptionTranscripts(?!DeadLetters)/u), "Arn"] },
          DeadLetterConfig: { Arn: { "Fn::GetAtt": [expect.stringMatching(/^VoiceTranscriptionTranscriptsDeadLetters/u), "Arn"] } },
          RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
        },
      ],
    });
  });

  it("of a stage whose name begins alike are not ours", () => {
    const name = transcriptionJobName(jobPrefix("dev-eu"), { conversationId: "c", id: "r", recording: { bucket: "bucket", key: "key" } });

    expect(name.startsWith(jobPrefix("dev-eu"))).toBe(true);
    expect(name.startsWith(jobPrefix("dev"))).toBe(false);
    expect(name).toMatch(/^[0-9a-zA-Z._-]{1,200}$/u);
  });

  it("may be sent by the rules of ends and of Contact Lens's files and by no other", () => {
    const { Statement } = named(pipeline, "AWS::SQS::QueuePolicy", "VoiceTranscriptionTranscriptsPolicy")["PolicyDocument"] as { Statement: { Effect: string; Condition: { ArnEquals?: { "aws:SourceArn": { "Fn::GetAtt": string[] } } } }[] };
    const rules = Statement.filter(({ Effect }) => Effect === "Allow").map(({ Condition }) => Condition.ArnEquals?.["aws:SourceArn"]["Fn::GetAtt"][0]?.replace(/[0-9A-F]{8}$/u, ""));

    expect(new Set(rules)).toEqual(new Set(["VoiceTranscriptionContactLensFilesRule", "VoiceTranscriptionJobEnds"]));
  });
});

describe("Contact Lens", () => {
  const keys = (files: "redacted" | "original") => changed((audio) => (audio.transcription.contactLens.files = files));
  const wildcard = (template: Template) => (rule("contact-lens-files", template)!["EventPattern"] as { detail: { object: { key: { wildcard: string }[] } } }).detail.object.key[0]!.wildcard;
  /** EventBridge's: a star stands for any characters, none included. */
  const matches = (pattern: string, key: string) => new RegExp(`^${pattern.replaceAll(/[.+?^${}()|[\]\\]/gu, "\\$&").replaceAll("*", ".*")}$`, "u").test(key);
  const REDACTED = "connect/our-instance/Analysis/Voice/Redacted/2026/11/23/0a1b_analysis_redacted_2026-11-23T01_42_57Z.json";
  const ORIGINAL = "Analysis/Voice/2026/11/23/0a1b_analysis_2026-11-23T01_42_57Z.json";

  it.each([
    ["redacted", REDACTED, ORIGINAL],
    ["original", ORIGINAL, REDACTED],
  ] as const)("%s files become messages, wherever the instance puts them, and the others do not", (files, wanted, other) => {
    const pattern = wildcard(keys(files));

    expect(matches(pattern, wanted)).toBe(true);
    for (const key of [other, wanted.replace(".json", ".wav"), wanted.replace("Voice", "Chat"), `${OWN_RECORDINGS_PREFIX}a.wav`]) expect(matches(pattern, key)).toBe(false);
  });

  it("is left alone where the configuration says none", () => {
    const template = changed((audio) => (audio.transcription.contactLens = { files: "none", segmentsStream: null }));

    expect(rule("contact-lens-files", template)).toBeUndefined();
    expect(Object.keys(template.findResources("AWS::Lambda::EventSourceMapping")).filter((id) => id.startsWith("VoiceTranscriptionRouting"))).toHaveLength(1);
    expect(environmentOf(template, "valence-voice-transcript-router")["CONTACT_LENS_FILES"]).toBe("none");
  });

  it("has its segments read from the stream's beginning, however old, and what cannot be done ends in the rejects bucket", () => {
    const mapping = named(pipeline, "AWS::Lambda::EventSourceMapping", "VoiceTranscriptionRoutingContactLensSegments");

    expect(mapping).toMatchObject({
      EventSourceArn: "arn:aws:kinesis:eu-west-1:111122223333:stream/contact-lens-segments",
      StartingPosition: "TRIM_HORIZON",
      BatchSize: 100,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ["ReportBatchItemFailures"],
      MaximumRetryAttempts: 10,
      DestinationConfig: { OnFailure: { Destination: { "Fn::ImportValue": expect.stringMatching(/RejectsBucket.*Arn/u) as string } } },
    });
    expect(mapping).not.toHaveProperty("MaximumRecordAgeInSeconds");
  });
});

describe("the functions of transcription", () => {
  it.each([
    ["transcription-starter", TranscriptionStarterEnvironmentSchema],
    ["transcript-router", TranscriptRouterEnvironmentSchema],
  ])("%s gets exactly the variables its env.ts asks for", (name, schema) => {
    expect(Object.keys(environmentOf(pipeline, `valence-voice-${name}`)).sort()).toEqual(Object.keys(schema.shape).sort());
  });

  it("get their settings as JSON that their env.ts can read", () => {
    const { audio } = voiceConfiguration();
    const router = environmentOf(pipeline, "valence-voice-transcript-router");

    expect(TranscriptionStarterEnvironmentSchema.shape.TRANSCRIPTION_SETTINGS.parse(environmentOf(pipeline, "valence-voice-transcription-starter")["TRANSCRIPTION_SETTINGS"])).toEqual(audio.transcription.settings);
    expect(TranscriptRouterEnvironmentSchema.shape.TRANSCRIPTION_SETTINGS.parse(router["TRANSCRIPTION_SETTINGS"])).toEqual(audio.transcription.settings);
    expect(TranscriptRouterEnvironmentSchema.shape.AUDIO_SETTINGS.parse(router["AUDIO_SETTINGS"])).toEqual(audio.settings);
  });

  it("have the configured memory, time and reserved concurrency", () => {
    const template = changed(({ transcription }) => (transcription.starter.reservedConcurrency = 9));

    template.hasResourceProperties("AWS::Lambda::Function", { FunctionName: "valence-voice-transcription-starter", MemorySize: 256, Timeout: 60, ReservedConcurrentExecutions: 9 });
    template.hasResourceProperties("AWS::Lambda::Function", { FunctionName: "valence-voice-transcript-router", MemorySize: 512, Timeout: 60, ReservedConcurrentExecutions: Match.absent() });
  });
});
