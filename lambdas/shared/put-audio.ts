import { segmentKey } from "../../core/contracts/audio-job.ts";
import type { PreflightReport } from "../../core/contracts/preflight-report.ts";
import { SPEECH_RATE } from "../../core/audio/resampler.ts";
import { encodeWav } from "../../core/audio/wav-file.ts";
import { reportKey } from "../../core/recordings/storage-keys.ts";
import { putObject } from "./s3-objects.ts";

/** @param prefix of the recording's segments. */
export async function putSegment(bucket: string, prefix: string, segment: { index: number; samples: Int16Array }, signal: AbortSignal): Promise<void> {
  await putObject(bucket, segmentKey(prefix, segment.index), encodeWav([segment.samples], SPEECH_RATE), { contentType: "audio/wav" }, signal);
}

export async function putReport(bucket: string, report: PreflightReport, signal: AbortSignal): Promise<void> {
  await putObject(bucket, reportKey(report, report.at), JSON.stringify(report), { contentType: "application/json" }, signal);
}
