import type { SpeechToClassify } from "../../classifiers/audio-classifier.ts";
import { type AudioJob, segmentKey } from "../../core/contracts/audio-job.ts";
import { AudioRefusedError } from "../../core/contracts/audio-refusal.ts";
import { getObject } from "../shared/s3-objects.ts";

/** A job's segments, to be read from S3 as they are needed. `askedBefore`: the job, or another one about the same speech, came before. */
export function speechOf({ audio }: AudioJob, askedBefore: boolean, signal: AbortSignal): SpeechToClassify[] {
  const { bucket, prefix, segments } = audio;
  return segments.map(({ index, startMs, endMs }): SpeechToClassify => {
    const key = segmentKey(prefix, index);
    return {
      durationMs: endMs - startMs,
      // A live conversation that was ended too soon and taken up again has a longer segment under the number of its last one.
      stored: { bucket, key, version: `${startMs}-${endMs}` },
      askedBefore,
      wav: async () => {
        const object = await getObject(bucket, key, signal);
        if (object === undefined) throw new AudioRefusedError("audio_missing", `s3://${bucket}/${key} is not there (any more)`);
        return object.bytes;
      },
    };
  });
}
