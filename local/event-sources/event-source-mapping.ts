import { z } from "zod";
import type { LocalResource } from "../assembly/local-application.ts";
import { compileFilters, FilterCriteriaSchema, type PayloadFilter } from "./payload-filter.ts";

const count = z.coerce.number().int();
const flag = z.union([z.boolean(), z.enum(["true", "false"]).transform((value) => value === "true")]);

const MappingPropertiesSchema = z.looseObject({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  Enabled: flag.default(true),
  BatchSize: count.optional(),
  MaximumBatchingWindowInSeconds: count.min(0).max(300).default(0),
  StartingPosition: z.enum(["TRIM_HORIZON", "LATEST"]).default("TRIM_HORIZON"),
  ParallelizationFactor: count.min(1).max(10).default(1),
  MaximumRetryAttempts: count.min(-1).max(10_000).default(-1),
  MaximumRecordAgeInSeconds: count.min(-1).max(604_800).default(-1),
  BisectBatchOnFunctionError: flag.default(false),
  FunctionResponseTypes: z.array(z.literal("ReportBatchItemFailures")).default([]),
  DestinationConfig: z.looseObject({ OnFailure: z.looseObject({ Destination: z.string() }).optional() }).default({}),
  FilterCriteria: FilterCriteriaSchema.optional(),
  ScalingConfig: z.looseObject({ MaximumConcurrency: count.min(2).max(1000).optional() }).default({}),
});

/** Properties that would change which records a function sees: ignoring one would be a lie. */
const UNSUPPORTED = ["TumblingWindowInSeconds", "StartingPositionTimestamp", "ProvisionedPollerConfig", "SourceAccessConfigurations"];

export interface EventSourceMapping {
  /** The mapping's id. */
  uuid: string;
  functionName: string;
  sourceArn: string;
  source: "kinesis" | "sqs";
  /** The stream's or queue's name. */
  sourceName: string;
  batchSize: number;
  windowMilliseconds: number;
  startingPosition: "TRIM_HORIZON" | "LATEST";
  parallelization: number;
  /** -1: until the record expires. */
  maximumRetryAttempts: number;
  /** -1: no limit. */
  maximumRecordAgeSeconds: number;
  bisect: boolean;
  reportsItemFailures: boolean;
  /** An ARN. */
  onFailure: string | undefined;
  maximumConcurrency: number | undefined;
  /** Which records reach the function; `undefined`: all. */
  wants: PayloadFilter | undefined;
}

/**
 * @returns `undefined` for a mapping that is switched off.
 * @throws naming the property that the local run cannot honour.
 */
export function eventSourceMapping(resource: LocalResource): EventSourceMapping | undefined {
  const place = `${resource.stackName}: event source mapping ${resource.logicalId}`;
  const unsupported = UNSUPPORTED.filter((name) => resource.properties[name] !== undefined);
  if (unsupported.length > 0) throw new Error(`${place} has ${unsupported.join(", ")}, which the local run does not support: remove it, or emulate it in local/event-sources`);
  const parsed = MappingPropertiesSchema.safeParse(resource.properties);
  if (!parsed.success) throw new Error(`${place} cannot run locally: ${z.prettifyError(parsed.error)}`);
  const properties = parsed.data;
  if (!properties.Enabled) return undefined;
  const [, , service, , , path = ""] = properties.EventSourceArn.split(":");
  if (service !== "kinesis" && service !== "sqs") throw new Error(`${place} reads from ${properties.EventSourceArn}; the local run delivers from Kinesis and SQS only`);
  return {
    uuid: resource.id,
    functionName: properties.FunctionName.slice(properties.FunctionName.lastIndexOf(":") + 1),
    sourceArn: properties.EventSourceArn,
    source: service,
    sourceName: path.slice(path.indexOf("/") + 1),
    batchSize: properties.BatchSize ?? (service === "kinesis" ? 100 : 10),
    windowMilliseconds: properties.MaximumBatchingWindowInSeconds * 1000,
    startingPosition: properties.StartingPosition,
    parallelization: properties.ParallelizationFactor,
    maximumRetryAttempts: properties.MaximumRetryAttempts,
    maximumRecordAgeSeconds: properties.MaximumRecordAgeInSeconds,
    bisect: properties.BisectBatchOnFunctionError,
    reportsItemFailures: properties.FunctionResponseTypes.length > 0,
    onFailure: properties.DestinationConfig.OnFailure?.Destination,
    maximumConcurrency: properties.ScalingConfig.MaximumConcurrency,
    wants: compileFilters(properties.FilterCriteria, service, place),
  };
}
