import type { ClassifierSpecification } from "../classification/classifier-specification.ts";

type Stream = { mode: "on-demand"; retentionHours: number } | { mode: "provisioned"; shards: number; retentionHours: number };

interface Hosting {
  kind: "instances";
  instanceType: string;
  instances: { minimum: number; maximum: number };
}

/** What of a stage's configuration has part in its bill. The schema itself is `lib/`'s, whose configuration fits into this. */
export interface StageToEstimate {
  stage: string;
  logs: { retentionDays: number };
  streams: { text: Stream; results: Stream };
  textPreprocessor: { memoryMiB: number; batchSize: number; windowSeconds: number };
  textClassifier: { model: ClassifierSpecification; personalData: "rules" | "comprehend"; memoryMiB: number; batchSize: number; windowSeconds: number };
  textModels: readonly (
    | { kind: "jumpstart"; name: string; instanceType: string; instances: { minimum: number; maximum: number } }
    | { kind: "container"; name: string; hosting: Hosting | { kind: "serverless"; memoryMiB: number } }
  )[];
  audio?: {
    stream: Stream;
    settings: { route: "direct" | "transcribe" | "both" };
    transcription: { settings: { redaction: "transcribe" | "none" }; starter: { memoryMiB: number }; router: { memoryMiB: number } };
    models: readonly {
      name: string;
      hosting: { kind: "serverless" } | { kind: "realtime"; instanceType: string; instances: { minimum: number; maximum: number } } | { kind: "async" };
    }[];
  } | null;
  conversations?: { settings: { rememberDays: number }; tracker: { memoryMiB: number; batchSize: number; windowSeconds: number }; connect: object | null } | null;
  lake: { expireAfterDays: number | null; bufferSeconds: number };
  warehouse: {
    enabled: boolean;
    baseCapacityRpus: number;
    usageLimit: { rpuHours: number; period: "daily" | "weekly" | "monthly" };
    refreshMinutes: number | "continuous";
  };
}
