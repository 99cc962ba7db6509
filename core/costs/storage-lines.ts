import { type BillLine, billLine, unpricedLine } from "./bill-line.ts";
import type { Load } from "./load.ts";
import type { StageToEstimate } from "./stage-to-estimate.ts";
import { instanceHour, UNIT_PRICES as PRICES } from "./unit-prices.ts";
import { BYTES_PER_CHARACTER, DAYS_A_MONTH, GIB, HOURS_A_MONTH, MILLION } from "./workload.ts";

/** Bytes of a row of Parquet besides its text, in small files of the demo; larger ones pack better. */
const PARQUET_ROW_BYTES = 140;
/** Of a row in the warehouse: the payload as it came, compressed. */
const WAREHOUSE_ROW_BYTES = 500;
/** What is kept for ever is reckoned as at the end of the first year. */
const MOST_MONTHS = 12;

const DATA_KEY_MINUTES = 5;
/** The tracker reads results and writes them; it uses the table, and its queue from both sides. */
const TRACKER_SIDES = 2;
const TABLE_AND_QUEUE = 3;
const PERIODS_A_MONTH = { daily: DAYS_A_MONTH, weekly: DAYS_A_MONTH / 7, monthly: 1 } as const;

/** Firehose writes a file each time its buffer's time is up, while there is something to write. */
export function lakeLines({ lake }: StageToEstimate, { rows: { texts, characters } }: Load): BillLine[] {
  const months = Math.min(MOST_MONTHS, (lake.expireAfterDays ?? Infinity) / DAYS_A_MONTH);
  const gigabytes = (texts * (PARQUET_ROW_BYTES + characters * BYTES_PER_CHARACTER)) / GIB;
  const files = Math.min(texts, (HOURS_A_MONTH * 3_600) / lake.bufferSeconds);
  return [
    billLine("S3", "lake, kept", gigabytes * months, PRICES.s3Storage),
    billLine("S3", "lake, writing", files / MILLION, PRICES.s3Puts),
    billLine("Glue", "catalogue", files / MILLION, PRICES.glueRequests),
  ];
}

/** Streams, queues and the table of conversations ask for a new data key every five minutes they are used, for each side that writes or reads. */
export function keyLines({ conversations, streams, warehouse }: StageToEstimate, { rows: { texts } }: Load): BillLine[] {
  const shardsOf = (stream: StageToEstimate["streams"]["text"]): number => (stream.mode === "provisioned" ? stream.shards : 4);
  const isTracked = conversations !== null && conversations !== undefined;
  const sidesOfResults = 2 + Number(warehouse.enabled) + (isTracked ? TRACKER_SIDES : 0);
  const users = shardsOf(streams.text) * 2 + shardsOf(streams.results) * sidesOfResults + 2 + (isTracked ? TABLE_AND_QUEUE : 0);
  const periods = Math.min(texts, (HOURS_A_MONTH * 60) / DATA_KEY_MINUTES);
  return [billLine("KMS", "key", 1, PRICES.kmsKey), billLine("KMS", "requests", (periods * users) / MILLION, PRICES.kmsRequests)];
}

/** Each refresh bills the base capacity for at least a minute; the usage limit ends it all until the next period. */
export function warehouseLines({ warehouse }: StageToEstimate, { rows: { texts, characters } }: Load): BillLine[] {
  if (!warehouse.enabled) return [];
  const gigabytes = (texts * (WAREHOUSE_ROW_BYTES + characters * BYTES_PER_CHARACTER)) / GIB;
  return [
    billLine("Redshift", "refreshes", Math.min(refreshRpuHours(warehouse), rpuHoursLimit(warehouse)), PRICES.redshiftHours),
    billLine("Redshift", "kept", gigabytes * MOST_MONTHS, PRICES.redshiftStorage),
    billLine("Secrets Manager", "administrator", 1, PRICES.secret),
  ];
}

function refreshRpuHours({ baseCapacityRpus, refreshMinutes }: StageToEstimate["warehouse"]): number {
  return refreshMinutes === "continuous" ? baseCapacityRpus * HOURS_A_MONTH : baseCapacityRpus * (HOURS_A_MONTH / refreshMinutes);
}

/** RPU-hours a month that `usageLimit` allows, refreshes and queries together. */
export function rpuHoursLimit({ usageLimit }: StageToEstimate["warehouse"]): number {
  return usageLimit.rpuHours * PERIODS_A_MONTH[usageLimit.period];
}

/** The endpoints that the stage deploys: the least number of instances, all month, asked or not. */
export function endpointLines({ textModels }: StageToEstimate, secondsAsked: (endpoint: string) => number): BillLine[] {
  return textModels.map((model) => {
    const item = `endpoint ${model.name}`;
    if (model.kind === "container" && model.hosting.kind === "serverless") {
      return billLine("SageMaker", item, secondsAsked(model.name) * (model.hosting.memoryMiB / 1_024), PRICES.serverlessEndpointSeconds);
    }
    const { instanceType, instances } = model.kind === "jumpstart" ? model : (model.hosting as Extract<typeof model.hosting, { kind: "instances" }>);
    const hours = instances.minimum * HOURS_A_MONTH;
    const price = instanceHour(instanceType);
    return price === undefined ? unpricedLine("SageMaker", item, hours, `${instanceType} hours`) : billLine("SageMaker", item, hours, price);
  });
}
