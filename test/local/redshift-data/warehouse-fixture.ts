import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { resultId } from "../../../core/contracts/result-id.ts";
import { SENTIMENT_LABELS, SENTIMENT_RESULT_VERSION, type SentimentResult, SentimentResultSchema } from "../../../core/contracts/sentiment-result.ts";
import { BOOTSTRAP, migrations } from "../../../lambdas/warehouse-migrator/migrations.ts";
import { ServiceError } from "../../../local/service.ts";
import type { StreamReader } from "../../../local/redshift-data/streaming-view.ts";
import type { WarehouseEngine } from "../../../local/redshift-data/warehouse-engine.ts";

export const RESULTS_STREAM = "valence-test-results";

export function temporaryFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(tmpdir(), "valence-warehouse-"));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** A stream in memory with the reading side of the Kinesis engine. */
export class MemoryStream implements StreamReader {
  readonly #shards: Buffer[][];
  arrivedAt = Date.parse("2026-03-01T12:00:00.000Z");

  constructor(shardCount = 2) {
    this.#shards = Array.from({ length: shardCount }, () => []);
  }

  put(data: unknown, shard = 0): void {
    this.#shards[shard]!.push(Buffer.isBuffer(data) ? data : Buffer.from(JSON.stringify(data)));
  }

  shardIds(stream: string): string[] {
    if (stream !== RESULTS_STREAM) throw new ServiceError("ResourceNotFoundException", `Stream ${stream} not found`);
    return this.#shards.map((_, index) => `shardId-${index.toString().padStart(12, "0")}`);
  }

  read(stream: string, shardId: string, after: string | undefined, limit: { records: number; bytes: number }) {
    const shard = this.#shards[this.shardIds(stream).indexOf(shardId)]!;
    const from = after === undefined ? 0 : Number(after);
    return shard.slice(from, from + limit.records).map((data, index) => ({
      sequenceNumber: (from + index + 1).toString().padStart(20, "0"),
      partitionKey: "k",
      data,
      arrivedAt: this.arrivedAt + from + index,
    }));
  }
}

/** A valid result; number `index` decides label, channel, language and conversation. */
export function sampleResult(index: number, changes: Partial<SentimentResult> = {}): SentimentResult {
  const label = SENTIMENT_LABELS[index % 3]!;
  const id = `record-${index}`;
  const conversationId = `conversation-${Math.floor(index / 4)}`;
  const model = { provider: "embedded", id: "lexicon", version: "1" };
  return SentimentResultSchema.parse({
    schema: SENTIMENT_RESULT_VERSION,
    resultId: resultId({ conversationId, id, segmentIndex: 0, modality: "text", scope: "turn", model }),
    id,
    conversationId,
    channel: index % 2 === 0 ? "chat" : "email",
    speaker: index % 4 === 3 ? "agent" : "customer",
    turn: index % 4,
    language: index % 5 === 0 ? "pt" : "en",
    occurredAt: `2026-03-0${1 + (index % 3)}T10:00:00.250+02:00`,
    attributes: { orderId: `order-${index}` },
    segment: { index: 0 },
    modality: "text",
    scope: "turn",
    sentiment: { label, scores: { positive: label === "positive" ? 0.8 : 0.1, neutral: label === "neutral" ? 0.8 : 0.1, negative: label === "negative" ? 0.8 : 0.1 }, confidence: 0.8, scoresFrom: "calibrated" },
    model,
    route: "text",
    text: `O'Brien said "olá 👋" number ${index}`,
    ...(index % 2 === 0 && { redactions: { EMAIL: 2, PHONE: 1 } }),
    flags: index % 2 === 0 ? ["redacted", "mixed"] : [],
    timings: { arrivedAt: "2026-03-01T12:00:00.000Z", classifiedAt: "2026-03-01T12:00:01.000Z", modelMs: 1.5 },
    cost: { usd: 0 },
    ...changes,
  });
}

/** The very statements a deployment runs. */
export async function migrate(engine: WarehouseEngine): Promise<void> {
  for (const sql of BOOTSTRAP) await engine.run(sql);
  for (const { statements } of migrations({ resultsStreamName: RESULTS_STREAM, streamReaderRoleArn: "arn:aws:iam::123456789012:role/reader" })) {
    if (statements.length === 1) await engine.run(statements[0]!);
    else await engine.runAll(statements);
  }
}

export const REFRESH = "REFRESH MATERIALIZED VIEW valence.results_stream";
