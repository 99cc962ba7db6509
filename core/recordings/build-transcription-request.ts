import type { AudioFormat } from "../audio/decode/audio-format.ts";
import type { AudioRoute } from "../contracts/audio-record.ts";
import { AudioRefusedError } from "../contracts/audio-refusal.ts";
import type { TrackQuality } from "../contracts/preflight-report.ts";
import type { Flag } from "../contracts/sentiment-result.ts";
import { TRANSCRIPTION_REQUEST_VERSION, type TranscriptionRequest } from "../contracts/transcription-request.ts";
import type { RecordingIdentity } from "./recording-identity.ts";

export interface TranscriptionParts {
  recording: TranscriptionRequest["recording"];
  container: AudioFormat["container"];
  /** The voices that were heard: one a channel, one where the channels are the same. */
  tracks: readonly Pick<TrackQuality, "speaker">[];
  durationMs: number;
  route: AudioRoute;
  flags: readonly Flag[];
  arrivedAt: string;
}

/** @throws AudioRefusedError `audio_unsupported` for headerless audio: Transcribe asks the file what it is. */
export function buildTranscriptionRequest({ attributes, channel, conversationId, id, language, occurredAt, speaker, turn }: RecordingIdentity, parts: TranscriptionParts): TranscriptionRequest {
  const { arrivedAt, container, durationMs, flags, recording, route, tracks } = parts;
  if (container === "raw") throw new AudioRefusedError("audio_unsupported", "headerless audio cannot be transcribed: put it into a WAV file");
  const { bucket, key, version } = recording;
  return {
    schema: TRANSCRIPTION_REQUEST_VERSION,
    id,
    conversationId,
    channel,
    ...(speaker !== undefined && { speaker }),
    ...(turn !== undefined && { turn }),
    ...(language !== undefined && { language }),
    occurredAt,
    ...(attributes !== undefined && { attributes }),
    recording: { bucket, key, ...(version !== undefined && { version }) },
    format: container,
    channels: tracks.length,
    speakers: tracks.map((track) => track.speaker ?? null),
    durationMs,
    route,
    flags: [...flags],
    arrivedAt,
  };
}
