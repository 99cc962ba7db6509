import { beforeAll, describe, expect, it } from "vitest";
import type { Configuration } from "../../lib/configuration.ts";
import { voiceConfiguration } from "./example-specifications.ts";
import { permissionsOf } from "./role-permissions.ts";
import { type Synthesized, synthesize } from "./synthesized.ts";

const TRACE = "xray:PutTelemetryRecords, xray:PutTraceSegments";
const LOG = "logs:CreateLogStream, logs:PutLogEvents";
const CONSUME = "sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:ReceiveMessage";
const READ_STREAM = "kinesis:DescribeStream, kinesis:DescribeStreamSummary, kinesis:GetRecords, kinesis:GetShardIterator, kinesis:ListShards";
const JOBS = "arn:<Partition>:transcribe:<Region>:<AccountId>:transcription-job/valence-voice.*";
const INSTANCE = "arn:<Partition>:connect:<Region>:<AccountId>:instance/0a1b2c3d-0000-4000-8000-000000000000";

let synthesized: Synthesized;
beforeAll(() => {
  synthesized = synthesize(voiceConfiguration());
});

function permissions(role: string, of = synthesized): string[] {
  return permissionsOf(of.plain["valence-voice-pipeline"]!, role);
}

/** The example, changed in a part beside `audio`. */
function changed(change: (connect: NonNullable<NonNullable<Configuration["conversations"]>["connect"]>) => void): Synthesized {
  const configuration = voiceConfiguration();
  change(configuration.conversations!.connect!);
  return synthesize(configuration);
}

describe("on the way from recordings to words, every role is granted what its bearer calls and nothing else", () => {
  it("transcription-starter: it passes one role, to Transcribe alone, and may read what it asks to have written down", () => {
    const alone = synthesize(voiceConfiguration((audio) => (audio.recordings.otherBuckets = [])));

    expect(permissions("VoiceTranscriptionStartingFunctionRole", alone)).toEqual([
      "iam:PassRole → VoiceTranscriptionStartingTranscribeRole if iam:PassedToService = transcribe.amazonaws.com",
      "kms:Decrypt, kms:GenerateDataKey → Key",
      `${LOG} → VoiceTranscriptionStartingFunctionLog`,
      "s3:GetObject → VoiceRecordingsBucket/*",
      "s3:ListBucket → VoiceRecordingsBucket",
      "s3:PutObject → RejectsBucket/rejects/*",
      "s3:PutObject → VoicePreparedBucket/transcripts/*",
      `sqs:ChangeMessageVisibility, ${CONSUME} → VoiceTranscriptionRequests`,
      "sqs:SendMessage → VoiceTranscriptionTranscripts",
      `transcribe:DeleteTranscriptionJob, transcribe:GetTranscriptionJob → ${JOBS}`,
      `transcribe:StartTranscriptionJob, ${TRACE} → *`,
    ]);
  });

  const TRANSCRIBE = [
    "s3:GetObject → VoicePreparedBucket/transcripts/*",
    "s3:GetObject → VoiceRecordingsBucket/*",
    "s3:ListBucket → VoicePreparedBucket",
    "s3:ListBucket → VoiceRecordingsBucket",
    "s3:PutObject → VoicePreparedBucket/transcripts/*",
  ];

  it("Transcribe itself reads recordings, and writes among transcripts only", () => {
    const alone = synthesize(voiceConfiguration((audio) => (audio.recordings.otherBuckets = [])));

    expect(permissions("VoiceTranscriptionStartingTranscribeRole", alone)).toEqual(["kms:Decrypt, kms:GenerateDataKey → Key", ...TRANSCRIBE]);
  });

  it("Transcribe itself, with a bucket of others: its objects and its key", () => {
    expect(permissions("VoiceTranscriptionStartingTranscribeRole")).toEqual(
      [
        ...TRANSCRIBE,
        "kms:Decrypt → Key",
        "kms:GenerateDataKey → Key",
        "kms:Decrypt → arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000",
        "s3:GetObject → arn:<Partition>:s3:::our-call-recordings/*",
        "s3:ListBucket → arn:<Partition>:s3:::our-call-recordings",
      ].sort(),
    );
  });

  it("may be put on by Transcribe for this account only", () => {
    synthesized.template("pipeline").hasResourceProperties("AWS::IAM::Role", {
      Description: "Transcribe: reads recordings, writes transcripts",
      AssumeRolePolicyDocument: {
        Statement: [{ Action: "sts:AssumeRole", Effect: "Allow", Principal: { Service: "transcribe.amazonaws.com" }, Condition: { StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } } } }],
      },
    });
  });

  const ROUTER = [
    "kms:Decrypt, kms:GenerateDataKey → Key",
    `${LOG} → VoiceTranscriptionRoutingFunctionLog`,
    "s3:GetObject, s3:PutObject → VoicePreparedBucket/transcripts/*",
    "s3:ListBucket → VoicePreparedBucket",
    "s3:PutObject → RejectsBucket/rejects/*",
    `${CONSUME}, sqs:SendMessage → VoiceTranscriptionTranscripts`,
    "sqs:SendMessage → TextJobs",
    `transcribe:GetTranscriptionJob → ${JOBS}`,
    `${TRACE} → *`,
  ];
  const ofRouter = (contactLens: { files: "redacted" | "original" | "none"; segmentsStream: { arn: string; keyArn?: string } | null }): string[] =>
    permissions("VoiceTranscriptionRoutingFunctionRole", synthesize(voiceConfiguration((audio) => (audio.transcription.contactLens = contactLens))));

  it("transcript-router", () => {
    expect(ofRouter({ files: "none", segmentsStream: null })).toEqual(ROUTER);
  });

  it.each([
    ["redacted", "*Analysis/Voice/Redacted/*"],
    ["original", "*Analysis/Voice/2*"],
  ] as const)("transcript-router reads the %s files of Contact Lens and no recording", (files, keys) => {
    expect(ofRouter({ files, segmentsStream: null })).toEqual([...ROUTER, `s3:GetObject → VoiceRecordingsBucket/${keys}`, "s3:ListBucket → VoiceRecordingsBucket"].sort());
  });

  it("transcript-router reads Contact Lens's segments: the stream, its key, and Lambda's place for what was given up", () => {
    const arn = "arn:aws:kinesis:eu-west-1:111122223333:stream/segments";
    const keyArn = "arn:aws:kms:eu-west-1:111122223333:key/segments";
    const more = [`${READ_STREAM} → ${arn}`, "s3:ListBucket → RejectsBucket", "s3:PutObject → RejectsBucket/aws/lambda/*"];

    expect(ofRouter({ files: "none", segmentsStream: { arn } })).toEqual([...ROUTER, ...more].sort());
    expect(ofRouter({ files: "none", segmentsStream: { arn, keyArn } })).toEqual([...ROUTER, ...more, `kms:Decrypt → ${keyArn}`].sort());
  });
});

