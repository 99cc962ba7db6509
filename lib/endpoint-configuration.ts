import * as z from "zod";

/* What every SageMaker endpoint in the configuration is made of, whether it reads text or hears a voice. */

export const ENDPOINT_NAME = /^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/u;

export const InstancesSchema = z
  .strictObject({
    minimum: z.int().min(1).max(100).describe("instances from 1 to 100, such as 1 (each is paid for while the endpoint exists)"),
    maximum: z.int().min(1).max(100).describe("instances from 1 to 100, such as 2"),
    invocationsPerMinute: z.int().min(1).max(100_000).describe("calls a minute and instance above which another instance is started, from 1 to 100000, such as 60"),
  })
  .describe('an object such as {"minimum": 1, "maximum": 2, "invocationsPerMinute": 60}');

export const InstanceTypeSchema = z
  .string()
  .regex(/^ml\.[a-z0-9-]+\.[a-z0-9]+$/u)
  .describe('an instance type of SageMaker, such as "ml.c7i.xlarge" or "ml.g5.xlarge"');

export const ServerlessHostingSchema = z.strictObject({
  kind: z.literal("serverless"),
  memoryMiB: z
    .literal([1_024, 2_048, 3_072, 4_096, 5_120, 6_144])
    .describe("one of 1024, 2048, 3072, 4096, 5120, 6144 (MiB)"),
  maximumConcurrency: z.int().min(1).max(200).describe("calls at a time from 1 to 200, such as 10"),
});

export const PackedModelSchema = z
  .string()
  .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[\w!.*'()/-]+\.tar\.gz$/u)
  .describe('the S3 address of the packed model, such as "s3://our-models/sentiment-encoder/1.0.0/model.tar.gz"');

export const KeyArnSchema = z.string().regex(/^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/u);
