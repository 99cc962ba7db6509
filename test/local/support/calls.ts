import { fileURLToPath } from "node:url";
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { readFileSync } from "node:fs";
import { audioFiles } from "../../../cli/audio-files.ts";
import { chunksOf } from "../../../cli/send-live.ts";
import type { AudioRoute } from "../../../core/contracts/audio-record.ts";
import { type PreflightReport, PreflightReportSchema } from "../../../core/contracts/preflight-report.ts";
import type { LocalCloud } from "../../../local/local-cloud.ts";
import { OWNER_CREDENTIALS } from "./producer.ts";

export const CALLS = fileURLToPath(new URL("../../../demo/samples/calls/", import.meta.url));

export const SUPPORT_CALL = `${CALLS}support-call.wav`;

export function s3Client(endpoint: string): S3Client {
  return new S3Client({ endpoint, region: "us-east-1", credentials: OWNER_CREDENTIALS, forcePathStyle: true });
}

export interface ChunkRecord {
  data: Buffer;
  partitionKey: string;
  sequence: number;
}

/** The support call as the records of a live conversation, a second each. */
export async function liveChunks(conversationId: string, chunks = Infinity, route: AudioRoute = "direct"): Promise<ChunkRecord[]> {
  const [file] = audioFiles([SUPPORT_CALL], () => undefined);
  const records: ChunkRecord[] = [];
  for await (const { bytes, channels, final, sampleRate, sequence } of chunksOf(file!, 1)) {
    if (sequence >= chunks) break;
    const last = final || sequence === chunks - 1;
    const record = {
      schema: "valence.audio/1",
      id: `${conversationId}-${sequence}`,
      conversationId,
      channel: "call",
      language: "en",
      occurredAt: "2026-05-01T10:00:00Z",
      audio: { inline: bytes.toString("base64"), encoding: "pcm_s16le", sampleRate, channels },
      route,
      sequence,
      ...(last ? { final: true } : {}),
    };
    records.push({ data: Buffer.from(JSON.stringify(record)), partitionKey: conversationId, sequence });
  }
  return records;
}

/** Puts a recording into the bucket whose events start the road; its voice alone is heard unless the metadata says otherwise. */
export async function putRecording({ endpoint, outputs }: LocalCloud, key: string, file: string | Buffer, metadata: Record<string, string> = {}): Promise<void> {
  const client = s3Client(endpoint);
  const Body = typeof file === "string" ? readFileSync(file) : file;
  await client.send(new PutObjectCommand({ Bucket: outputs["RecordingsBucketName"], Key: key, Body, Metadata: { "valence-route": "direct", ...metadata } }));
  client.destroy();
}

export async function readObject({ endpoint }: LocalCloud, uri: string): Promise<Buffer> {
  const client = s3Client(endpoint);
  const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.+)$/su.exec(uri) ?? [];
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
  client.destroy();
  return bytes;
}

/** Preflight reports by conversation. */
export async function preflightReports(cloud: LocalCloud): Promise<Map<string, PreflightReport>> {
  const client = s3Client(cloud.endpoint);
  const bucket = cloud.outputs["AudioBucketName"];
  const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "reports/" }));
  client.destroy();
  const reports = await Promise.all(Contents.map(async ({ Key }) => PreflightReportSchema.parse(JSON.parse((await readObject(cloud, `s3://${bucket}/${Key}`)).toString()))));
  return new Map(reports.map((report) => [report.conversationId, report]));
}
