import { GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { InvokeEndpointAsyncCommand, InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create } from "tar";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type LocalCloud, startLocalCloud } from "../../../local/local-cloud.ts";
import { assemblyOf } from "../support/hand-made-assembly.ts";

const folder = mkdtempSync(join(tmpdir(), "valence-endpoints-"));
// Answers with its model, its environment and what it was sent; `refuse` is refused, `die` ends it.
const SERVER = `
const { createServer } = require("node:http");
const { readFileSync } = require("node:fs");
createServer(async (request, response) => {
  if (request.url === "/ping") return response.end();
  const body = Buffer.concat(await request.toArray()).toString();
  if (body === "die") process.exit(3);
  if (body === "refuse") return response.writeHead(422, { "content-type": "application/json" }).end('{"error":{"code":"audio_silent"}}');
  const model = readFileSync(process.env.MODEL_FOLDER + "/model.json", "utf8");
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ model, limit: process.env.QUEUE_LIMIT, secret: process.env.VALENCE_SECRET, type: request.headers["content-type"], body }));
}).listen(Number(process.env.PORT), process.env.HOST);
`;

function endpoint(name: string, image: string, variant: object, configuration: object = {}): Record<string, object> {
  return {
    [`${name}Model`]: {
      Type: "AWS::SageMaker::Model",
      Properties: {
        ExecutionRoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
        PrimaryContainer: { Image: `123456789012.dkr.ecr.us-east-1.amazonaws.com/images:${image}`, ModelDataUrl: "s3://assets/model.tar.gz", Environment: { QUEUE_LIMIT: "7" } },
      },
    },
    [`${name}Configuration`]: {
      Type: "AWS::SageMaker::EndpointConfig",
      Properties: { ProductionVariants: [{ ModelName: { "Fn::GetAtt": [`${name}Model`, "ModelName"] }, VariantName: "AllTraffic", ...variant }], ...configuration },
    },
    [name]: { Type: "AWS::SageMaker::Endpoint", Properties: { EndpointName: `voice-${name}`, EndpointConfigName: { "Fn::GetAtt": [`${name}Configuration`, "EndpointConfigName"] } } },
  };
}

const ECR = ["BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"].map((action) => `ecr:${action}`);
const template = (statements: object[]) => ({
  Resources: {
    Audio: { Type: "AWS::S3::Bucket", Properties: { BucketName: "audio" } },
    Role: { Type: "AWS::IAM::Role", Properties: { RoleName: "serving", Policies: [{ PolicyName: "serving", PolicyDocument: { Statement: statements } }] } },
    ...endpoint("serverless", "server", { ServerlessConfig: { MaxConcurrency: 1, MemorySizeInMB: 2_048 } }),
    ...endpoint("later", "server", { InstanceType: "ml.c7i.large" }, { AsyncInferenceConfig: { OutputConfig: { S3OutputPath: "s3://audio/answers/", S3FailurePath: "s3://audio/failures/" } } }),
    ...endpoint("foreign", "elsewhere", { InstanceType: "ml.g5.xlarge" }),
  },
});
const STATEMENTS = [
  { Effect: "Allow", Action: "s3:GetObject", Resource: ["arn:aws:s3:::assets/model.tar.gz", "arn:aws:s3:::audio/segments/*"] },
  { Effect: "Allow", Action: "s3:PutObject", Resource: ["arn:aws:s3:::audio/answers/*", "arn:aws:s3:::audio/failures/*"] },
  { Effect: "Allow", Action: ECR, Resource: "arn:aws:ecr:us-east-1:123456789012:repository/images" },
  { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
];

function assembly(statements: object[]): string {
  const image = join(folder, "image");
  const model = join(folder, "model");
  for (const made of [image, model]) mkdirSync(made, { recursive: true });
  writeFileSync(join(image, "server.cjs"), SERVER);
  writeFileSync(join(model, "model.json"), "a model");
  create({ file: join(folder, "model.tar.gz"), cwd: model, gzip: true, sync: true }, ["model.json"]);
  return assemblyOf({ main: template(statements) }, { "model.tar.gz": join(folder, "model.tar.gz") }, { server: image });
}

let cloud: LocalCloud;
let runtime: SageMakerRuntimeClient;
let s3: S3Client;
beforeAll(async () => {
  process.env["VALENCE_SECRET"] = "of the shell";
  cloud = await startLocalCloud({ assemblyFolder: assembly(STATEMENTS), dataFolder: join(folder, "data"), port: 0, log: () => undefined });
  const client = { endpoint: cloud.endpoint, region: "us-east-1", credentials: { accessKeyId: "local", secretAccessKey: "local" }, maxAttempts: 1 };
  runtime = new SageMakerRuntimeClient(client);
  s3 = new S3Client({ ...client, forcePathStyle: true });
});
afterAll(async () => {
  delete process.env["VALENCE_SECRET"];
  await cloud.stop();
  rmSync(folder, { recursive: true, force: true });
});

const invoke = (name: string, body: string) => runtime.send(new InvokeEndpointCommand({ EndpointName: `voice-${name}`, Body: Buffer.from(body), ContentType: "audio/wav" }));

describe("a serverless endpoint", () => {
  it("is the image's program with the unpacked model, the template's environment and nothing of the shell's", async () => {
    const answer = await invoke("serverless", "hello");

    expect(answer.InvokedProductionVariant).toBe("AllTraffic");
    expect(JSON.parse(Buffer.from(answer.Body).toString())).toEqual({ model: "a model", limit: "7", type: "audio/wav", body: "hello" });
  });

  it("passes a container's refusal on as a ModelError", async () => {
    await expect(invoke("serverless", "refuse")).rejects.toMatchObject({ name: "ModelError", OriginalStatusCode: 422, OriginalMessage: '{"error":{"code":"audio_silent"}}', $metadata: { httpStatusCode: 424 } });
  });

  it("throttles above its concurrency", async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => invoke("serverless", "hello")));

    expect(outcomes.some(({ status }) => status === "fulfilled")).toBe(true);
    const refusals = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [(outcome.reason as Error).name] : []));
    expect(new Set(refusals)).toEqual(new Set(["ThrottlingException"]));
  });

  it("starts again after its program died", async () => {
    await expect(invoke("serverless", "die")).rejects.toMatchObject({ name: "ModelError", OriginalStatusCode: 502 });
    await vi.waitFor(async () => expect((await invoke("serverless", "back")).$metadata.httpStatusCode).toBe(200), { timeout: 10_000 });
  });

  it("takes no more than four MiB", async () => {
    await expect(invoke("serverless", "x".repeat(4 * 1024 * 1024 + 1))).rejects.toMatchObject({ name: "ValidationError", $metadata: { httpStatusCode: 413 } });
  });
});

