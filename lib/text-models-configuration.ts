import * as z from "zod";
import { ENDPOINT_NAME, InstancesSchema, InstanceTypeSchema, KeyArnSchema, PackedModelSchema, ServerlessHostingSchema } from "./endpoint-configuration.ts";
import { JUMPSTART_MODELS, type JumpStartModelId } from "./jumpstart-models.ts";

const quoted = (values: readonly string[]): string => values.map((value) => JSON.stringify(value)).join(", ");

const EndpointNameSchema = z.string().regex(ENDPOINT_NAME).describe("the endpoint's name, as textClassifier.model will call it: at most 63 letters, digits and hyphens");

const JUMPSTART_IDS = Object.keys(JUMPSTART_MODELS) as JumpStartModelId[];

const JumpStartTextModelSchema = z.strictObject({
  kind: z.literal("jumpstart"),
  name: EndpointNameSchema,
  model: z.enum(JUMPSTART_IDS as [JumpStartModelId, ...JumpStartModelId[]]).describe(`one of ${quoted(JUMPSTART_IDS)}`),
  acceptEula: z.boolean().optional().describe("true or false: whether you have read and accept the model's licence agreement; not needed for a model without one"),
  instanceType: InstanceTypeSchema,
  instances: InstancesSchema,
  image: z
    .string()
    .regex(/^djl-inference:[\w.-]{1,128}$/u)
    .optional()
    .describe('another version of the serving container of AWS, such as "djl-inference:0.31.0-lmi13.0.0-cu124"; without it the one the model was published with'),
});
export type JumpStartTextModel = z.infer<typeof JumpStartTextModelSchema>;

const HostingSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("instances"), instanceType: InstanceTypeSchema, instances: InstancesSchema }),
    ServerlessHostingSchema,
  ])
  .describe('an object with "kind": "serverless" (costs nothing idle), or "kind": "instances" and "instanceType"');

const ContainerTextModelSchema = z.strictObject({
  kind: z.literal("container"),
  name: EndpointNameSchema,
  image: z
    .string()
    .regex(/^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/[a-z0-9._/-]+(:[\w.-]{1,128}|@sha256:[0-9a-f]{64})$/u)
    .describe('an image in ECR with its tag or digest, such as "111122223333.dkr.ecr.eu-west-1.amazonaws.com/sentiment-encoder:1.0.0"'),
  modelData: PackedModelSchema,
  modelDataKeyArn: KeyArnSchema.optional().describe("the ARN of the KMS key under which modelData is encrypted; without it, S3's own"),
  environment: z
    .record(z.string().regex(/^[a-zA-Z_]\w{0,1023}$/u), z.string().max(1_024).describe("a text of at most 1024 characters"))
    .describe('the container\'s variables, such as {"SAGEMAKER_PROGRAM": "inference.py"}, or {}'),
  hosting: HostingSchema,
});
export type ContainerTextModel = z.infer<typeof ContainerTextModelSchema>;

/** The SageMaker endpoints that a stage deploys for its text classifier: none unless written down, because each costs money. */
export const TextModelsSchema = z
  .array(z.discriminatedUnion("kind", [JumpStartTextModelSchema, ContainerTextModelSchema]))
  .max(10)
  .describe('the SageMaker endpoints to deploy, at most 10 objects with "kind": "jumpstart" or "container" (docs/sagemaker-text-models.md), or []');
export type TextModel = z.infer<typeof TextModelsSchema>[number];