describe("with conversations, every role is granted what its bearer calls and nothing else", () => {
  it("conversation-tracker: it reads its journal and adds to it, and changes and deletes nothing", () => {
    expect(permissions("ConversationsTrackingFunctionRole")).toEqual([
      "dynamodb:PutItem, dynamodb:Query → Conversations",
      "events:PutEvents → ConversationsAlertsBus",
      `${READ_STREAM}, kinesis:PutRecords → ResultsStream`,
      "kms:Decrypt, kms:GenerateDataKey → Key",
      `${LOG} → ConversationsTrackingFunctionLog`,
      "s3:ListBucket → RejectsBucket",
      "s3:PutObject → RejectsBucket/aws/lambda/*",
      "s3:PutObject → RejectsBucket/rejects/*",
      `${CONSUME}, sqs:SendMessage → ConversationsEnds`,
      `${TRACE} → *`,
    ]);
  });

  const FEEDBACK = [
    `connect:UpdateContactAttributes → ${INSTANCE}/contact/*`,
    `${READ_STREAM} → ResultsStream`,
    "kms:Decrypt, kms:GenerateDataKey → Key",
    `${LOG} → ConversationsConnectFeedbackFunctionLog`,
    "s3:ListBucket → RejectsBucket",
    "s3:PutObject → RejectsBucket/aws/lambda/*",
    `${TRACE} → *`,
  ];

  it("connect-feedback without tasks", () => {
    expect(permissions("ConversationsConnectFeedbackFunctionRole", changed((connect) => (connect.taskFlowId = null)))).toEqual(FEEDBACK);
  });

  it("connect-feedback with tasks: the one flow that takes them", () => {
    expect(permissions("ConversationsConnectFeedbackFunctionRole")).toEqual(
      [
        ...FEEDBACK,
        `connect:StartTaskContact → ${INSTANCE}/contact-flow/0a1b2c3d-0000-4000-8000-000000000001`,
        `connect:StartTaskContact → ${INSTANCE}/contact/*`,
        `${CONSUME} → ConversationsConnectFeedbackAlerts`,
      ].sort(),
    );
  });
});
