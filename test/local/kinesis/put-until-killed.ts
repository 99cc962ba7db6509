/** Puts records until it is killed, telling its parent each time that a put was acknowledged. */
import { KinesisEngine } from "../../../local/kinesis/kinesis-engine.ts";

const engine = new KinesisEngine({ folder: process.argv[2] as string, region: "us-east-1", accountId: "123456789012" });
const key = process.argv[3] === "encrypted" ? { kmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/k" } : {};
engine.createStream({ name: "s", shardCount: 3, retentionHours: 24, ...key });
for (let batch = 0; ; batch += 1) {
  engine.putRecords("s", Array.from({ length: 200 }, (_, index) => ({ partitionKey: `${batch}-${index}`, data: Buffer.from(`${batch}-${index} ${"x".repeat(300)}`) })));
  process.stdout.write(`${batch}\n`);
  // Lets the pipe drain, so that the parent sees what was acknowledged.
  await new Promise((resolve) => setImmediate(resolve));
}
