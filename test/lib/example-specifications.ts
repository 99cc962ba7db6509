import { resolve } from "node:path";
import type { BedrockSpecification, ComprehendSpecification, SageMakerEncoderSpecification, SageMakerLlmSpecification } from "../../core/classification/classifier-specification.ts";
import type { AudioConfiguration } from "../../lib/audio-configuration.ts";
import type { Configuration } from "../../lib/configuration.ts";
import { readConfiguration } from "../../lib/read-configuration.ts";
import type { TextModel } from "../../lib/text-models-configuration.ts";

export const bedrock = (model: string, others: Partial<BedrockSpecification> = {}): BedrockSpecification => ({
  kind: "bedrock",
  model,
  strategy: "zero-shot",
  scores: { from: "stated" },
  textsPerCall: 20,
  ...others,
});

export const comprehend = (others: Partial<ComprehendSpecification> = {}): ComprehendSpecification => ({ kind: "comprehend", detectLanguage: false, ...others });

export const sageMakerLlm = (endpoint: string): SageMakerLlmSpecification => ({
  kind: "sagemaker-llm",
  endpoint,
  model: "mixtral-8x7b-instruct",
  strategy: "few-shot",
  scores: { from: "stated" },
  textsPerCall: 10,
});

export const sageMakerEncoder = (endpoint: string): SageMakerEncoderSpecification => ({
  kind: "sagemaker-encoder",
  endpoint,
  model: "xlm-roberta-sentiment",
  labels: { LABEL_0: "negative", LABEL_1: "neutral", LABEL_2: "positive" },
  textsPerCall: 16,
  nameEmoji: true,
});

export const jumpStartLlama: TextModel = {
  kind: "jumpstart",
  name: "pilot-llama",
  model: "meta-textgeneration-llama-3-70b-instruct",
  acceptEula: true,
  instanceType: "ml.g5.48xlarge",
  instances: { minimum: 1, maximum: 3, invocationsPerMinute: 60 },
};

export const serverlessEncoder: TextModel = {
  kind: "container",
  name: "pilot-encoder",
  image: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/models/sentiment-encoder:1.0.0",
  modelData: "s3://our-models/sentiment-encoder/1.0.0/model.tar.gz",
  modelDataKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/0a1b2c3d-0000-4000-8000-000000000000",
  environment: { MAXIMUM_TEXTS: "16" },
  hosting: { kind: "serverless", memoryMiB: 4_096, maximumConcurrency: 10 },
};

export const encoderOnInstances: TextModel = {
  ...serverlessEncoder,
  hosting: { kind: "instances", instanceType: "ml.c7i.xlarge", instances: { minimum: 2, maximum: 2, invocationsPerMinute: 600 } },
};

/** `config/examples/voice.json` without its warehouse: a model family on each kind of hosting. */
export function voiceConfiguration(change: (audio: AudioConfiguration) => void = () => {}): Configuration & { audio: AudioConfiguration } {
  const configuration = readConfiguration({ config: resolve(import.meta.dirname, "../../config/examples/voice.json") });
  const { audio } = configuration;
  if (audio === null) throw new Error("config/examples/voice.json has no audio");
  change(audio);
  return { ...configuration, audio, warehouse: { ...configuration.warehouse, enabled: false } };
}

/** A stage with the text road only. */
export function textRoad(stage: "dev" | "prod"): Configuration {
  return { ...readConfiguration({ stage }), audio: null, conversations: null };
}

/** A model folder with random weights. */
export const TINY_MODEL = "test/lib/tiny-audio-model";

/** The stage dev without its warehouse and with another classifier. */
export function configurationWith(classifier: Partial<Configuration["textClassifier"]>, textModels: TextModel[] = []): Configuration {
  const configuration = readConfiguration({ stage: "dev" });
  return { ...configuration, warehouse: { ...configuration.warehouse, enabled: false }, textClassifier: { ...configuration.textClassifier, ...classifier }, textModels };
}
