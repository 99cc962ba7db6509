import type { AudioRefusedError } from "../contracts/audio-refusal.ts";
import { type AudioLoss, PREFLIGHT_REPORT_VERSION, type PreflightReport } from "../contracts/preflight-report.ts";
import type { AudioFormat } from "../audio/decode/audio-format.ts";
import type { Hearing } from "../audio/hear-recording.ts";

export interface ReportParts {
  id: string;
  conversationId: string;
  /** When the recording arrived, ISO 8601: not the clock, so that hearing it again writes the same report. */
  at: string;
  /** `s3://bucket/key` */
  recording: string;
  format?: AudioFormat | undefined;
  hearing?: Hearing | undefined;
  refusal?: AudioRefusedError | undefined;
  /** Beside what was heard in the recording itself. */
  losses?: readonly AudioLoss[];
}

const MAX_DETAIL_CHARACTERS = 500;

export function buildReport({ at, conversationId, format, hearing, id, losses = [], recording, refusal }: ReportParts): PreflightReport {
  return {
    schema: PREFLIGHT_REPORT_VERSION,
    id,
    conversationId,
    at,
    recording,
    ...(format !== undefined && { container: format.container, codec: format.codec, sampleRate: format.sampleRate, channels: format.channels }),
    ...(format?.bitsPerSample !== undefined && { bitsPerSample: format.bitsPerSample }),
    ...(hearing !== undefined && { durationMs: hearing.durationMs }),
    tracks: hearing?.tracks ?? [],
    losses: [...(hearing?.losses ?? []), ...losses],
    ...(hearing !== undefined && { route: hearing.route, routeDecidedBy: hearing.routeDecidedBy }),
    ...(refusal !== undefined && { refusal: { code: refusal.code, detail: refusal.message.slice(0, MAX_DETAIL_CHARACTERS) } }),
  };
}
