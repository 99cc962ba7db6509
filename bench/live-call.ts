import { rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import { findDeployment } from "../cli/deployment.ts";
import { audioFiles } from "../cli/audio-files.ts";
import { REFRESH_STATEMENT, runQuery } from "../cli/run-query.ts";
import { sendLive } from "../cli/send-live.ts";
import { synthesize } from "../cli/synthesize.ts";
import { startLocalCloud } from "../local/local-cloud.ts";

const CALL = "demo/samples/calls/support-call.wav";
const DATA = ".valence/bench-live-call";

// The first delivery of each segment: when the conversation has ended they come again.
const FIRST_DELIVERIES = `SELECT end_ms, DATEDIFF(ms, TIMESTAMP '1970-01-01', first_at) FROM (
  SELECT delivered.payload."resultId"::varchar(32) AS result_id, delivered.payload."segment"."endMs"::bigint AS end_ms, MIN(delivered.approximate_arrival_timestamp) AS first_at
  FROM valence.results_stream AS delivered
  WHERE delivered.payload."conversationId"::varchar(128) = 'measured' AND delivered.payload."scope"::varchar(32) = 'segment' AND delivered.payload."modality"::varchar(32) = 'audio'
  GROUP BY 1, 2) AS firsts ORDER BY 1`;

/** How long after the end of each segment its result is on the results stream, when chunks of a second come in real time. */
export async function benchLiveCall(): Promise<void> {
  const assemblyFolder = await synthesize();
  rmSync(DATA, { recursive: true, force: true });
  const cloud = await startLocalCloud({ assemblyFolder, dataFolder: join(DATA), port: 0, log: () => undefined });
  try {
    const deployment = await findDeployment({ stage: "local", endpointUrl: cloud.endpoint }, ["AudioStreamName", "WarehouseWorkgroupName", "WarehouseDatabase", "WarehouseAdminSecretArn"]);
    const client = new KinesisClient(deployment.clientConfiguration);
    const [file] = audioFiles([CALL], () => undefined);
    if (file === undefined) throw new Error(`${CALL} is missing`);
    const live = { stream: deployment.outputs.AudioStreamName, chunk: 1, channel: "call", route: "direct" } as const;
    // Functions and endpoint have started cold once before it counts.
    await sendLive(client, file, { ...live, conversationId: "warm-up", pace: 10 });
    await cloud.settled();
    const started = Date.now();
    await sendLive(client, file, { ...live, conversationId: "measured", pace: 1 });
    client.destroy();
    await pause(1_000);
    await cloud.settled();
    const warehouse = new RedshiftDataClient(deployment.clientConfiguration);
    await runQuery(warehouse, deployment, REFRESH_STATEMENT);
    const { rows } = await runQuery(warehouse, deployment, FIRST_DELIVERIES);
    warehouse.destroy();
    const delays = rows.map(([end, published]) => (Number(published) - started - Number(end)) / 1_000).sort((left, right) => left - right);
    const middle = delays[Math.floor(delays.length / 2)] ?? Number.NaN;
    console.log(`  live call, chunks of 1 s in real time: result after a segment's end: median ${middle.toFixed(2)} s, slowest of ${delays.length} ${(delays.at(-1) ?? Number.NaN).toFixed(2)} s`);
  } finally {
    await cloud.stop();
    rmSync(DATA, { recursive: true, force: true });
  }
}
