import * as z from "zod";
import { AudioClassifierSpecificationSchema } from "../core/classification/audio-specification.ts";
import { AudioSettingsSchema } from "../core/contracts/audio-settings.ts";
import { TranscriptionSettingsSchema } from "../core/contracts/transcription-settings.ts";
import { queueReaderShape, StreamSchema, streamReaderShape, wholeNumber, windowSeconds } from "./configuration-leaves.ts";
import { ENDPOINT_NAME, InstancesSchema, InstanceTypeSchema, KeyArnSchema, PackedModelSchema, ServerlessHostingSchema } from "./endpoint-configuration.ts";

const AudioHostingSchema = z
  .discriminatedUnion("kind", [
    ServerlessHostingSchema,
    z.strictObject({ kind: z.literal("realtime"), instanceType: InstanceTypeSchema, instances: InstancesSchema }),
    z.strictObject({
      kind: z.literal("async"),
      instanceType: InstanceTypeSchema,
      maximumInstances: wholeNumber("instances", 1, 100, 2),
      maximumConcurrentInvocationsPerInstance: wholeNumber("calls that an instance works on at a time", 1, 1_000, 4),
    }),
  ])
  .describe('an object with "kind": "serverless" (costs nothing idle), "realtime" (instances that always run) or "async" (instances that go when nothing waits)');

const AudioModelSchema = z.strictObject({
  name: z.string().regex(ENDPOINT_NAME).describe("the endpoint's name, as audio.classifier.endpoints will call it: at most 63 letters, digits and hyphens"),
  folder: z.string().min(1).max(1_024).optional().describe('the model folder to pack and deploy, from the project\'s folder, such as "models/embedded-audio"'),
  modelData: PackedModelSchema.optional(),
  modelDataKeyArn: KeyArnSchema.optional().describe("the ARN of the KMS key under which modelData is encrypted; without it, S3's own"),
  hosting: AudioHostingSchema,
  workers: wholeNumber("processes that hear at a time", 1, 64, 2).optional(),
});
export type AudioModel = z.infer<typeof AudioModelSchema>;

/** Somebody else's, from which a recording is read when a record on the audio stream points there. */
const OtherBucketSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/u).describe('the name of a bucket, such as "our-call-recordings"'),
    keyArn: KeyArnSchema.optional().describe("the ARN of the KMS key under which its objects are encrypted, where there is one of yours"),
  })
  .describe('an object such as {"name": "our-call-recordings"}');

const days = (example: number) => wholeNumber("days", 1, 36_500, example);

const EndpointSchema = AudioClassifierSpecificationSchema.shape.endpoints.element;

/** The way from speech to words. */
const TranscriptionSchema = z.strictObject({
  settings: TranscriptionSettingsSchema.describe("an object: how recordings are written down, such as that of config/examples/voice.json"),
  contactLens: z
    .strictObject({
      files: z.enum(["redacted", "original", "none"]).describe('which output files of Contact Lens in the recordings bucket are read: "redacted", "original" or "none"'),
      segmentsStream: z
        .strictObject({
          arn: z.string().regex(/^arn:aws[a-z-]*:kinesis:[a-z0-9-]+:\d{12}:stream\/[a-zA-Z0-9_.-]{1,128}$/u).describe('the ARN of a Kinesis stream'),
          keyArn: KeyArnSchema.optional().describe("the ARN of the KMS key under which it is encrypted, where there is one of yours"),
        })
        .nullable()
        .describe('the stream of Contact Lens\'s real-time segments, such as {"arn": "arn:aws:kinesis:eu-west-1:111122223333:stream/contact-lens"}, or null'),
    })
    .describe('an object such as {"files": "none", "segmentsStream": null}'),
  starter: z.strictObject({ ...queueReaderShape, batchSize: wholeNumber("recordings", 1, 10, 1) }),
  router: z.strictObject({ ...queueReaderShape, batchSize: wholeNumber("transcripts", 1, 10, 1) }),
});

/** The voice road of one stage. */
export const AudioSchema = z.strictObject({
  stream: StreamSchema,
  recordings: z.strictObject({
    expireAfterDays: days(365).nullable().describe("days from 1 to 36500, such as 365, or null to keep recordings for ever"),
    otherBuckets: z.array(OtherBucketSchema).max(20).describe('buckets that the audio stream may point at beside our own, such as [{"name": "our-call-recordings"}], or []'),
  }),
  prepared: z.strictObject({ expireAfterDays: days(30) }).describe('an object such as {"expireAfterDays": 30}: how long segments, answers, live chunks and reports are kept'),
  settings: AudioSettingsSchema.describe("an object: how recordings are heard, such as that of config/examples/voice.json"),
  live: z.strictObject(streamReaderShape),
  preprocessor: z.strictObject({
    ...queueReaderShape,
    // Recordings take long: no batch is worth waiting for. More than 10 at a time would need a window.
    batchSize: wholeNumber("recordings", 1, 10, 1),
  }),
  classifier: z.strictObject({
    endpoints: z
      .array(
        z.strictObject({
          ...EndpointSchema.shape,
          answers: EndpointSchema.shape.answers.optional().describe('"at-once" (serverless and real-time endpoints) or "later" (asynchronous ones); only of an endpoint that is not in audio.models'),
        }),
      )
      .min(1)
      .max(5)
      .describe('from 1 to 5 endpoints, which are heard together, such as [{"name": "valence-hubert", "weight": 1}]'),
    ...queueReaderShape,
    windowSeconds,
  }),
  transcription: TranscriptionSchema.describe("an object: how recordings become words, such as that of config/examples/voice.json"),
  models: z.array(AudioModelSchema).max(10).describe('the SageMaker endpoints to deploy, at most 10 objects with "name", "folder" or "modelData", and "hosting" (docs/audio-models.md), or []'),
});
export type AudioConfiguration = z.infer<typeof AudioSchema>;
