import type { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { describe, expect, it } from "vitest";
import { putRecords } from "../../cli/put-records.ts";
import type { RecordToPut } from "../../cli/put-records.ts";

type Entry = { Data: Buffer; PartitionKey: string };
type Answer = (entries: Entry[], call: number) => { ErrorCode?: string }[];

/** A stream that keeps what it acknowledges; `answer` says which entries of a call fail. */
class FakeStream {
  readonly kept: string[] = [];
  readonly calls: Entry[][] = [];
  readonly client: KinesisClient;

  constructor(answer: Answer) {
    const send = async (command: PutRecordsCommand): Promise<object> => {
      const entries = command.input.Records as Entry[];
      this.calls.push(entries);
      const results = answer(entries, this.calls.length);
      const Records = entries.map((entry, index) => {
        const error = results[index]?.ErrorCode;
        if (error !== undefined) return { ErrorCode: error, ErrorMessage: "slow down" };
        this.kept.push(entry.Data.toString("utf8"));
        return { ShardId: "shardId-000000000000", SequenceNumber: String(this.kept.length) };
      });
      return { FailedRecordCount: Records.filter(({ ErrorCode }) => ErrorCode !== undefined).length, Records };
    };
    this.client = { send } as unknown as KinesisClient;
  }
}

function records(count: number, size = 1): RecordToPut[] {
  return Array.from({ length: count }, (_, index) => ({
    data: Buffer.from(String(index).padEnd(size, " ")),
    partitionKey: `key-${index}`,
    origin: `test:${index}`,
  }));
}

const ALL_WELL: Answer = () => [];

describe("putRecords", () => {
  it("fills calls up to 500 records", async () => {
    const stream = new FakeStream(ALL_WELL);
    const progress = await putRecords(stream.client, records(1_203), { stream: "text" });
    expect(stream.calls.map(({ length }) => length)).toEqual([500, 500, 203]);
    expect(progress).toEqual({ acknowledged: 1_203, failed: 0, resent: 0 });
  });

  it("never puts more than 5 MiB into a call", async () => {
    const stream = new FakeStream(ALL_WELL);
    await putRecords(stream.client, records(12, 900_000), { stream: "text" });
    expect(stream.calls.map(({ length }) => length)).toEqual([5, 5, 2]);
  });

  it("sends only the failed records again, and each is kept once", async () => {
    const stream = new FakeStream((entries, call) =>
      call === 1 ? entries.map((_, index) => (index % 3 === 0 ? { ErrorCode: "ProvisionedThroughputExceededException" } : {})) : [],
    );
    const progress = await putRecords(stream.client, records(9), { stream: "text" });
    expect(stream.calls.map(({ length }) => length)).toEqual([9, 3]);
    expect(stream.kept.map(Number).sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(progress).toEqual({ acknowledged: 9, failed: 0, resent: 3 });
  });

  it("sends a whole call again when the service failed, but not when it refused", async () => {
    const throttled = new FakeStream((_, call) => {
      if (call === 1) throw Object.assign(new Error("try later"), { name: "ThrottlingException" });
      return [];
    });
    expect(await putRecords(throttled.client, records(2), { stream: "text" })).toMatchObject({ acknowledged: 2, resent: 2 });
    const refused = new FakeStream(() => {
      throw Object.assign(new Error("no"), { name: "AccessDeniedException", $metadata: { httpStatusCode: 400 } });
    });
    await expect(putRecords(refused.client, records(2), { stream: "text" })).rejects.toThrow("no");
    expect(refused.calls).toHaveLength(1);
  });

  it("gives a record up by name when it keeps failing", async () => {
    const stream = new FakeStream((entries) => entries.map((entry) => (entry.PartitionKey === "key-1" ? { ErrorCode: "InternalFailure" } : {})));
    const failures: string[] = [];
    const progress = await putRecords(stream.client, records(3), {
      stream: "text",
      resends: 1,
      onFailure: ({ origin }, reason) => failures.push(`${origin} ${reason}`),
    });
    expect(progress).toEqual({ acknowledged: 2, failed: 1, resent: 1 });
    expect(failures).toEqual(["test:1 refused 2 times, at last with InternalFailure: slow down"]);
  });

  it("names a record that Kinesis cannot hold and sends the others", async () => {
    const stream = new FakeStream(ALL_WELL);
    const [small, large] = [records(1)[0]!, { ...records(1, 1024 * 1024)[0]!, origin: "test:large" }];
    const failures: string[] = [];
    const progress = await putRecords(stream.client, [large, small], { stream: "text", onFailure: ({ origin }) => failures.push(origin) });
    expect(progress).toMatchObject({ acknowledged: 1, failed: 1 });
    expect(failures).toEqual(["test:large"]);
  });

  it("takes nothing more from the source after an abort, and finishes what it took", async () => {
    const controller = new AbortController();
    let taken = 0;
    function* endless(): Generator<RecordToPut> {
      for (;;) {
        taken += 1;
        if (taken === 1_200) controller.abort();
        yield records(1)[0]!;
      }
    }
    const stream = new FakeStream(ALL_WELL);
    const progress = await putRecords(stream.client, endless(), { stream: "text", signal: controller.signal });
    expect(progress.acknowledged).toBe(taken);
  });
});
