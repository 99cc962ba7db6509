import { type BillLine, billLine } from "./bill-line.ts";
import type { Load } from "./load.ts";
import type { StageToEstimate } from "./stage-to-estimate.ts";
import { UNIT_PRICES as PRICES } from "./unit-prices.ts";
import { BYTES_PER_CHARACTER, DAYS_A_MONTH, GIB, HOURS_A_MONTH, MILLION } from "./workload.ts";

/** Bytes of a record besides its text, on average over the demo's interactions. */
const TEXT_RECORD_BYTES = 200;
const RESULT_BYTES = 780;

const PUT_UNIT_BYTES = 25 * 1024;
const ON_DEMAND_STEP_BYTES = 1024;
const FIREHOSE_STEP_BYTES = 5 * 1024;
const INCLUDED_HOURS = 24;

/** Who reads: the preprocessor the text stream; Firehose, the warehouse, the tracker and the feedback to Amazon Connect the results. */
export function streamLines({ conversations, streams, warehouse }: StageToEstimate, { rows, sent }: Load): BillLine[] {
  const others = [warehouse.enabled, conversations, conversations?.connect].filter(Boolean).length;
  return [
    ...linesOf("text stream", streams.text, sent.texts, sent.characters * BYTES_PER_CHARACTER + TEXT_RECORD_BYTES, 1),
    ...linesOf("results stream", streams.results, rows.texts, rows.characters * BYTES_PER_CHARACTER + RESULT_BYTES, 1 + others),
  ];
}

function linesOf(item: string, stream: StageToEstimate["streams"]["text"], records: number, recordBytes: number, readers: number): BillLine[] {
  const extraHours = Math.max(0, stream.retentionHours - INCLUDED_HOURS);
  if (stream.mode === "provisioned") {
    const shardHours = stream.shards * HOURS_A_MONTH;
    return [
      billLine("Kinesis", item, shardHours, PRICES.kinesisShardHour),
      billLine("Kinesis", `${item}, writing`, (records * Math.ceil(recordBytes / PUT_UNIT_BYTES)) / MILLION, PRICES.kinesisPutUnits),
      ...(extraHours === 0 ? [] : [billLine("Kinesis", `${item}, kept longer`, shardHours, PRICES.kinesisExtendedShardHour)]),
    ];
  }
  const gigabytesIn = (records * Math.ceil(recordBytes / ON_DEMAND_STEP_BYTES) * ON_DEMAND_STEP_BYTES) / GIB;
  return [
    billLine("Kinesis", item, HOURS_A_MONTH, PRICES.kinesisStreamHour),
    billLine("Kinesis", `${item}, writing`, gigabytesIn, PRICES.kinesisDataIn),
    billLine("Kinesis", `${item}, reading`, ((records * recordBytes) / GIB) * readers, PRICES.kinesisDataOut),
    ...(extraHours === 0 ? [] : [billLine("Kinesis", `${item}, kept longer`, gigabytesIn * (extraHours / 24 / DAYS_A_MONTH), PRICES.kinesisExtendedData)]),
  ];
}

const SHARD_BYTES_A_SECOND = 1024 * 1024;
const SHARD_RECORDS_A_SECOND = 1_000;

/** Streams whose provisioned shards cannot take even this load, evenly spread, and how many could. */
export function tooFewShards({ streams }: StageToEstimate, { rows, sent }: Load): { stream: "text" | "results"; shards: number; needed: number }[] {
  return (["text", "results"] as const).flatMap((stream) => {
    const { characters, texts } = stream === "text" ? sent : rows;
    const perSecond = texts / (HOURS_A_MONTH * 3_600);
    const configured = streams[stream];
    if (configured.mode === "on-demand") return [];
    const bytes = characters * BYTES_PER_CHARACTER + (stream === "text" ? TEXT_RECORD_BYTES : RESULT_BYTES);
    const needed = Math.ceil(Math.max(perSecond / SHARD_RECORDS_A_SECOND, (perSecond * bytes) / SHARD_BYTES_A_SECOND));
    return needed > configured.shards ? [{ stream, shards: configured.shards, needed }] : [];
  });
}

/** Firehose counts every record up to the next 5 KB, for taking it in and again for making Parquet of it. */
export function firehoseLines({ rows }: Load): BillLine[] {
  const recordBytes = rows.characters * BYTES_PER_CHARACTER + RESULT_BYTES;
  const gigabytes = (rows.texts * Math.ceil(recordBytes / FIREHOSE_STEP_BYTES) * FIREHOSE_STEP_BYTES) / GIB;
  return [billLine("Firehose", "delivery", gigabytes, PRICES.firehoseIngestion), billLine("Firehose", "Parquet", gigabytes, PRICES.firehoseConversion)];
}
