/** What one unit of a service costs. */
export interface UnitPrice {
  usd: number;
  /** Of one, as it stands behind a quantity: `shard-hours`. */
  unit: string;
  source: string;
  /** YYYY-MM-DD. */
  readOn: string;
  /** Not read at AWS or from its Price List; a list price of long standing. */
  unverified?: true;
}

/** The only Region these are for. Others differ by up to half. */
export const PRICED_REGION = "us-east-1";
/** Of the table as a whole: no price in it was read later. */
export const PRICES_READ_ON = "2026-11-22";

const read = (usd: number, unit: string): UnitPrice => ({ usd, unit, source: "AWS Price List API, at second hand", readOn: "2026-10-01" });
const seen = (usd: number, unit: string): UnitPrice => ({ usd, unit, source: "the service's pricing page", readOn: "2026-11-22" });
const longStanding = (usd: number, unit: string): UnitPrice => ({ usd, unit, source: "list price of long standing", readOn: PRICES_READ_ON, unverified: true });

/** US dollars, without free tiers. A million (M) is 10^6 requests; a GB is 2^30 bytes. */
export const UNIT_PRICES = {
  kinesisShardHour: read(0.015, "shard-hours"),
  kinesisPutUnits: read(0.014, "M PUT units"),
  kinesisExtendedShardHour: longStanding(0.02, "shard-hours"),
  kinesisStreamHour: longStanding(0.04, "stream-hours"),
  kinesisDataIn: longStanding(0.08, "GB"),
  kinesisDataOut: longStanding(0.04, "GB"),
  kinesisExtendedData: longStanding(0.1, "GB-months"),
  lambdaRequests: read(0.2, "M requests"),
  lambdaArmSeconds: longStanding(0.0000133334, "GB-s"),
  sqsRequests: read(0.4, "M requests"),
  s3Storage: read(0.023, "GB-months"),
  s3Puts: read(5, "M requests"),
  firehoseIngestion: longStanding(0.029, "GB"),
  firehoseConversion: longStanding(0.018, "GB"),
  glueRequests: longStanding(1, "M requests"),
  kmsKey: seen(1, "key"),
  kmsRequests: longStanding(3, "M requests"),
  secret: read(0.4, "secret"),
  logsIngestion: read(0.5, "GB"),
  logsStorage: longStanding(0.03, "GB-months"),
  customMetric: longStanding(0.3, "metrics"),
  alarm: longStanding(0.1, "alarms"),
  traces: longStanding(5, "M traces"),
  redshiftHours: read(0.375, "RPU-hours"),
  redshiftStorage: read(0.024, "GB-months"),
  serverlessEndpointSeconds: longStanding(0.00002, "GB-s"),
  // Standard batch transcription, tier by tier.
  transcribeMinutes: longStanding(0.024, "minutes"),
  transcribeMinutes2: longStanding(0.015, "minutes"),
  transcribeMinutes3: longStanding(0.0102, "minutes"),
  transcribeMinutes4: longStanding(0.0078, "minutes"),
  transcribeRedaction: longStanding(0.0024, "minutes"),
  transcribeRedaction2: longStanding(0.0015, "minutes"),
  transcribeRedaction3: longStanding(0.00102, "minutes"),
  transcribeRedaction4: longStanding(0.00078, "minutes"),
  dynamoDbWrites: longStanding(0.625, "M units"),
  dynamoDbReads: longStanding(0.125, "M units"),
  dynamoDbStorage: longStanding(0.25, "GB-months"),
  dynamoDbBackups: longStanding(0.2, "GB-months"),
} as const satisfies Record<string, UnitPrice>;

/** US dollars an hour of a real-time endpoint's instance. The published tables name us-west-2, whose prices are those of us-east-1. */
const INSTANCE_USD_PER_HOUR: Readonly<Record<string, number>> = {
  "ml.m5.large": 0.115,
  "ml.m5.xlarge": 0.23,
  "ml.m5.2xlarge": 0.461,
  "ml.c5.large": 0.102,
  "ml.c5.xlarge": 0.204,
  "ml.c5.2xlarge": 0.408,
  "ml.g4dn.xlarge": 0.7364,
  "ml.g5.xlarge": 1.408,
  "ml.g5.2xlarge": 1.515,
  "ml.g5.12xlarge": 7.09,
  "ml.g5.48xlarge": 20.36,
  "ml.g6.xlarge": 1.127,
  "ml.g6.48xlarge": 16.688,
  "ml.p4d.24xlarge": 37.69,
  "ml.p5.48xlarge": 98.32,
};

/** `undefined` for an instance type nobody has looked up. */
export function instanceHour(instanceType: string): UnitPrice | undefined {
  const usd = INSTANCE_USD_PER_HOUR[instanceType];
  return usd === undefined ? undefined : { usd, unit: `${instanceType} hours`, source: "published price tables that agree", readOn: "2026-11-22", unverified: true };
}
