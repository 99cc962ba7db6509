import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Asset } from "aws-cdk-lib/aws-s3-assets";
import type { DockerImageAsset } from "aws-cdk-lib/aws-ecr-assets";
import { Construct } from "constructs";
import type { AudioBucket } from "./audio-bucket.ts";
import type { AudioModel } from "./audio-configuration.ts";
import type { Configuration } from "./configuration.ts";
import type { DataKey } from "./data-key.ts";
import { ModelEndpoint } from "./model-endpoint.ts";
import { packModelFolder, readModelFolder } from "./model-folder.ts";
import { s3Address } from "./s3-address.ts";

export interface AudioEndpointProps {
  model: AudioModel;
  server: DockerImageAsset;
  bucket: AudioBucket;
  key: DataKey;
  logRetention: Configuration["logs"]["retentionDays"];
}

/** One audio model in the model server, on one SageMaker endpoint. */
export class AudioEndpoint extends Construct {
  constructor(scope: Construct, id: string, { bucket, key, logRetention, model, server }: AudioEndpointProps) {
    super(scope, id);
    new ModelEndpoint(this, "Endpoint", {
      name: model.name,
      key,
      logRetention,
      image: server.imageUri,
      repositoryArn: server.repository.repositoryArn,
      modelData: model.modelData === undefined ? packed(this, model.folder ?? "") : s3Address(model.modelData),
      modelDataKeyArn: model.modelDataKeyArn,
      environment: { ...workers(model), ...longRequests(model) },
      hosting: model.hosting.kind === "async" ? { ...model.hosting, bucket } : model.hosting,
    });
  }
}

/*
 * Where nothing is said, the model server starts one process a processor. A serverless container gets one call at a time, as the function does
 * that it runs in: further processes would only load the model again, in its memory and while the first call waits.
 */
function workers({ hosting, workers: configured }: AudioModel): Record<string, string> {
  const count = configured ?? (hosting.kind === "serverless" ? 1 : undefined);
  return count === undefined ? {} : { WORKERS: String(count) };
}

/** The folder as an archive in the deployment's own bucket, named by what is in it. */
function packed(scope: Construct, folder: string): { bucket: string; key: string } {
  const model = readModelFolder(folder);
  const temporary = mkdtempSync(join(tmpdir(), "valence-model-"));
  try {
    const archive = join(temporary, "model.tar.gz");
    packModelFolder(model, archive);
    const asset = new Asset(scope, "Data", { path: archive, assetHash: model.contentHash });
    return { bucket: asset.s3BucketName, key: asset.s3ObjectKey };
  } finally {
    // The asset has its own copy.
    rmSync(temporary, { recursive: true });
  }
}

/*
 * The model server's own limits are those of serverless and real-time endpoints. An asynchronous one is sent whole recordings and waits up to an
 * hour; a body is held in memory, hence 256 MiB and not SageMaker's gigabyte.
 */
function longRequests({ hosting }: AudioModel): Record<string, string> {
  if (hosting.kind !== "async") return {};
  return {
    MAX_BODY_BYTES: String(256 * 1024 * 1024),
    BODY_SECONDS: "300",
    MAX_SECONDS: "3500",
    MAX_AUDIO_SECONDS: String(4 * 3_600),
    // SageMaker sends so many at a time, and takes a refusal for a failure.
    QUEUE_LIMIT: String(hosting.maximumConcurrentInvocationsPerInstance),
  };
}
