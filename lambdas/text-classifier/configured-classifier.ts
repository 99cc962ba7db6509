import { createTextClassifier } from "../../classifiers/create-text-classifier.ts";
import type { Instrument } from "../../classifiers/calling/instrument.ts";
import type { TextClassifier } from "../../classifiers/text-classifier.ts";
import type { ClassifierSpecification } from "../../core/classification/classifier-specification.ts";

/**
 * Starts building the classifier, once for an execution environment: its limits and its circuit breaker learn from one invocation to the next.
 *
 * @returns gives the classifier. What kept it from being built is thrown by the first one that asks, and building begins anew for the next.
 */
export function configuredClassifier(specification: ClassifierSpecification, instrument: Instrument, create = createTextClassifier): () => Promise<TextClassifier> {
  let building: Promise<TextClassifier> | undefined;
  const build = (): Promise<TextClassifier> => {
    const started = create(specification, instrument);
    // Between cold start and first invocation nobody listens yet.
    started.catch(() => undefined);
    return started;
  };
  building = build();
  return async () => {
    building ??= build();
    try {
      return await building;
    } catch (error) {
      building = undefined;
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`The text classifier ${JSON.stringify(specification.kind)} could not be built: ${reason}`, { cause: error });
    }
  };
}
