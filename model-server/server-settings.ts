import { availableParallelism } from "node:os";
import * as z from "zod";

const KIB = 2 ** 10;
const MIB = 2 ** 20;
export const QUEUED_PER_WORKER = 4;

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^\d+$/u, "must be a whole number")
    .transform(Number)
    .pipe(z.int().min(least).max(most));

/** What the environment says. SageMaker itself sets SAGEMAKER_BIND_TO_PORT, and everything else only as the model's `Environment`. */
const ServerEnvironmentSchema = z
  .object({
    MODEL_FOLDER: z.string().min(1).default("/opt/ml/model"),
    /** Loopback unless told otherwise: a laptop must not offer its model to the network. The image says 0.0.0.0. */
    HOST: z.string().min(1).default("127.0.0.1"),
    SAGEMAKER_BIND_TO_PORT: wholeNumber(0, 65_535).default(8080),
    PORT: wholeNumber(0, 65_535).optional(),
    WORKERS: wholeNumber(1, 256).default(availableParallelism()),
    /** Requests that wait, bodies still arriving included; 4 a worker where nothing is said. */
    QUEUE_LIMIT: wholeNumber(0, 10_000).optional(),
    /** A body is held in memory, so this × (WORKERS + QUEUE_LIMIT) is what bodies take at most. 6 MiB is the most a real-time endpoint passes on. */
    MAX_BODY_BYTES: wholeNumber(KIB, 1024 * MIB).default(6 * MIB),
    /** Below the 60 s after which SageMaker gives up on a real-time or serverless call; an asynchronous endpoint allows 3,600. */
    MAX_SECONDS: wholeNumber(1, 3600).default(55),
    /** How long a body may take to arrive. */
    BODY_SECONDS: wholeNumber(1, 3600).default(20),
    /** The longest audio: a few hundred kilobytes of Opus can be hours. */
    MAX_AUDIO_SECONDS: wholeNumber(1, 24 * 3600).default(1800),
  })
  .transform((environment) => ({
    modelFolder: environment.MODEL_FOLDER,
    host: environment.HOST,
    port: environment.PORT ?? environment.SAGEMAKER_BIND_TO_PORT,
    workers: environment.WORKERS,
    queueLimit: environment.QUEUE_LIMIT ?? QUEUED_PER_WORKER * environment.WORKERS,
    maximumBodyBytes: environment.MAX_BODY_BYTES,
    maximumSeconds: environment.MAX_SECONDS,
    bodySeconds: environment.BODY_SECONDS,
    maximumAudioSeconds: environment.MAX_AUDIO_SECONDS,
  }));
export type ServerSettings = z.infer<typeof ServerEnvironmentSchema>;

/** @throws with every variable that is wrong, its value and what it must be. */
export function readServerSettings(environment: NodeJS.ProcessEnv): ServerSettings {
  const parsed = ServerEnvironmentSchema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")} is "${environment[String(path[0])] ?? ""}": ${message}`);
  throw new Error(`The environment of the model server is wrong. ${problems.join(". ")}.`);
}
