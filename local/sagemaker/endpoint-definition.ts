import { z } from "zod";
import type { LocalApplication, LocalResource } from "../assembly/local-application.ts";
import { readProperties } from "../assembly/read-properties.ts";
import type { RequiredPermission } from "../service.ts";

const MIB = 1024 * 1024;

const EndpointSchema = z.looseObject({ EndpointConfigName: z.string() });
const ConfigurationSchema = z.looseObject({
  ProductionVariants: z
    .array(
      z.looseObject({
        ModelName: z.string(),
        VariantName: z.string(),
        ServerlessConfig: z.looseObject({ MaxConcurrency: z.coerce.number().int() }).optional(),
      }),
    )
    .length(1),
  AsyncInferenceConfig: z.looseObject({ OutputConfig: z.looseObject({ S3OutputPath: z.string(), S3FailurePath: z.string().optional(), KmsKeyId: z.string().optional() }) }).optional(),
});
const ModelSchema = z.looseObject({
  ExecutionRoleArn: z.string(),
  PrimaryContainer: z.looseObject({ Image: z.string(), ModelDataUrl: z.string().optional(), Environment: z.record(z.string(), z.string()).default({}) }),
});

export interface EndpointDefinition {
  name: string;
  arn: string;
  variant: string;
  hosting: "serverless" | "instances" | "async";
  /** Calls at a time that a serverless endpoint takes. */
  maximumConcurrency: number;
  maximumBodyBytes: number;
  /** The role SageMaker works with: it fetches the model, and reads and writes for asynchronous calls. */
  roleArn: string;
  /** What CreateModel looks for with that role. */
  permissions: readonly RequiredPermission[];
  /** Where asynchronous answers go: `s3://bucket/prefix`. */
  outputPath: string | undefined;
  failurePath: string | undefined;
  /** Undefined when image or model are not part of this assembly: such an endpoint is known, and answers nothing here. */
  container: { folder: string; modelArchive: string; environment: Readonly<Record<string, string>> } | undefined;
}

/** Joins an endpoint with its configuration, model, image and model archive. */
export function endpointDefinition(endpoint: LocalResource, application: LocalApplication): EndpointDefinition {
  const place = `${endpoint.stackName}: endpoint ${endpoint.logicalId}`;
  const { EndpointConfigName } = readProperties(endpoint, EndpointSchema);
  const configuration = named(application, "AWS::SageMaker::EndpointConfig", "EndpointConfigName", EndpointConfigName, place);
  const { AsyncInferenceConfig, ProductionVariants } = readProperties(configuration, ConfigurationSchema);
  const [variant] = ProductionVariants;
  const model = named(application, "AWS::SageMaker::Model", "ModelName", variant?.ModelName ?? "", place);
  const { ExecutionRoleArn, PrimaryContainer } = readProperties(model, ModelSchema);
  const { Environment, Image, ModelDataUrl } = PrimaryContainer;
  const folder = application.asset(Image.slice(Image.lastIndexOf(":") + 1));
  const { bucket, key } = s3Address(ModelDataUrl ?? "");
  const modelArchive = application.asset(key);
  const serverless = variant?.ServerlessConfig;
  return {
    name: String(endpoint.attribute("EndpointName")),
    arn: String(endpoint.attribute("EndpointArn")),
    variant: variant?.VariantName ?? "",
    hosting: AsyncInferenceConfig !== undefined ? "async" : serverless !== undefined ? "serverless" : "instances",
    maximumConcurrency: serverless?.MaxConcurrency ?? Infinity,
    // SageMaker's limits of a request's payload; an asynchronous one lies in S3.
    maximumBodyBytes: serverless === undefined ? 6 * MIB : 4 * MIB,
    roleArn: ExecutionRoleArn,
    permissions: [
      ...(ModelDataUrl === undefined ? [] : [{ action: "s3:GetObject", resource: `arn:aws:s3:::${bucket}/${key}` }]),
      { action: "ecr:GetAuthorizationToken", resource: "*" },
      ...["BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"].map((action) => ({ action: `ecr:${action}`, resource: repositoryArn(Image) })),
    ],
    outputPath: AsyncInferenceConfig?.OutputConfig.S3OutputPath,
    failurePath: AsyncInferenceConfig?.OutputConfig.S3FailurePath,
    container: folder === undefined || modelArchive === undefined ? undefined : { folder, modelArchive, environment: Environment },
  };
}

/** `s3://bucket/key` → its parts. */
export function s3Address(uri: string): { bucket: string; key: string } {
  const [, bucket = "", key = ""] = /^s3:\/\/([^/]+)\/(.*)$/su.exec(uri) ?? [];
  return { bucket, key };
}

function repositoryArn(image: string): string {
  const [, account, region, repository] = /^(\d+)\.dkr\.ecr\.([^.]+)\.[^/]+\/([^:@]+)/u.exec(image) ?? [];
  return `arn:aws:ecr:${region}:${account}:repository/${repository}`;
}

function named(application: LocalApplication, type: string, attribute: string, name: string, place: string): LocalResource {
  const found = application.ofType(type).find((resource) => resource.attribute(attribute) === name);
  if (found === undefined) throw new Error(`${place} refers to ${type} ${name}, which no template defines`);
  return found;
}
