import type { KinesisStreamRecord, SQSRecord } from "aws-lambda";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type SentimentResult, SentimentResultSchema } from "../../core/contracts/sentiment-result.ts";
import type * as Classifier from "../../lambdas/text-classifier/handler.ts";
import type * as Preprocessor from "../../lambdas/text-preprocessor/handler.ts";
import { AwsServer, type Fault, type ReceivedCall } from "./support/aws-server.ts";
import { kinesisRecord, lambdaContext, sqsRecord, textRecord } from "./support/events.ts";
import { captureOutput, coldStart, functionEnvironment } from "./support/load-handler.ts";
import { seededRandom } from "../../core/seeded-random.ts";

/** Three in ten calls go wrong, each in one of the ways a service goes wrong. */
function faultsOf(random: () => number): (call: ReceivedCall) => Fault | undefined {
  const kinds: (() => Fault)[] = [
    () => "throttle",
    () => "server_error",
    () => "reset",
    () => "lost_response",
    () => {
      const refused = new Set(Array.from({ length: 500 }, (_, position) => position).filter(() => random() < 0.4));
      return { refuse: (position) => refused.has(position) };
    },
  ];
  return () => (random() < 0.3 ? kinds[Math.floor(random() * kinds.length)]?.() : undefined);
}

/** Delivers as Lambda does: a stream again from the lowest failure on, a queue's failed messages alone. */
async function deliverUntilDone<Item>(items: readonly Item[], deliver: (items: readonly Item[]) => Promise<readonly Item[]>): Promise<number> {
  let deliveries = 0;
  for (let waiting = items; waiting.length > 0; deliveries += 1) {
    if (deliveries > 60) throw new Error(`${waiting.length} of ${items.length} items are still failing after ${deliveries} deliveries`);
    waiting = await deliver(waiting);
  }
  return deliveries;
}

describe("nothing is lost, whatever mix of faults the services have", () => {
  const server = new AwsServer();
  let preprocess: typeof Preprocessor.handler;
  let classify: typeof Classifier.handler;
  let output: ReturnType<typeof captureOutput>;

  beforeAll(async () => {
    const endpoint = await server.start();
    const own = { REJECTS_BUCKET: "rejects", TEXT_JOBS_QUEUE_URL: `${endpoint}/123456789012/jobs`, RESULTS_STREAM_NAME: "results", TEXT_CLASSIFIER: JSON.stringify({ kind: "embedded" }), PERSONAL_DATA: "rules" };
    const environment = functionEnvironment(endpoint, { POWERTOOLS_SERVICE_NAME: "test", ...own });
    ({ handler: preprocess } = await coldStart(environment, () => import("../../lambdas/text-preprocessor/handler.ts")));
    ({ handler: classify } = await coldStart(environment, () => import("../../lambdas/text-classifier/handler.ts")));
  });

  afterAll(async () => {
    await server.stop();
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  beforeEach(() => {
    server.calls.length = 0;
    server.messages.length = 0;
    server.records.length = 0;
    server.objects.clear();
    output = captureOutput();
  });

  it.each([1, 2, 3, 4])("seed %i: every record is a row, a reject or a repeat", { timeout: 120_000 }, async (seed) => {
    const random = seededRandom(seed);
    server.faultOf = faultsOf(random);
    const records = Array.from({ length: 120 }, (_, position) => {
      const kind = random();
      if (kind < 0.15) return kinesisRecord(`{"broken": ${position}`, position);
      // Repeats an earlier id now and then.
      const id = kind < 0.25 ? Math.floor(random() * (position + 1)) : position;
      return kinesisRecord(textRecord({ id: `record-${id}`, text: `Visit ${id} was great` }), position);
    });

    await deliverUntilDone<KinesisStreamRecord>(records, async (Records) => {
      const { batchItemFailures } = await preprocess({ Records: [...Records] }, lambdaContext());
      const failed = new Set(batchItemFailures.map((failure) => failure.itemIdentifier));
      const lowest = Records.findIndex((record) => failed.has(record.kinesis.sequenceNumber));
      return lowest === -1 ? [] : Records.slice(lowest);
    });
    const messages = server.messages.map((body, position) => sqsRecord(body, position));
    await deliverUntilDone<SQSRecord>(messages, async (Records) => {
      const { batchItemFailures } = await classify({ Records: [...Records] }, lambdaContext());
      const failed = new Set(batchItemFailures.map((failure) => failure.itemIdentifier));
      return Records.filter((record) => failed.has(record.messageId));
    });

    const sent = records.map((record) => Buffer.from(record.kinesis.data, "base64").toString());
    const ids = new Set(sent.flatMap((text) => (text.startsWith('{"broken"') ? [] : [(JSON.parse(text) as { id: string }).id])));
    const broken = sent.filter((text) => text.startsWith('{"broken"'));
    const rows = new Map(server.records.map((record) => SentimentResultSchema.parse(JSON.parse(record.data))).map((result: SentimentResult) => [result.resultId, result.id]));
    expect(new Set(rows.values())).toEqual(ids);
    expect(rows.size).toBe(ids.size);
    expect([...server.objects.values()].map((object) => Buffer.from((JSON.parse(object) as { record: string }).record, "base64").toString()).sort(byCodeUnit)).toEqual(broken.sort(byCodeUnit));
    expect(output.metrics()["RecordsRejected{reason=not_json}"]).toBe(broken.length);
  });
});

function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}
