import { createHash } from "node:crypto";
import { OWN_RECORDINGS_PREFIX } from "../contracts/recording-notice.ts";

/** Where things lie in the two buckets. Every key is made of identities alone, so that a repeat overwrites and never doubles. */

interface RecordingIdentity {
  id: string;
  conversationId: string;
}

/**
 * The folder of a recording's segments in the audio bucket; `segmentKey` names those in it.
 *
 * @param version of the recording's object, such as its ETag: what is put under the same name later must not meet the answers about what lay there before.
 */
export function segmentsPrefix(recording: RecordingIdentity, version?: string): string {
  const folder = `segments/${recordingHash(recording)}/`;
  return version === undefined ? folder : `${folder}${hash(version)}/`;
}

/** @param at ISO 8601; its day becomes a folder. */
export function reportKey(recording: RecordingIdentity, at: string): string {
  return `reports/${dayOf(at)}/${recordingHash(recording)}.json`;
}

/** The folder of a live conversation's chunks and state in the audio bucket. */
export function liveFolder(conversationId: string): string {
  return `live/${hash(conversationId)}/`;
}

export function liveStateKey(conversationId: string): string {
  return `${liveFolder(conversationId)}state`;
}

/** A chunk's samples: PCM of 16 bits, little-endian, channels interleaved, at the source's rate. */
export function liveChunkKey(conversationId: string, sequence: number): string {
  return `${liveFolder(conversationId)}chunks/${String(sequence).padStart(6, "0")}.pcm`;
}

/** In the recordings bucket: what a live conversation's chunks were put together to. */
export function liveRecordingKey(conversationId: string, occurredAt: string): string {
  return `${OWN_RECORDINGS_PREFIX}live/${dayOf(occurredAt)}/${hash(conversationId)}.wav`;
}

/** In the recordings bucket: a whole recording that came inline on the stream. The name's ending is for people; nothing reads it. */
export function inlineRecordingKey(recording: RecordingIdentity, occurredAt: string, encoding: string): string {
  return `${OWN_RECORDINGS_PREFIX}inline/${dayOf(occurredAt)}/${recordingHash(recording)}.${encoding}`;
}

function recordingHash({ conversationId, id }: RecordingIdentity): string {
  return hash(JSON.stringify([conversationId, id]));
}

/** Half of SHA-256 in hexadecimal: 32 characters. */
export function hash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

/** `2026-03-02` of any ISO 8601 time, in UTC. */
function dayOf(time: string): string {
  return new Date(time).toISOString().slice(0, 10);
}
