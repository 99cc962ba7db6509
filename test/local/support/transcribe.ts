import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetTranscriptionJobCommand, type StartTranscriptionJobCommandInput, TranscribeClient, type TranscriptionJob } from "@aws-sdk/client-transcribe";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { readCloudAssembly } from "../../../local/assembly/cloud-assembly.ts";
import { resolveApplication } from "../../../local/assembly/local-application.ts";
import { freePort } from "../../../local/free-port.ts";
import { startGateway } from "../../../local/gateway/gateway.ts";
import { PolicyAuthorizer } from "../../../local/iam/policy-authorizer.ts";
import { synthesizedRoles } from "../../../local/iam/synthesized-roles.ts";
import { S3Service } from "../../../local/s3/s3-service.ts";
import { openStorageEngines } from "../../../local/storage-engines.ts";
import { DataAccess } from "../../../local/transcribe/data-access.ts";
import type { Recogniser } from "../../../local/transcribe/recogniser.ts";
import { sidecarRecogniser } from "../../../local/transcribe/sidecar.ts";
import { TranscribeService } from "../../../local/transcribe/transcribe-service.ts";
import { temporaryFolder } from "./assembly.ts";
import { assemblyOf } from "./hand-made-assembly.ts";

const ACCOUNT = "arn:aws:iam::123456789012:role";
export const DATA_ROLE = `${ACCOUNT}/transcribe`;
const bucket = (name: string) => ({
  Type: "AWS::S3::Bucket",
  Properties: { BucketName: name, BucketEncryption: { ServerSideEncryptionConfiguration: [{ ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID: { "Fn::GetAtt": ["Key", "Arn"] } } }] } },
});
const role = (name: string, statements: object[], trust: object = { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" }) => ({
  Type: "AWS::IAM::Role",
  Properties: { RoleName: name, AssumeRolePolicyDocument: { Statement: [trust] }, Policies: [{ PolicyName: name, PolicyDocument: { Statement: statements } }] },
});
const TRUST = { Effect: "Allow", Principal: { Service: "transcribe.amazonaws.com" }, Action: "sts:AssumeRole", Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } } };
const READ = { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::recordings/*" };
const WRITE = { Effect: "Allow", Action: "s3:PutObject", Resource: "arn:aws:s3:::audio/transcripts/*" };
const KEY = { Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: { "Fn::GetAtt": ["Key", "Arn"] } };
const START = { Effect: "Allow", Action: "transcribe:StartTranscriptionJob", Resource: "*" };
const pass = (service: string) => ({ Effect: "Allow", Action: "iam:PassRole", Resource: DATA_ROLE, Condition: { StringEquals: { "iam:PassedToService": service } } });

const TEMPLATE = {
  Resources: {
    Key: { Type: "AWS::KMS::Key", Properties: {} },
    Recordings: bucket("recordings"),
    Audio: bucket("audio"),
    DataRole: role("transcribe", [READ, WRITE, KEY], TRUST),
    BlindRole: role("blind", [WRITE, KEY], TRUST),
    MuteRole: role("mute", [READ, KEY], TRUST),
    KeylessRole: role("keyless", [READ, WRITE], TRUST),
    ForeignRole: role("foreign", [READ, WRITE, KEY]),
    Starter: role("starter", [START, KEY, pass("transcribe.amazonaws.com")]),
    Passer: role("passer", [START, KEY, pass("sagemaker.amazonaws.com")]),
  },
};

export interface LocalTranscribe {
  client: TranscribeClient;
  /** Whose calls are judged by a role of the template, by its name. */
  clientOf: (roleName: string) => TranscribeClient;
  s3: S3Client;
  events: { source: string; "detail-type": string; detail: Record<string, string> }[];
  service: TranscribeService;
  /** What it said of trouble of its own. */
  logged: readonly string[];
  put: (key: string, body: Buffer | string) => Promise<void>;
  /** Waits for a job's end. */
  ended: (name: string) => Promise<TranscriptionJob>;
  stop: (options?: { keepData: boolean }) => Promise<void>;
}

