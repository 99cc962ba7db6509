import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import type { TrafficRecord } from "./traffic.ts";

const MAX_RECORDS_A_CALL = 500;
const MAX_BYTES_A_CALL = 4 * 1024 * 1024;

/** Any credentials do: without a function's access key the gateway takes the caller for the machine's owner. */
export const OWNER_CREDENTIALS = { accessKeyId: "owner", secretAccessKey: "unused" };

export function kinesisClient(endpoint: string): KinesisClient {
  return new KinesisClient({ endpoint, region: "us-east-1", credentials: OWNER_CREDENTIALS, maxAttempts: 1 });
}

/** Puts every record, one call at a time, the refused ones again; `onAcknowledged` hears of each call's success. */
export async function putAll<Item extends Pick<TrafficRecord, "data" | "partitionKey">>(
  client: KinesisClient,
  streamName: string,
  records: readonly Item[],
  onAcknowledged: (records: readonly Item[]) => void = () => undefined,
): Promise<void> {
  for (const call of calls(records)) {
    let left = call;
    while (left.length > 0) {
      const sent = left;
      const answer = await client.send(
        new PutRecordsCommand({ StreamName: streamName, Records: sent.map(({ data, partitionKey }) => ({ Data: data, PartitionKey: partitionKey })) }),
      );
      left = sent.filter((_, index) => answer.Records?.[index]?.ErrorCode !== undefined);
      onAcknowledged(sent.filter((record) => !left.includes(record)));
    }
  }
}

function* calls<Item extends Pick<TrafficRecord, "data">>(records: readonly Item[]): Generator<Item[]> {
  let call: Item[] = [];
  let bytes = 0;
  for (const record of records) {
    if (call.length === MAX_RECORDS_A_CALL || bytes + record.data.length > MAX_BYTES_A_CALL) {
      yield call;
      call = [];
      bytes = 0;
    }
    call.push(record);
    bytes += record.data.length;
  }
  if (call.length > 0) yield call;
}
