import { fileURLToPath } from "node:url";
import type { KinesisClient } from "@aws-sdk/client-kinesis";
import type { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { audioFiles, recordingId } from "../cli/audio-files.ts";
import type { Deployment } from "../cli/deployment.ts";
import { runQuery } from "../cli/run-query.ts";
import { recordingKey, upload } from "../cli/send-audio.ts";
import { sendLive } from "../cli/send-live.ts";
import type { TimelineSegment } from "../cli/timeline.ts";
import { uploadTranscriptBeside } from "../cli/transcript-beside.ts";
import { SentimentLabelSchema } from "../core/contracts/sentiment-result.ts";
import type { AUDIO_DEPLOYMENT_OUTPUTS, DEPLOYMENT_OUTPUTS } from "../core/deployment-outputs.ts";
import { liveRecordingKey } from "../core/recordings/storage-keys.ts";
import { type PreflightReport, PreflightReportSchema } from "../core/contracts/preflight-report.ts";
import { QUESTIONS } from "./questions.ts";

/** A stage with a voice road. */
export type VoicedDeployment = Deployment<(typeof DEPLOYMENT_OUTPUTS)[number] | (typeof AUDIO_DEPLOYMENT_OUTPUTS)[number]>;

const CALLS = fileURLToPath(new URL("samples/calls/", import.meta.url));

/** The language of each sample call, as a telephone system would know it. */
const LANGUAGES: Readonly<Record<string, string>> = { "support-call.wav": "en", "complaint.flac": "en", "elogio.mp3": "pt-BR", "mailbox.ogg": "de" };

/** The same call once more, as it would arrive while it goes on. Faster than real time, because a demo should not take half a minute for it. */
const LIVE = { name: "support-call.wav", conversationId: "live-support-call", pace: 8 } as const;

/** One call and what was heard in it. */
export interface HeardCall {
  conversationId: string;
  live: boolean;
  container: string;
  codec: string;
  sampleRate: number;
  durationMs: number;
  losses: readonly string[];
  refusal: string | undefined;
  /** By preflight report and by the rows in SQL: they must agree. */
  tracks: { track: number; speaker: string; speechMs: number; rowsMs: number }[];
  segments: TimelineSegment[];
}

/** Puts the sample calls into the recordings bucket, and plays one of them onto the audio stream. @returns how many calls that are. */
export async function sendCalls(s3: S3Client, kinesis: KinesisClient, { outputs }: Pick<VoicedDeployment, "outputs">): Promise<number> {
  const files = audioFiles([CALLS], () => undefined);
  for (const file of files) {
    const id = await recordingId(file);
    await uploadTranscriptBeside(s3, outputs.RecordingsBucketName, recordingKey(id), file);
    await upload(s3, outputs.RecordingsBucketName, file, id, { channel: "call", conversation: file.name, language: LANGUAGES[file.name] ?? "und", ...(file.name === LIVE.name ? {} : { speaker: "customer" }) });
  }
  const live = files.find(({ name }) => name === LIVE.name);
  if (live === undefined) throw new Error(`The sample calls lack ${LIVE.name}`);
  const occurredAt = new Date().toISOString();
  await uploadTranscriptBeside(s3, outputs.RecordingsBucketName, liveRecordingKey(LIVE.conversationId, occurredAt), live);
  await sendLive(kinesis, live, { stream: outputs.AudioStreamName, conversationId: LIVE.conversationId, occurredAt, chunk: 1, pace: LIVE.pace, channel: "call", language: "en" });
  return files.length + 1;
}

/** Joins the preflight reports in S3 with the rows in the warehouse. */
export async function heardCalls(s3: S3Client, warehouse: RedshiftDataClient, deployment: VoicedDeployment): Promise<HeardCall[]> {
  const reports = await preflightReports(s3, deployment.outputs.AudioBucketName);
  const { rows } = await runQuery(warehouse, deployment, QUESTIONS.voices);
  const segments = rows.map(([conversationId, track, speaker, startMs, endMs, label, positive, neutral, negative, unsure, emotion]) => ({
    conversationId: String(conversationId),
    track: Number(track),
    speaker: speaker === null ? `track ${String(track)}` : String(speaker),
    startMs: Number(startMs),
    endMs: Number(endMs),
    label: SentimentLabelSchema.parse(label),
    scores: { positive: Number(positive), neutral: Number(neutral), negative: Number(negative) },
    lowConfidence: Number(unsure) > 0,
    ...(typeof emotion === "string" ? { emotion } : {}),
  }));
  return reports
    .map((report) => heardCall(report, segments.filter(({ conversationId }) => conversationId === report.conversationId)))
    .sort((left, right) => Number(left.live) - Number(right.live) || right.durationMs - left.durationMs);
}

function heardCall({ codec, container, conversationId, durationMs, losses, refusal, sampleRate, tracks }: PreflightReport, segments: TimelineSegment[]): HeardCall {
  return {
    conversationId,
    live: conversationId === LIVE.conversationId,
    container: container ?? "",
    codec: codec ?? "",
    sampleRate: sampleRate ?? 0,
    durationMs: durationMs ?? 0,
    losses,
    refusal: refusal?.code,
    tracks: tracks.map(({ speaker, speechMs, track }) => ({
      track,
      speaker: speaker ?? `track ${track}`,
      speechMs,
      rowsMs: segments.filter((segment) => segment.track === track).reduce((sum, { endMs, startMs }) => sum + endMs - startMs, 0),
    })),
    segments,
  };
}

/** Speech that a report speaks of and no row does, or the other way round; 0 is the promise. */
export function unheardMs(calls: readonly HeardCall[]): number {
  return calls.flatMap(({ tracks }) => tracks).reduce((sum, { rowsMs, speechMs }) => sum + Math.abs(speechMs - rowsMs), 0);
}

async function preflightReports(s3: S3Client, bucket: string): Promise<PreflightReport[]> {
  const keys: string[] = [];
  for await (const { Contents } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: "reports/" })) {
    for (const { Key } of Contents ?? []) if (Key !== undefined) keys.push(Key);
  }
  return Promise.all(
    keys.map(async (Key) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return PreflightReportSchema.parse(JSON.parse((await Body?.transformToString()) ?? ""));
    }),
  );
}
