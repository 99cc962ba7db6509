import { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import { sentimentOfScores } from "../../core/classification/sentiment-of-scores.ts";
import { resultId } from "../../core/contracts/result-id.ts";
import { SENTIMENT_RESULT_VERSION, type SentimentResult, SentimentResultSchema } from "../../core/contracts/sentiment-result.ts";
import { DEFAULT_FUSION_WEIGHTS } from "../../core/fusion/default-weights.ts";
import { fuse } from "../../core/fusion/fuse.ts";
import type { WarehouseDeployment } from "../../cli/run-query.ts";
import { RedshiftDataService } from "../../local/redshift-data/redshift-data-service.ts";
import { WarehouseEngine } from "../../local/redshift-data/warehouse-engine.ts";
import { CREDENTIALS, startProtocolServer } from "../local/redshift-data/protocol-server.ts";
import { MemoryStream, migrate, REFRESH, temporaryFolder } from "../local/redshift-data/warehouse-fixture.ts";

export interface MadeTurn {
  speaker?: "customer" | "agent";
  /** Speech without words where there are none. */
  text?: string;
  /** Valences, −1 to 1; a modality that is not there says nothing. */
  words?: number;
  voice?: number;
  language?: string;
  flags?: SentimentResult["flags"];
}

const TURN_MS = 6_000;
const SPOKEN_MS = 4_500;
const DISAGREEING_FROM = 0.5;
const STARTED = Date.parse("2026-03-01T10:00:00Z");

const scoresOf = (valence: number) => ({ positive: 0.1 + Math.max(0, valence) * 0.8, neutral: 0.8 - Math.abs(valence) * 0.8, negative: 0.1 + Math.max(0, -valence) * 0.8 });

function result(fields: Pick<SentimentResult, "modality" | "scope" | "segment" | "model" | "sentiment"> & Partial<SentimentResult>, conversationId: string): SentimentResult {
  const id = fields.id ?? `${conversationId}-recording`;
  return SentimentResultSchema.parse({
    schema: SENTIMENT_RESULT_VERSION,
    resultId: resultId({ conversationId, id, segmentIndex: fields.segment.index, modality: fields.modality, scope: fields.scope, model: fields.model }),
    id,
    conversationId,
    channel: "call",
    language: "en",
    occurredAt: new Date(STARTED).toISOString(),
    recording: `s3://recordings/${conversationId}.wav`,
    track: 0,
    route: "both",
    flags: [],
    timings: { arrivedAt: "2026-03-01T10:30:00.000Z", classifiedAt: "2026-03-01T10:30:01.000Z", modelMs: 3 },
    cost: { usd: 0 },
    ...fields,
  });
}

/** What the pipeline would put on the results stream for a recorded call: words and voice of each turn, and what they are fused to. */
export function madeCall(conversationId: string, turns: readonly MadeTurn[]): SentimentResult[] {
  return turns.flatMap(({ flags = [], language = "en", speaker, text, voice, words }, index) => {
    const segment = { index, startMs: index * TURN_MS, endMs: index * TURN_MS + SPOKEN_MS };
    const shared = { segment, language, flags, ...(speaker !== undefined && { speaker }) };
    const made: SentimentResult[] = [];
    const occurredAt = new Date(STARTED + segment.startMs).toISOString();
    if (words !== undefined) {
      const transcript = { transcriber: "sidecar", confidence: 0.93, ...(flags.includes("role_inferred") && { speakerConfidence: 0.7 }) };
      made.push(result({ ...shared, modality: "text", scope: "turn", turn: index, occurredAt, text: text ?? "…", transcript, model: { provider: "embedded", id: "words", version: "1" }, sentiment: sentimentOfScores(scoresOf(words), "calibrated") }, conversationId));
    }
    if (voice !== undefined) {
      made.push(result({ ...shared, flags: [], modality: "audio", scope: "segment", emotions: { anger: 0.5, calm: 0.5 }, model: { provider: "embedded", id: "voice", version: "1" }, sentiment: sentimentOfScores(scoresOf(voice), "calibrated") }, conversationId));
    }
    const { fusion, scores } = fuse({ ...(words !== undefined && { text: { scores: scoresOf(words), reliability: 1 } }), ...(voice !== undefined && { voice: { scores: scoresOf(voice), reliability: 1 } }) }, DEFAULT_FUSION_WEIGHTS);
    const disagrees = (fusion.disagreement ?? 0) >= DISAGREEING_FROM;
    made.push(
      result(
        {
          ...shared,
          modality: "fused",
          scope: words === undefined ? "segment" : "turn",
          ...(words !== undefined && { turn: index, occurredAt }),
          fusion,
          flags: [...flags, ...(disagrees ? (["modalities_disagree"] as const) : [])],
          model: { provider: "valence", id: "late-fusion", version: "1" },
          sentiment: sentimentOfScores(scores, "combined"),
          revision: 1_000,
        },
        conversationId,
      ),
    );
    return made;
  });
}

/** Messages of a chat, a minute apart. */
export function madeChat(conversationId: string, turns: readonly MadeTurn[]): SentimentResult[] {
  return turns.map(({ speaker, text = "…", words = 0 }, turn) => {
    const { recording: _recording, track: _track, ...message } = result(
      { id: `${conversationId}-${turn}`, channel: "chat", route: "text", modality: "text", scope: "turn", turn, segment: { index: 0 }, text, occurredAt: new Date(STARTED + turn * 60_000).toISOString(), ...(speaker !== undefined && { speaker }), model: { provider: "embedded", id: "words", version: "1" }, sentiment: sentimentOfScores(scoresOf(words), "calibrated") },
      conversationId,
    );
    return message;
  });
}

/** The local warehouse with the deployment's views, behind the wire of the Redshift Data API. */
export async function startWarehouse(): Promise<{ client: RedshiftDataClient; deployment: WarehouseDeployment; put: (results: readonly SentimentResult[]) => Promise<void>; stop: () => Promise<void> }> {
  const place = temporaryFolder();
  const kinesis = new MemoryStream();
  const engine = await WarehouseEngine.open({ folder: place.folder, kinesis });
  await migrate(engine);
  const server = await startProtocolServer([new RedshiftDataService({ engine, workgroups: [{ name: "valence-test", arn: "arn:aws:redshift-serverless:us-east-1:123456789012:workgroup/0f6b", database: "valence" }] })]);
  const client = new RedshiftDataClient({ ...CREDENTIALS, endpoint: server.url, maxAttempts: 1 });
  return {
    client,
    deployment: { stage: "test", local: true, clientConfiguration: {}, outputs: { WarehouseWorkgroupName: "valence-test", WarehouseDatabase: "valence" } },
    put: async (results) => {
      for (const one of results) kinesis.put(one);
      await engine.run(REFRESH);
    },
    stop: async () => {
      client.destroy();
      await server.close();
      await engine.close();
      place.remove();
    },
  };
}
