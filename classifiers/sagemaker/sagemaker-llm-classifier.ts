import type { SageMakerLlmSpecification } from "../../core/classification/classifier-specification.ts";
import { type Instrument, uninstrumented } from "../calling/instrument.ts";
import { PromptedClassifier } from "../prompting/prompted-classifier.ts";
import { LlmEndpoint } from "./llm-endpoint.ts";

/** A language model on a SageMaker endpoint, e.g. Llama 3 70B Instruct or Mixtral 8x7B Instruct from JumpStart. */
export class SageMakerLlmClassifier extends PromptedClassifier {
  constructor(specification: SageMakerLlmSpecification, instrument: Instrument = uninstrumented) {
    super(new LlmEndpoint(specification, instrument), specification);
  }
}
