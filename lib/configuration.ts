import { RetentionDays } from "aws-cdk-lib/aws-logs";
import * as z from "zod";
import { ClassifierSpecificationSchema } from "../core/classification/classifier-specification.ts";
import { audioMistakes } from "./audio-checks.ts";
import { AudioSchema } from "./audio-configuration.ts";
import { conversationMistakes } from "./conversation-checks.ts";
import { ConversationsSchema } from "./conversations-configuration.ts";
import { oneOf, queueReaderShape, StreamSchema, streamReaderShape, wholeNumber, windowSeconds, yesOrNo } from "./configuration-leaves.ts";
import { textClassifierMistakes } from "./text-classifier-checks.ts";
import { TextModelsSchema } from "./text-models-configuration.ts";

/* Every leaf says in `describe` what to write there, so that a reader of this file needs no other reference. */

const TextPreprocessorSchema = z.strictObject(streamReaderShape);

const TextClassifierSchema = z.strictObject({
  model: ClassifierSpecificationSchema,
  personalData: z
    .enum(["rules", "comprehend"])
    .describe('"rules" (what rules can prove is taken out) or "comprehend" (Amazon Comprehend also finds names and addresses, for a price a text)'),
  ...queueReaderShape,
  windowSeconds,
});
export type TextClassifierConfiguration = z.infer<typeof TextClassifierSchema>;

const LakeSchema = z.strictObject({
  expireAfterDays: wholeNumber("days", 1, 36_500, 1_095).nullable().describe("days from 1 to 36500, such as 1095, or null to keep results for ever"),
  infrequentAccessAfterDays: wholeNumber("days", 30, 36_500, 90).nullable().describe("days from 30 to 36500, such as 90, or null to stay in the standard class"),
  versioned: yesOrNo("whether an overwritten or deleted file can be brought back for 30 days"),
  bufferSeconds: wholeNumber("seconds", 60, 900, 300),
  // Firehose asks for at least 64 MiB when it converts to Parquet.
  bufferMiB: wholeNumber("MiB", 64, 128, 128),
});
export type LakeConfiguration = z.infer<typeof LakeSchema>;

// A workgroup takes 4 RPUs, or 8 to 512 in steps of 8, or up to 1,024 in steps of 32.
const isCapacity = (rpus: number): boolean => rpus === 4 || (rpus <= 512 ? rpus % 8 === 0 : rpus % 32 === 0);

const WarehouseSchema = z.strictObject({
  enabled: yesOrNo("whether the Redshift Serverless warehouse is deployed"),
  baseCapacityRpus: z.int().min(4).max(1_024).refine(isCapacity).describe("4, a multiple of 8 from 8 to 512, or a multiple of 32 up to 1024, such as 8"),
  usageLimit: z.strictObject({
    rpuHours: wholeNumber("RPU-hours", 1, 10_000_000, 8),
    period: oneOf(["daily", "weekly", "monthly"]),
  }).describe('an object such as {"rpuHours": 8, "period": "daily"}'),
  availabilityZones: z
    .array(z.string().regex(/^[a-z]{2}(-[a-z]+)+-\d[a-z]$/u))
    .length(3)
    .optional()
    .describe('three zones of the region with Redshift Serverless, such as ["us-east-1a", "us-east-1b", "us-east-1d"] (one of them twice where the region has two); without it, the first three'),
  refreshMinutes: z
    .union([z.int().min(1).max(1_440), z.literal("continuous")])
    .describe('minutes from 1 to 1440, such as 60, or "continuous" (keeps the workgroup awake and billing all day)'),
});

const DAYS_OF = { daily: 1, weekly: 7, monthly: 31 } as const;

/** What refreshing uses in a period of the usage limit: each time at least a minute of the base capacity. */
function rpuHoursOfRefreshes({ baseCapacityRpus, refreshMinutes, usageLimit }: z.infer<typeof WarehouseSchema>): number {
  const hoursADay = refreshMinutes === "continuous" ? 24 : 24 / refreshMinutes;
  return baseCapacityRpus * hoursADay * DAYS_OF[usageLimit.period];
}

