import type { ClassifierSpecification, SingleSpecification } from "../core/classification/classifier-specification.ts";
import { type Instrument, uninstrumented } from "./calling/instrument.ts";
import { CascadeClassifier } from "./cascade-classifier.ts";
import { FallbackClassifier } from "./fallback-classifier.ts";
import { splittingLongTexts } from "./long-texts.ts";
import type { TextClassifier } from "./text-classifier.ts";

/**
 * The longest text, in bytes of UTF-8, that each kind is given whole. Comprehend's is the service's limit. An encoder reads some 512 tokens and is silent about
 * the rest; language models and bags of words lose the single sentence in what is much longer.
 */
const LONGEST_TEXT_BYTES: Readonly<Record<SingleSpecification["kind"], number>> = {
  embedded: 4_000,
  bedrock: 8_000,
  comprehend: 5_000,
  "sagemaker-llm": 8_000,
  "sagemaker-encoder": 1_500,
};

/**
 * The classifier a specification describes. Adapters are loaded when asked for, so that a function starts only what it is configured to use.
 *
 * @param instrument what every SDK client goes through before its first call.
 */
export async function createTextClassifier(specification: ClassifierSpecification, instrument: Instrument = uninstrumented): Promise<TextClassifier> {
  if (specification.kind === "fallback") {
    const [last, ...links] = await Promise.all([embedded(), ...specification.links.map((link) => single(link, instrument))]);
    return new FallbackClassifier(links, last);
  }
  if (specification.kind === "cascade") {
    const last = await createTextClassifier(specification.last, instrument);
    const stages = specification.stages.map(async ({ classifier, answerFrom }) => ({ classifier: await single(classifier, instrument), answerFrom }));
    return new CascadeClassifier(await Promise.all(stages), last);
  }
  return single(specification, instrument);
}

function embedded(): Promise<TextClassifier> {
  return single({ kind: "embedded" }, uninstrumented);
}

async function single(specification: SingleSpecification, instrument: Instrument): Promise<TextClassifier> {
  return splittingLongTexts(await adapter(specification, instrument), LONGEST_TEXT_BYTES[specification.kind]);
}

async function adapter(specification: SingleSpecification, instrument: Instrument): Promise<TextClassifier> {
  switch (specification.kind) {
    case "embedded":
      return new (await import("./embedded/embedded-classifier.ts")).EmbeddedClassifier();
    case "bedrock":
      return new (await import("./bedrock/bedrock-classifier.ts")).BedrockClassifier(specification, instrument);
    case "comprehend":
      return new (await import("./comprehend/comprehend-classifier.ts")).ComprehendClassifier(specification, instrument);
    case "sagemaker-llm":
      return new (await import("./sagemaker/sagemaker-llm-classifier.ts")).SageMakerLlmClassifier(specification, instrument);
    case "sagemaker-encoder":
      return new (await import("./sagemaker/sagemaker-encoder-classifier.ts")).SageMakerEncoderClassifier(specification, instrument);
  }
}
