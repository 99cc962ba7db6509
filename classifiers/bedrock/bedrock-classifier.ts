import type { BedrockSpecification } from "../../core/classification/classifier-specification.ts";
import { type Instrument, uninstrumented } from "../calling/instrument.ts";
import { PromptedClassifier } from "../prompting/prompted-classifier.ts";
import { BedrockModel } from "./bedrock-model.ts";

/** A language model on Amazon Bedrock: base models, inference profiles, and the ARNs of provisioned, custom and imported ones. */
export class BedrockClassifier extends PromptedClassifier {
  constructor(specification: BedrockSpecification, instrument: Instrument = uninstrumented) {
    super(new BedrockModel(specification, instrument), specification);
  }
}
