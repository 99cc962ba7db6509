import * as z from "zod";

/*
 * What the parts of the configuration are made of. Every leaf says in `describe` what to write there: the messages of a refused
 * configuration are made from it.
 */

export const wholeNumber = (unit: string, least: number, most: number, example: number) =>
  z.int().min(least).max(most).describe(`${unit} from ${least} to ${most}, such as ${example}`);

export const yesOrNo = (meaning: string) => z.boolean().describe(`true or false: ${meaning}`);

export const oneOf = <const Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values).describe(`one of ${values.map((value) => JSON.stringify(value)).join(", ")}`);

export const StreamSchema = z
  .discriminatedUnion("mode", [
    z.strictObject({ mode: z.literal("on-demand"), retentionHours: wholeNumber("hours", 24, 8_760, 24) }),
    z.strictObject({
      mode: z.literal("provisioned"),
      shards: wholeNumber("shards (1 MB/s or 1,000 records/s each)", 1, 10_000, 1),
      retentionHours: wholeNumber("hours", 24, 8_760, 24),
    }),
  ])
  .describe('an object with "mode": "on-demand", or "mode": "provisioned" and "shards"');
export type StreamConfiguration = z.infer<typeof StreamSchema>;

/** What every function's part has. */
export const functionShape = {
  memoryMiB: wholeNumber("MiB", 128, 10_240, 512),
  reservedConcurrency: wholeNumber("concurrent executions kept for this function", 1, 1_000, 20).optional(),
} as const;

export const windowSeconds = wholeNumber("seconds", 0, 300, 1);

/** Of a function that works on a stream's records. */
export const streamReaderShape = {
  ...functionShape,
  timeoutSeconds: wholeNumber("seconds", 1, 900, 30),
  batchSize: wholeNumber("records", 1, 10_000, 500),
  windowSeconds,
  parallelization: wholeNumber("batches of one shard at a time", 1, 10, 2),
  retries: wholeNumber("further attempts of a failing batch", 0, 10_000, 5),
  maximumRecordAgeSeconds: wholeNumber("seconds", 60, 604_800, 43_200),
} as const;

/** Of a function that works on a queue's jobs; `windowSeconds` beside it where batches may have more than 10. */
export const queueReaderShape = {
  ...functionShape,
  timeoutSeconds: wholeNumber("seconds", 1, 900, 60),
  batchSize: wholeNumber("jobs", 1, 10_000, 50),
  maximumConcurrency: wholeNumber("batches at a time", 2, 1_000, 10),
  maximumReceives: wholeNumber("tries before a job goes to the dead-letter queue", 1, 1_000, 5),
} as const;
