import { beforeAll, describe, expect, it } from "vitest";
import { TINY_MODEL, voiceConfiguration } from "./example-specifications.ts";
import { permissionsOf } from "./role-permissions.ts";
import { type Synthesized, synthesize } from "./synthesized.ts";

const TRACE = "xray:PutTelemetryRecords, xray:PutTraceSegments → *";
const LOG = "logs:CreateLogStream, logs:PutLogEvents";
const CONSUME = "sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:ReceiveMessage";
const ENDPOINT = "arn:<Partition>:sagemaker:<Region>:<AccountId>:endpoint";

let synthesized: Synthesized;
beforeAll(() => {
  synthesized = synthesize(voiceConfiguration());
});

function permissions(stack: string, role: string): string[] {
  return permissionsOf(synthesized.plain[`valence-voice-${stack}`]!, role);
}

describe("every role of the voice road is granted what its bearer calls and nothing else", () => {
  it("live-audio", () => {
    expect(permissions("pipeline", "VoiceLiveAudioFunctionRole")).toEqual([
      "kinesis:DescribeStream, kinesis:DescribeStreamSummary, kinesis:GetRecords, kinesis:GetShardIterator, kinesis:ListShards → VoiceStream",
      "kms:Decrypt, kms:GenerateDataKey → Key",
      `${LOG} → VoiceLiveAudioFunctionLog`,
      "s3:GetObject → VoicePreparedBucket/live/*",
      "s3:ListBucket → RejectsBucket",
      "s3:ListBucket → VoicePreparedBucket",
      "s3:PutObject → RejectsBucket/aws/lambda/*",
      "s3:PutObject → RejectsBucket/rejects/*",
      "s3:PutObject → VoicePreparedBucket/live/*",
      "s3:PutObject → VoicePreparedBucket/reports/*",
      "s3:PutObject → VoicePreparedBucket/segments/*",
      "s3:PutObject → VoiceRecordingsBucket/valence/*",
      `${CONSUME} → VoiceQuietChecks`,
      "sqs:SendMessage → VoiceAudioJobs",
      "sqs:SendMessage → VoiceQuietChecks",
      "sqs:SendMessage → VoiceRecordings",
      "sqs:SendMessage → VoiceTranscriptionRequests",
      TRACE,
    ]);
  });

  const PREPROCESSOR = [
    "kms:Decrypt, kms:GenerateDataKey → Key",
    `${LOG} → VoiceAudioPreprocessingFunctionLog`,
    "s3:GetObject → VoiceRecordingsBucket/*",
    "s3:ListBucket → VoiceRecordingsBucket",
    "s3:PutObject → RejectsBucket/rejects/*",
    "s3:PutObject → VoicePreparedBucket/reports/*",
    "s3:PutObject → VoicePreparedBucket/segments/*",
    `${CONSUME} → VoiceRecordings`,
    "sqs:SendMessage → VoiceAudioJobs",
    "sqs:SendMessage → VoiceTranscriptionRequests",
    TRACE,
  ];

  it("audio-preprocessor", () => {
    const alone = synthesize(voiceConfiguration((audio) => (audio.recordings.otherBuckets = []))).plain["valence-voice-pipeline"]!;

    expect(permissionsOf(alone, "VoiceAudioPreprocessingFunctionRole")).toEqual(PREPROCESSOR);
  });

  it("audio-preprocessor, with a bucket of others: its objects and its key", () => {
    const others = ["s3:GetObject → arn:<Partition>:s3:::our-call-recordings/*", "s3:ListBucket → arn:<Partition>:s3:::our-call-recordings"];
    const key = "kms:Decrypt → arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000";
    const own = [...PREPROCESSOR.filter((permission) => !permission.startsWith("kms:")), "kms:Decrypt → Key", "kms:GenerateDataKey → Key"];

    expect(permissions("pipeline", "VoiceAudioPreprocessingFunctionRole")).toEqual([...own, ...others, key].sort());
  });

  it("audio-classifier: its endpoints, at once or later", () => {
    expect(permissions("pipeline", "VoiceAudioClassificationFunctionRole")).toEqual([
      "kinesis:PutRecords → ResultsStream",
      "kms:Decrypt, kms:GenerateDataKey → Key",
      `${LOG} → VoiceAudioClassificationFunctionLog`,
      "s3:GetObject → VoicePreparedBucket/async-answers/*",
      "s3:GetObject → VoicePreparedBucket/segments/*",
      "s3:ListBucket → VoicePreparedBucket",
      "s3:PutObject → RejectsBucket/rejects/*",
      "s3:PutObject → VoicePreparedBucket/segments/*",
      `sagemaker:InvokeEndpoint → ${ENDPOINT}/valence-voice-hubert`,
      `sagemaker:InvokeEndpoint → ${ENDPOINT}/valence-voice-wav2vec2`,
      `sagemaker:InvokeEndpointAsync → ${ENDPOINT}/valence-voice-whisper`,
      `sqs:ChangeMessageVisibility, ${CONSUME}, sqs:SendMessage → VoiceAudioJobs`,
      TRACE,
    ]);
  });

  it("audio-classifier: one endpoint and no answers of asynchronous ones, where there are none", () => {
    const configuration = voiceConfiguration((audio) => (audio.classifier.endpoints = [{ name: "Theirs", weight: 1, answers: "at-once" }]));
    const all = permissionsOf(synthesize(configuration).plain["valence-voice-pipeline"]!, "VoiceAudioClassificationFunctionRole");

    expect(all.filter((permission) => permission.startsWith("sagemaker:"))).toEqual([`sagemaker:InvokeEndpoint → ${ENDPOINT}/theirs`]);
    expect(all).toContain("s3:ListBucket → VoicePreparedBucket");
    expect(all.join("\n")).not.toContain("async-answers");
  });
});

