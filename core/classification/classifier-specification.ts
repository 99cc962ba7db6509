import * as z from "zod";
import { SentimentLabelSchema } from "../contracts/sentiment-result.ts";

/*
 * Which classifier answers, as a platform engineer writes it in a stage's configuration and as it travels in the environment of the
 * text-classifier. Every leaf says in `describe` what to write there.
 */

export const PROMPT_STRATEGIES = ["zero-shot", "few-shot", "chain-of-thought", "domain", "buffer-of-thoughts"] as const;
export type PromptStrategy = (typeof PROMPT_STRATEGIES)[number];

const quoted = (values: readonly string[]): string => values.map((value) => JSON.stringify(value)).join(", ");

/** Where a language model's scores come from. */
const PromptScoresSchema = z
  .discriminatedUnion("from", [
    z.strictObject({ from: z.literal("stated") }),
    z.strictObject({
      from: z.literal("samples"),
      samples: z.int().min(3).max(15).describe("answers asked for each text, from 3 to 15, such as 5"),
      temperature: z.number().min(0.1).max(1).describe("from 0.1 to 1, such as 0.7"),
    }),
  ])
  .describe('{"from": "stated"} (the model states probabilities) or {"from": "samples", "samples": 5, "temperature": 0.7} (shares of several answers, each paid for)');

const promptShape = {
  strategy: z.enum(PROMPT_STRATEGIES).describe(`one of ${quoted(PROMPT_STRATEGIES)}`),
  scores: PromptScoresSchema,
  textsPerCall: z.int().min(1).max(50).describe("texts packed into one call, from 1 to 50, such as 20"),
} as const;

const TokenPriceSchema = z
  .strictObject({ inputUsdPerMillion: z.number().min(0).max(1_000).describe("US dollars"), outputUsdPerMillion: z.number().min(0).max(1_000).describe("US dollars") })
  .describe('US dollars per million tokens, such as {"inputUsdPerMillion": 0.8, "outputUsdPerMillion": 3.2}');

const EndpointNameSchema = z
  .string()
  .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/u)
  .describe("the name of a SageMaker endpoint: at most 63 letters, digits and hyphens");

const usdPerHour = z.number().min(0).max(1_000).optional().describe("what the endpoint costs an hour in US dollars; results then carry the share of the time they kept it busy");

export const EmbeddedSpecificationSchema = z.strictObject({ kind: z.literal("embedded") });

export const BedrockSpecificationSchema = z.strictObject({
  kind: z.literal("bedrock"),
  model: z
    .string()
    .min(1)
    .max(2_048)
    .describe('a model id, an inference profile id such as "us.amazon.nova-lite-v1:0", or the ARN of a provisioned, custom or imported model, or an inference profile'),
  ...promptShape,
  guardrail: z
    .strictObject({ id: z.string().max(2_048).regex(/^([a-z0-9]+|arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\d{12}:guardrail\/[a-z0-9]+)$/u).describe("the guardrail's id (lower-case letters and digits) or ARN, not its name"), version: z.string().regex(/^([1-9]\d{0,7}|DRAFT)$/u).describe('a version number, or "DRAFT"') })
    .optional()
    .describe('an object such as {"id": "abc123", "version": "1"}'),
  price: TokenPriceSchema.optional(),
});
export type BedrockSpecification = z.infer<typeof BedrockSpecificationSchema>;

export const ComprehendSpecificationSchema = z.strictObject({
  kind: z.literal("comprehend"),
  detectLanguage: z.boolean().describe("true or false: whether Comprehend is asked for the language of texts whose language is not known"),
  endpointArn: z
    .string()
    .regex(/^arn:aws[a-z-]*:comprehend:[a-z0-9-]+:\d{12}:document-classifier-endpoint\/[a-zA-Z0-9-]+$/u)
    .optional()
    .describe("the ARN of a custom classifier's endpoint; without it Comprehend's own sentiment model answers"),
  classes: z
    .record(z.string().min(1).max(128), SentimentLabelSchema)
    .refine((classes) => Object.keys(classes).length > 0)
    .optional()
    .describe('for a custom classifier: its classes → positive, neutral or negative, such as {"COMPLAINT": "negative"}'),
});
export type ComprehendSpecification = z.infer<typeof ComprehendSpecificationSchema>;

