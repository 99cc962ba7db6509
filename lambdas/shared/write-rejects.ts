import { PutObjectCommand } from "@aws-sdk/client-s3";
import { type Reject, rejectKey } from "../../core/contracts/reject.ts";
import { deliverInBatches } from "./deliver-in-batches.ts";
import { s3Client } from "./s3-client.ts";

/** One object a reject. S3 takes 3,500 PUTs a second and prefix; sixteen at once empty a wholly broken batch in time. */
const LIMITS = { entries: 1, bytes: Number.POSITIVE_INFINITY, inFlight: 16 } as const;

/** Writes each reject under its deterministic key. @returns reject → why it is not in the bucket. */
export async function writeRejects(bucket: string, rejects: readonly Reject[], signal: AbortSignal): Promise<Map<Reject, string>> {
  return deliverInBatches({
    entries: rejects,
    bytesOf: () => 0,
    limits: LIMITS,
    signal,
    call: async (batch, abortSignal) => {
      for (const reject of batch) {
        const command = new PutObjectCommand({
          Bucket: bucket,
          Key: rejectKey(reject.reason, reject.source),
          Body: JSON.stringify(reject),
          ContentType: "application/json",
        });
        await (await s3Client()).send(command, { abortSignal });
      }
      return batch.map(() => undefined);
    },
  });
}
