import { createHash } from "node:crypto";
import type { ModelIdentity, SentimentResult } from "./sentiment-result.ts";

export interface ResultKey {
  conversationId: string;
  /** The producer's id of the record. */
  id: string;
  segmentIndex: number;
  modality: SentimentResult["modality"];
  scope: SentimentResult["scope"];
  model: Pick<ModelIdentity, "provider" | "id" | "version" | "promptVersion">;
}

/**
 * The deterministic id of a result: 32 hexadecimal characters (128 bits of SHA-256). Streams and queues deliver
 * at least once; views keep one row per id, so a repeated delivery changes nothing. The parts are JSON-encoded
 * before hashing because plain concatenation would let `["a", "bc"]` and `["ab", "c"]` collide.
 */
export function resultId(key: ResultKey): string {
  const parts = [key.conversationId, key.id, key.segmentIndex, key.modality, key.scope, key.model.provider, key.model.id, key.model.version];
  // Another prompt is another opinion, as another model is.
  if (key.model.promptVersion !== undefined) parts.push(key.model.promptVersion);
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 32);
}
