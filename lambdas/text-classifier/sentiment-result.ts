import type { Classified } from "../../classifiers/text-classifier.ts";
import { resultId } from "../../core/contracts/result-id.ts";
import { type ModelIdentity, SENTIMENT_RESULT_VERSION, type SentimentResult } from "../../core/contracts/sentiment-result.ts";
import type { TextJob } from "../../core/contracts/text-job.ts";

/** The row of one classified job. `configured` is the classifier's own identity, `classifiedAt` is ISO 8601. */
export function sentimentResult(
  job: TextJob,
  classification: Classified,
  configured: ModelIdentity,
  classifiedAt: string,
): SentimentResult {
  const { schema: _, modelText: __, arrivedAt, flags, segment, ...kept } = job;
  const modality = "text";
  const scope = "turn";
  return {
    schema: SENTIMENT_RESULT_VERSION,
    resultId: resultId({ conversationId: job.conversationId, id: job.id, segmentIndex: segment.index, modality, scope, model: configured }),
    ...kept,
    segment,
    modality,
    scope,
    sentiment: classification.sentiment,
    model: classification.model,
    ...(classification.parts !== undefined && { parts: classification.parts }),
    flags: [...new Set([...flags, ...classification.flags])],
    timings: { arrivedAt, classifiedAt, modelMs: classification.modelMs },
    cost: classification.cost,
  };
}