describe("an endpoint's role may fetch its model and the model server, and write its logs and metrics", () => {
  const serving = (name: string, model: { bucket: string; key: string }) => [
    "cloudwatch:PutMetricData → * if cloudwatch:namespace = /aws/sagemaker/Endpoints | AWS/SageMaker",
    "ecr:BatchCheckLayerAvailability, ecr:BatchGetImage, ecr:GetDownloadUrlForLayer → arn:<Partition>:ecr:<Region>:<AccountId>:repository/cdk-hnb659fds-container-assets-<AccountId>-<Region>",
    "ecr:GetAuthorizationToken → *",
    "kms:CreateGrant → Key if kms:GrantIsForAWSResource is true",
    `logs:CreateLogStream, logs:DescribeLogStreams, logs:PutLogEvents → ${name}EndpointLog`,
    `s3:GetObject → arn:<Partition>:s3:::${model.bucket}/${model.key}`,
    `s3:ListBucket → arn:<Partition>:s3:::${model.bucket} if s3:prefix like ${model.key}`,
  ];
  const packed = (family: string) => ({ bucket: "our-models", key: `valence/${family}-base/1.0.0/model.tar.gz` });

  it.each([
    ["serverless", "hubert"],
    ["real-time", "wav2vec2"],
  ])("%s", (_kind, family) => {
    expect(permissions("models", `valencevoice${family}EndpointRole`)).toEqual(serving(`valencevoice${family}`, packed(family)));
  });

  it("asynchronous: it also reads segments, and writes answers of its own", () => {
    expect(permissions("models", "valencevoicewhisperEndpointRole")).toEqual(
      [
        ...serving("valencevoicewhisper", packed("whisper")),
        "kms:Decrypt, kms:GenerateDataKey → Key",
        "s3:GetObject → VoicePreparedBucket/segments/*",
        "s3:ListBucket → VoicePreparedBucket",
        "s3:PutObject → VoicePreparedBucket/async-answers/valence-voice-whisper/*",
      ].sort(),
    );
  });

  it("a model folder: the archive in the deployment's own bucket", () => {
    const configuration = voiceConfiguration((audio) => (audio.models = [{ name: "tiny", folder: TINY_MODEL, hosting: { kind: "serverless", memoryMiB: 2_048, maximumConcurrency: 1 } }]));
    const reading = permissionsOf(synthesize(configuration).plain["valence-voice-models"]!, "tinyEndpointRole").filter((permission) => permission.startsWith("s3:GetObject"));

    expect(reading).toEqual([expect.stringMatching(/^s3:GetObject → arn:<Partition>:s3:::cdk-hnb659fds-assets-<AccountId>-<Region>\/[0-9a-f]{64}\.gz$/u)]);
  });
});

it("no role slips past the lists above, those of conversations and those of the text road", () => {
  const names = Object.values(synthesized.plain).flatMap((template) => Object.entries(template.Resources).flatMap(([id, { Type }]) => (Type === "AWS::IAM::Role" ? [id.replace(/[0-9A-F]{8}$/u, "")] : [])));

  expect(names.sort()).toEqual([
    "ConversationsConnectFeedbackFunctionRole",
    "ConversationsTrackingFunctionRole",
    "ResultsDeliveryRole",
    "TextClassificationFunctionRole",
    "TextPreprocessingFunctionRole",
    "VoiceAudioClassificationFunctionRole",
    "VoiceAudioPreprocessingFunctionRole",
    "VoiceLiveAudioFunctionRole",
    "VoiceTranscriptionRoutingFunctionRole",
    "VoiceTranscriptionStartingFunctionRole",
    "VoiceTranscriptionStartingTranscribeRole",
    "valencevoicehubertEndpointRole",
    "valencevoicewav2vec2EndpointRole",
    "valencevoicewhisperEndpointRole",
  ]);
});