export const SageMakerLlmSpecificationSchema = z.strictObject({ kind: z.literal("sagemaker-llm"), endpoint: EndpointNameSchema, model: z.string().min(1).max(256).describe("what results call the model, such as \"meta-llama-3-70b-instruct\""), ...promptShape, usdPerHour });
export type SageMakerLlmSpecification = z.infer<typeof SageMakerLlmSpecificationSchema>;

export const SageMakerEncoderSpecificationSchema = z.strictObject({
  kind: z.literal("sagemaker-encoder"),
  endpoint: EndpointNameSchema,
  model: z.string().min(1).max(256).describe('what results call the model, such as "twitter-xlm-roberta-base-sentiment"'),
  labels: z.record(z.string().min(1).max(128), SentimentLabelSchema).refine((labels) => Object.keys(labels).length > 0).describe('the container\'s labels → positive, neutral or negative, such as {"LABEL_0": "negative"}'),
  languages: z.array(z.string().regex(/^[a-z]{2,3}$/u)).min(1).max(200).optional().describe('languages it was trained for, such as ["en", "pt"]; without it all'),
  textsPerCall: z.int().min(1).max(100).describe("texts packed into one call, from 1 to 100, such as 16"),
  nameEmoji: z.boolean().describe("true or false: whether emoji are replaced by their names, for models that do not read them"),
  usdPerHour,
});
export type SageMakerEncoderSpecification = z.infer<typeof SageMakerEncoderSpecificationSchema>;

/** One model. */
export const SingleSpecificationSchema = z.discriminatedUnion("kind", [
  EmbeddedSpecificationSchema,
  BedrockSpecificationSchema,
  ComprehendSpecificationSchema,
  SageMakerLlmSpecificationSchema,
  SageMakerEncoderSpecificationSchema,
]);
export type SingleSpecification = z.infer<typeof SingleSpecificationSchema>;

const HostedSpecificationSchema = z.discriminatedUnion("kind", [
  BedrockSpecificationSchema,
  ComprehendSpecificationSchema,
  SageMakerLlmSpecificationSchema,
  SageMakerEncoderSpecificationSchema,
]);

/** Asked in turn until one answers; the embedded model is always the last link and not written down. */
export const FallbackSpecificationSchema = z.strictObject({
  kind: z.literal("fallback"),
  links: z.array(HostedSpecificationSchema).min(1).max(5).describe("from 1 to 5 hosted classifiers, asked in this order; the embedded model answers when all of them fail"),
});
export type FallbackSpecification = z.infer<typeof FallbackSpecificationSchema>;

const answerFrom = z.number().min(0).max(1).describe("the confidence from which this stage's answer stands, from 0 to 1, such as 0.8; npx valence tune cascade finds it");

/** Asked in turn until one is sure enough; the last stage's answer stands whatever its confidence. */
export const CascadeSpecificationSchema = z.strictObject({
  kind: z.literal("cascade"),
  stages: z
    .array(z.strictObject({ classifier: SingleSpecificationSchema, answerFrom }))
    .min(1)
    .max(4)
    .describe("from 1 to 4 stages, cheapest first"),
  last: z.discriminatedUnion("kind", [...SingleSpecificationSchema.options, FallbackSpecificationSchema]).describe("the classifier whose answer always stands"),
});
export type CascadeSpecification = z.infer<typeof CascadeSpecificationSchema>;

export const ClassifierSpecificationSchema = z
  .discriminatedUnion("kind", [...SingleSpecificationSchema.options, FallbackSpecificationSchema, CascadeSpecificationSchema])
  .describe('an object with "kind": "embedded", "bedrock", "comprehend", "sagemaker-llm", "sagemaker-encoder", "fallback" or "cascade"');
export type ClassifierSpecification = z.infer<typeof ClassifierSpecificationSchema>;

/** Every single model a specification may ask, once for each place it is written, the embedded end of chains included. */
export function singleSpecifications(specification: ClassifierSpecification): SingleSpecification[] {
  if (specification.kind === "fallback") return [...specification.links, { kind: "embedded" }];
  if (specification.kind !== "cascade") return [specification];
  return [...specification.stages.map(({ classifier }) => classifier), ...singleSpecifications(specification.last)];
}