describe("an asynchronous endpoint", () => {
  async function later(body: string): Promise<{ output: string; failure: string }> {
    await s3.send(new PutObjectCommand({ Bucket: "audio", Key: "segments/1.wav", Body: body }));
    const { FailureLocation, InferenceId, OutputLocation } = await runtime.send(
      new InvokeEndpointAsyncCommand({ EndpointName: "voice-later", InputLocation: "s3://audio/segments/1.wav", ContentType: "audio/wav", InferenceId: "one" }),
    );
    expect(InferenceId).toBe("one");
    return { output: OutputLocation ?? "", failure: FailureLocation ?? "" };
  }
  const textAt = async (uri: string): Promise<string> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: "audio", Key: uri.replace("s3://audio/", "") }));
    return (await Body?.transformToString()) ?? "";
  };

  it("answers into S3", async () => {
    const { output } = await later("spoken");
    expect(output).toMatch(/^s3:\/\/audio\/answers\//u);
    await vi.waitFor(async () => expect(JSON.parse(await textAt(output))).toMatchObject({ body: "spoken", type: "audio/wav" }), { timeout: 10_000 });
  });

  it("leaves a failure at the place of failures", async () => {
    const { failure } = await later("refuse");
    await vi.waitFor(async () => expect(await textAt(failure)).toContain("audio_silent"), { timeout: 10_000 });
  });

  it("is not called as another kind", async () => {
    await expect(invoke("later", "now")).rejects.toMatchObject({ name: "ValidationError" });
  });
});

describe("an endpoint", () => {
  it("whose image is not of this assembly is known and answers nothing", async () => {
    await expect(invoke("foreign", "hello")).rejects.toMatchObject({ name: "ServiceUnavailable" });
  });

  it("that no template has is not found", async () => {
    await expect(invoke("nobody", "hello")).rejects.toMatchObject({ name: "ValidationError", message: expect.stringContaining("not found") as string });
  });

  it("writes a log of its own", () => {
    expect(readFileSync(join(folder, "data/logs/endpoint-voice-serverless.log"), "utf8")).toBe("");
  });

  it("whose role may not fetch the model stops the start", async () => {
    const starting = startLocalCloud({ assemblyFolder: assembly(STATEMENTS.slice(1)), dataFolder: join(folder, "other"), port: 0, log: () => undefined });
    await expect(starting).rejects.toThrow(/s3:GetObject on arn:aws:s3:::assets\/model\.tar\.gz/u);
  });
});
