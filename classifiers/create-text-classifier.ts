import type { ClassifierSpecification } from "../core/classification/classifier-specification.ts";
import { type Instrument, uninstrumented } from "./calling/instrument.ts";
import type { TextClassifier } from "./text-classifier.ts";

/**
 * The classifier a specification describes. Adapters are loaded when asked for, so that a function starts only what it is configured to use.
 *
 * @param instrument what every SDK client goes through before its first call.
 */
export async function createTextClassifier(specification: ClassifierSpecification, instrument: Instrument = uninstrumented): Promise<TextClassifier> {
  void instrument;
  if (specification.kind !== "embedded") throw new Error(`No classifier of kind ${specification.kind} yet.`);
  const { LexiconClassifier } = await import("./embedded/lexicon-classifier.ts");
  return new LexiconClassifier();
}
