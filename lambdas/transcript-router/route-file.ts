import type { SQSRecord } from "aws-lambda";
import type { ObjectCreated } from "../../core/recordings/recording-message.ts";
import type { Stage } from "./stage.ts";
import type { Outcome } from "./verdict.ts";

export async function routeFile(_record: SQSRecord, _event: ObjectCreated, _stage: Stage): Promise<Outcome> {
  return { kind: "skipped" };
}
