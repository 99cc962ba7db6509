import * as z from "zod";

/** Which SageMaker endpoints hear a voice, as a stage's configuration says it and as it travels in the environment of the audio-classifier. */
export const AudioClassifierSpecificationSchema = z.strictObject({
  endpoints: z
    .array(
      z.strictObject({
        name: z
          .string()
          .regex(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/u)
          .describe("the name of a SageMaker endpoint: at most 63 letters, digits and hyphens"),
        weight: z.number().gt(0).max(100).describe("its say in the ensemble, above 0, such as 1"),
        answers: z.enum(["at-once", "later"]).describe('"at-once" (serverless and real-time endpoints) or "later" (asynchronous ones)'),
        usdPerHour: z.number().min(0).max(1_000).optional().describe("what the endpoint costs an hour in US dollars; results then carry the share of the time they kept it busy"),
      }),
    )
    .min(1)
    .max(5)
    .refine((endpoints) => new Set(endpoints.map(({ name }) => name)).size === endpoints.length, "must not name an endpoint twice")
    .describe('one endpoint, or several that are heard together, such as [{"name": "valence-hubert", "weight": 1, "answers": "at-once"}]'),
});
export type AudioClassifierSpecification = z.infer<typeof AudioClassifierSpecificationSchema>;
export type AudioEndpointSpecification = AudioClassifierSpecification["endpoints"][number];