const LOG_RETENTION_DAYS = Object.values(RetentionDays).filter((days) => typeof days === "number" && days !== RetentionDays.INFINITE);

/** Everything a platform engineer decides about one deployment. */
export const ConfigurationSchema = z
  .strictObject({
    stage: z
      .string()
      .regex(/^[a-z][a-z0-9-]{0,15}$/u)
      .describe('a name of lower-case letters, digits and hyphens, at most 16, starting with a letter, such as "dev"'),
    tags: z
      .record(z.string().min(1).max(128), z.string().max(256).describe("a text of at most 256 characters"))
      .describe('an object of texts, such as {"cost-centre": "4711"}'),
    removal: z.enum(["destroy", "retain"]).describe('"destroy" (deleting a stack deletes its data) or "retain"'),
    logs: z.strictObject({
      retentionDays: z.enum(RetentionDays).describe(`one of the days CloudWatch Logs knows: ${LOG_RETENTION_DAYS.join(", ")}, or ${RetentionDays.INFINITE} for ever`),
      level: oneOf(["DEBUG", "INFO", "WARN", "ERROR"]),
    }),
    streams: z.strictObject({ text: StreamSchema, results: StreamSchema }),
    textPreprocessor: TextPreprocessorSchema,
    textClassifier: TextClassifierSchema,
    textModels: TextModelsSchema,
    audio: AudioSchema.nullable().describe('null (no voice road: nothing of it is deployed), or an object such as that of config/examples/voice.json'),
    conversations: ConversationsSchema.nullable().describe('null (turns stay turns: no trends, no alerts, no fusion), or an object such as that of config/dev.json'),
    lake: LakeSchema,
    rejects: z.strictObject({ expireAfterDays: wholeNumber("days", 1, 36_500, 30) }),
    warehouse: WarehouseSchema,
  })
  .superRefine((configuration, context) => {
    const refuse = (path: readonly (string | number)[], advice: string) => context.addIssue({ code: "custom", path: [...path], message: advice });
    const { textPreprocessor, textClassifier, textModels, streams, warehouse } = configuration;
    for (const { place, message } of textClassifierMistakes(textClassifier, textModels)) refuse(place, message);
    if (textClassifier.batchSize > 10 && textClassifier.windowSeconds === 0) {
      refuse(["textClassifier", "windowSeconds"], "at least 1, because SQS batches of more than 10 jobs need a window; or set textClassifier.batchSize to 10 or less");
    }
    if (textClassifier.reservedConcurrency !== undefined && textClassifier.reservedConcurrency < textClassifier.maximumConcurrency) {
      refuse(["textClassifier", "reservedConcurrency"], `at least textClassifier.maximumConcurrency (${textClassifier.maximumConcurrency}), or jobs are throttled into the dead-letter queue`);
    }
    if (textPreprocessor.maximumRecordAgeSeconds > streams.text.retentionHours * 3_600) {
      refuse(["textPreprocessor", "maximumRecordAgeSeconds"], `at most ${streams.text.retentionHours * 3_600}, what streams.text.retentionHours keeps; an older record would be lost without a trace`);
    }
    if (configuration.audio !== null) for (const { place, message } of audioMistakes(configuration.audio, textModels)) refuse(place, message);
    if (configuration.conversations !== null) for (const { place, message } of conversationMistakes(configuration.conversations, streams.results)) refuse(place, message);
    const needed = rpuHoursOfRefreshes(warehouse);
    if (warehouse.enabled && warehouse.usageLimit.rpuHours <= needed) {
      refuse(["warehouse", "usageLimit", "rpuHours"], `more than ${Math.ceil(needed)}, which the refreshes alone use, or nobody could query any more; or refresh less often`);
    }
  })
  .describe("an object");

export type Configuration = z.infer<typeof ConfigurationSchema>;
