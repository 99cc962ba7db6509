import { type BillLine, billLine, unpricedLine } from "./bill-line.ts";
import { POLLS_A_MONTH } from "./function-lines.ts";
import type { StageToEstimate } from "./stage-to-estimate.ts";
import { instanceHour, UNIT_PRICES as PRICES } from "./unit-prices.ts";
import { HOURS_A_MONTH, MILLION } from "./workload.ts";

/** Recordings, quiet checks, audio jobs, transcriptions, transcripts. */
const QUEUES = 5;
/** Target tracking watches with two; an asynchronous endpoint has one more, for its first instance. */
const SCALING_ALARMS = 2;

/** What the voice road costs while nobody speaks. What hearing costs by use is not reckoned: nobody has measured it in an account. Words: transcription-lines.ts. */
export function voiceLines({ audio }: StageToEstimate): BillLine[] {
  if (audio === null || audio === undefined) return [];
  const alarms = audio.models.reduce((sum, { hosting }) => sum + alarmsOf(hosting), 0);
  return [
    ...streamAtRest(audio.stream),
    billLine("SQS", "requests, audio queues", (QUEUES * POLLS_A_MONTH) / MILLION, PRICES.sqsRequests),
    ...audio.models.flatMap(({ hosting, name }) => (hosting.kind === "realtime" ? [instancesLine(name, hosting)] : [])),
    ...(alarms === 0 ? [] : [billLine("CloudWatch", "alarms of endpoints", alarms, PRICES.alarm)]),
  ];
}

type Voice = NonNullable<StageToEstimate["audio"]>;
type Hosting = Voice["models"][number]["hosting"];

function streamAtRest(stream: Voice["stream"]): BillLine[] {
  if (stream.mode === "on-demand") return [billLine("Kinesis", "audio stream", HOURS_A_MONTH, PRICES.kinesisStreamHour)];
  const shardHours = stream.shards * HOURS_A_MONTH;
  return [
    billLine("Kinesis", "audio stream", shardHours, PRICES.kinesisShardHour),
    ...(stream.retentionHours > 24 ? [billLine("Kinesis", "audio stream, kept longer", shardHours, PRICES.kinesisExtendedShardHour)] : []),
  ];
}

function instancesLine(name: string, { instanceType, instances }: Extract<Hosting, { kind: "realtime" }>): BillLine {
  const hours = instances.minimum * HOURS_A_MONTH;
  const price = instanceHour(instanceType);
  return price === undefined ? unpricedLine("SageMaker", `endpoint ${name}`, hours, `${instanceType} hours`) : billLine("SageMaker", `endpoint ${name}`, hours, price);
}

function alarmsOf(hosting: Hosting): number {
  if (hosting.kind === "async") return SCALING_ALARMS + 1;
  return hosting.kind === "realtime" && hosting.instances.maximum > hosting.instances.minimum ? SCALING_ALARMS : 0;
}
