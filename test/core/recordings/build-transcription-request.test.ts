import { describe, expect, it } from "vitest";
import { TranscriptionRequestSchema } from "../../../core/contracts/transcription-request.ts";
import { isHeard, isTranscribed } from "../../../core/recordings/build-job.ts";
import { buildTranscriptionRequest, type TranscriptionParts } from "../../../core/recordings/build-transcription-request.ts";
import type { RecordingIdentity } from "../../../core/recordings/recording-identity.ts";
import { transcriptionJobName } from "../../../core/transcripts/storage-keys.ts";

const IDENTITY: RecordingIdentity = { id: "call-1", conversationId: "conversation-1", channel: "call", occurredAt: "2026-03-02T09:00:00Z" };
const PARTS: TranscriptionParts = { recording: { bucket: "recordings", key: "call.flac", version: '"etag"' }, container: "flac", tracks: [{ speaker: "agent" }, {}], durationMs: 1_000, route: "both", flags: ["narrowband"], arrivedAt: "2026-03-02T09:00:01.000Z" };

describe("the request for a recording's words", () => {
  it("says whose voice each channel has, and keeps the contract", () => {
    const request = buildTranscriptionRequest(IDENTITY, PARTS);
    expect(TranscriptionRequestSchema.parse(request)).toEqual(request);
    expect(request).toMatchObject({ channels: 2, speakers: ["agent", null], format: "flac", flags: ["narrowband"] });
    expect(Object.keys(request)).not.toEqual(expect.arrayContaining(["language", "turn"]));
  });

  it("leads to one job a recording and version of its object", () => {
    const nameOf = (parts: Partial<TranscriptionParts>): string => transcriptionJobName("valence-dev-", buildTranscriptionRequest(IDENTITY, { ...PARTS, ...parts }));
    expect(nameOf({ arrivedAt: "2026-03-02T10:00:00.000Z" })).toBe(nameOf({}));
    expect(nameOf({ recording: { ...PARTS.recording, version: '"other"' } })).not.toBe(nameOf({}));
  });

  it("is none for headerless audio, which Transcribe cannot read", () => {
    expect(() => buildTranscriptionRequest(IDENTITY, { ...PARTS, container: "raw" })).toThrow(expect.objectContaining({ code: "audio_unsupported" }));
  });

  it.each([
    ["direct", true, false],
    ["transcribe", false, true],
    ["both", true, true],
  ] as const)("goes out by the route: %s", (route, heard, transcribed) => {
    expect([isHeard(route), isTranscribed(route)]).toEqual([heard, transcribed]);
  });
});
