import { TRANSCRIPTION_REQUEST_VERSION, type TranscriptionRequest } from "../../../core/contracts/transcription-request.ts";
import type { TranscriptionSettings } from "../../../core/contracts/transcription-settings.ts";

export function transcriptionRequest(overrides: Partial<TranscriptionRequest> = {}): TranscriptionRequest {
  return {
    schema: TRANSCRIPTION_REQUEST_VERSION,
    id: "call-1",
    conversationId: "conversation-1",
    channel: "call",
    occurredAt: "2026-03-02T09:00:00Z",
    recording: { bucket: "recordings-test", key: "calls/one.wav", version: '"9e107d9d372bb6826bd81d3542a419d6"' },
    format: "wav",
    channels: 2,
    speakers: ["customer", "agent"],
    durationMs: 90_000,
    route: "both",
    flags: [],
    arrivedAt: "2026-03-02T09:00:01.000Z",
    ...overrides,
  };
}

export function transcriptionSettings(overrides: Partial<TranscriptionSettings> = {}): TranscriptionSettings {
  return { languages: ["en-US", "pt-BR", "de-DE"], vocabularies: {}, vocabularyFilters: {}, redaction: "none", checkSeconds: 900, ...overrides };
}