/** Gateway, S3 and Transcribe of a small hand-made assembly, without anything else of a local run. */
export async function startTranscribe(options: { quota?: number; recognisers?: readonly Recogniser[]; dataFolder?: string; publish?: () => void } = {}): Promise<LocalTranscribe & { dataFolder: string }> {
  const dataFolder = options.dataFolder ?? temporaryFolder("transcribe");
  const port = await freePort(0);
  const endpoint = `http://127.0.0.1:${port}`;
  const assembly = assemblyOf({ main: TEMPLATE });
  const application = resolveApplication(readCloudAssembly(assembly), { endpoint });
  rmSync(assembly, { recursive: true });
  const authorizer = new PolicyAuthorizer(synthesizedRoles(application));
  const engines = openStorageEngines(application, dataFolder);
  const events: LocalTranscribe["events"] = [];
  const logged: string[] = [];
  const service = new TranscribeService({
    path: join(dataFolder, "transcribe", "jobs.log"),
    s3: engines.s3,
    access: new DataAccess(application, engines.s3, authorizer),
    recognisers: options.recognisers ?? [sidecarRecogniser],
    ...(options.quota === undefined ? {} : { quota: options.quota }),
    publish: (event) => {
      options.publish?.();
      events.push(event as unknown as LocalTranscribe["events"][number]);
    },
    log: (line) => void logged.push(line),
  });
  const gateway = await startGateway({
    port,
    services: [new S3Service(engines.s3, authorizer), service],
    authorizer,
    callerOf: (accessKeyId) => (accessKeyId === undefined || accessKeyId === "local" ? { roleArn: null, name: "the owner" } : { roleArn: `${ACCOUNT}/${accessKeyId}`, name: accessKeyId }),
  });
  const clientOf = (accessKeyId: string) => new TranscribeClient({ endpoint, region: "us-east-1", credentials: { accessKeyId, secretAccessKey: "local" }, maxAttempts: 1 });
  const client = clientOf("local");
  const s3 = new S3Client({ endpoint, region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" }, forcePathStyle: true });
  return {
    client,
    clientOf,
    s3,
    events,
    service,
    logged,
    dataFolder,
    put: async (Key, Body) => void (await s3.send(new PutObjectCommand({ Bucket: "recordings", Key, Body }))),
    ended: (name) =>
      vi.waitFor(
        async () => {
          const { TranscriptionJob: job } = await client.send(new GetTranscriptionJobCommand({ TranscriptionJobName: name }));
          if (job?.CompletionTime === undefined) throw new Error(`${name} is ${job?.TranscriptionJobStatus}`);
          return job;
        },
        { timeout: 10_000, interval: 20 },
      ),
    stop: async ({ keepData } = { keepData: false }) => {
      client.destroy();
      s3.destroy();
      service.close();
      await gateway.close();
      engines.kinesis.close();
      engines.sqs.close();
      if (!keepData) rmSync(dataFolder, { recursive: true, force: true });
    },
  };
}

/** A WAV file of half a second of silence. */
export function shortWav(channels = 1): Buffer {
  const samples = Buffer.alloc(8_000 * channels);
  const header = Buffer.alloc(44);
  header.write("RIFF", 0);
  header.writeUInt32LE(36 + samples.length, 4);
  header.write("WAVEfmt ", 8);
  header.writeUInt32LE(16, 16);
  header.writeUInt16LE(1, 20);
  header.writeUInt16LE(channels, 22);
  header.writeUInt32LE(8_000, 24);
  header.writeUInt32LE(16_000 * channels, 28);
  header.writeUInt16LE(2 * channels, 32);
  header.writeUInt16LE(16, 34);
  header.write("data", 36);
  header.writeUInt32LE(samples.length, 40);
  return Buffer.concat([header, samples]);
}

/** A request as the transcription starter makes it. */
export function startInput(name: string, key: string, more: Partial<StartTranscriptionJobCommandInput> = {}): StartTranscriptionJobCommandInput {
  return {
    TranscriptionJobName: name,
    LanguageCode: "en-US",
    MediaFormat: "wav",
    Media: { MediaFileUri: `s3://recordings/${key}` },
    OutputBucketName: "audio",
    OutputKey: `transcripts/${name}/transcript.json`,
    JobExecutionSettings: { AllowDeferredExecution: true, DataAccessRoleArn: DATA_ROLE },
    ...more,
  };
}
