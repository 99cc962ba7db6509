import type { KinesisStreamBatchResponse, KinesisStreamRecord } from "aws-lambda";
import type { Stage } from "./stage.ts";

export async function routeSegments(_records: readonly KinesisStreamRecord[], _stage: Stage): Promise<KinesisStreamBatchResponse> {
  return { batchItemFailures: [] };
}
