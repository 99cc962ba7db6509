import type { StoredSpeech } from "../../classifiers/audio-classifier.ts";
import { type Kept, type KeptAnswers, KeptSchema } from "../../classifiers/sagemaker/audio-opinion.ts";
import { describeError, logger } from "../shared/observability.ts";
import { getObject, putObject } from "../shared/s3-objects.ts";

/** The key beside a segment's audio under which what an endpoint said of it is kept. */
export function answerKey({ key, version }: StoredSpeech, endpoint: string): string {
  return [key.replace(/\.wav$/u, ""), ...(version === undefined ? [] : [version]), endpoint, "json"].join(".");
}

/**
 * Answers kept as objects beside the segments, for as long as the bucket's life cycle keeps both.
 * @param signalOf the running invocation's.
 */
export function keptInS3(signalOf: () => AbortSignal): KeptAnswers {
  return {
    async find(stored, endpoint) {
      const object = await getObject(stored.bucket, answerKey(stored, endpoint), signalOf());
      return object === undefined ? undefined : readKept(object.bytes);
    },
    async keep(stored, endpoint, kept) {
      const answer = answerKey(stored, endpoint);
      try {
        await putObject(stored.bucket, answer, JSON.stringify(kept), { contentType: "application/json" }, signalOf());
        return true;
      } catch (error) {
        logger.warn("An answer could not be kept; if its job comes again, it is asked for, and paid for, again.", { key: answer, reason: describeError(error) });
        return false;
      }
    },
    async read(uri) {
      const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/su.exec(uri) ?? [];
      if (bucket === undefined || key === undefined) throw new Error(`${uri.slice(0, 100)} is no address of an S3 object`);
      const object = await getObject(bucket, key, signalOf());
      return object === undefined ? undefined : Buffer.from(object.bytes).toString();
    },
  };
}

/** What an earlier version wrote in another form is as good as nothing: it is asked for again and written over. */
function readKept(bytes: Uint8Array): Kept | undefined {
  try {
    return KeptSchema.safeParse(JSON.parse(Buffer.from(bytes).toString())).data;
  } catch {
    return undefined;
  }
}
