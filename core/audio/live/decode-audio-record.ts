import type * as z from "zod";
import { AUDIO_RECORD_VERSION, AudioRecordSchema, type AudioRecord } from "../../contracts/audio-record.ts";
import { type DecodedRecord, decodeRecord } from "../../records/decode-record.ts";

/** Reads the bytes of one record of the audio stream, as `decodeRecord` does. */
export function decodeAudioRecord(bytes: Uint8Array): DecodedRecord<AudioRecord> {
  return decodeRecord(bytes, { version: AUDIO_RECORD_VERSION, schema: AudioRecordSchema, issuesOf: issuesOfTheKindMeant });
}

/** `audio` is one of two shapes. Told which one was meant, a producer learns more than that neither fits. */
function issuesOfTheKindMeant(issues: readonly z.core.$ZodIssue[], value: Readonly<Record<string, unknown>>): readonly z.core.$ZodIssue[] {
  const { audio } = value;
  if (typeof audio !== "object" || audio === null) return issues;
  const meant = "s3" in audio ? 1 : 0;
  return issues.flatMap((issue) => {
    const ofShape = issue.code === "invalid_union" && issue.path[0] === "audio" ? issue.errors[meant] : undefined;
    return ofShape === undefined ? [issue] : ofShape.map((one) => ({ ...one, path: [...issue.path, ...one.path] }));
  });
}
