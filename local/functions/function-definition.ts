import { z } from "zod";
import type { LocalApplication, LocalResource } from "../assembly/local-application.ts";

/** A Lambda function as its template describes it, with the folder its bundle lies in. */
export interface FunctionDefinition {
  name: string;
  arn: string;
  roleArn: string;
  handler: string;
  /** e.g. `nodejs24.x` */
  runtime: string;
  memoryMegabytes: number;
  timeoutSeconds: number;
  reservedConcurrency: number | undefined;
  variables: Record<string, string>;
  codeFolder: string;
  logGroup: string;
  traced: boolean;
}

// CloudFormation takes numbers and booleans as strings too.
const count = z.coerce.number().int();

const FunctionPropertiesSchema = z.looseObject({
  Code: z.looseObject({ S3Key: z.string().optional() }),
  Role: z.string(),
  Handler: z.string(),
  Runtime: z.string().regex(/^nodejs/u, "the local run executes Node.js functions only"),
  MemorySize: count.default(128),
  Timeout: count.default(3),
  ReservedConcurrentExecutions: count.optional(),
  Environment: z.looseObject({ Variables: z.record(z.string(), z.coerce.string()).default({}) }).default({ Variables: {} }),
  Layers: z.array(z.string()).max(0, "layers are not known to the local run: bundle the code instead").default([]),
  LoggingConfig: z.looseObject({ LogGroup: z.string().optional() }).default({}),
  TracingConfig: z.looseObject({ Mode: z.string().optional() }).default({}),
});

/** @throws naming the function and what in its template cannot be run here. */
export function functionDefinition(resource: LocalResource, application: LocalApplication): FunctionDefinition {
  const parsed = FunctionPropertiesSchema.safeParse(resource.properties);
  if (!parsed.success) throw new Error(`${resource.stackName}: function ${resource.logicalId} cannot run locally: ${z.prettifyError(parsed.error)}`);
  const properties = parsed.data;
  const objectKey = properties.Code.S3Key;
  const codeFolder = objectKey === undefined ? undefined : application.asset(objectKey);
  if (codeFolder === undefined) {
    throw new Error(
      `${resource.stackName}: function ${resource.logicalId} has no bundled asset (Code.S3Key ${objectKey ?? "is missing"}): ` +
        "inline code and images are not run locally",
    );
  }
  return {
    name: resource.id,
    arn: String(resource.attribute("Arn")),
    roleArn: properties.Role,
    handler: properties.Handler,
    runtime: properties.Runtime,
    memoryMegabytes: properties.MemorySize,
    timeoutSeconds: properties.Timeout,
    reservedConcurrency: properties.ReservedConcurrentExecutions,
    variables: properties.Environment.Variables,
    codeFolder,
    logGroup: properties.LoggingConfig.LogGroup ?? `/aws/lambda/${resource.id}`,
    traced: properties.TracingConfig.Mode === "Active",
  };
}
