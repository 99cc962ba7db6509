import { type BillLine, billLine } from "./bill-line.ts";
import type { Load } from "./load.ts";
import { askedModels } from "./model-costs.ts";
import type { CountTokens } from "./prompt-tokens.ts";
import type { StageToEstimate } from "./stage-to-estimate.ts";
import { UNIT_PRICES as PRICES } from "./unit-prices.ts";
import { DAYS_A_MONTH, GIB, HOURS_A_MONTH, MILLION, recordsPerInvocation } from "./workload.ts";

/** Assumed, not measured in an account: the calls to Kinesis, SQS and the like that end every invocation. */
const INVOCATION_MS = 30;
/** Measured by `npm run bench` on one whole core: 80,225 records/s through the preprocessor, at least 50,000 texts/s through the embedded model. */
const PREPARE_MS = 1_000 / 80_225;
const EMBEDDED_MS = 1_000 / 50_000;
/** Lambda gives a function one core at 1,769 MB, and of it a share by its memory. */
const MIB_OF_A_CORE = 1_769;

/** Assumed: a language model's first token, and each further one; a call to Comprehend or to an encoder. The function waits for them, and waiting is billed. */
const FIRST_TOKEN_MS = 700;
const TOKEN_MS = 10;
const SERVICE_CALL_MS = 150;
const CALLS_IN_FLIGHT = 8;

/** Assumed: a round of the tracker (DynamoDB, Kinesis, DynamoDB), the start of a job, and the reading of a transcript. */
const ROUND_MS = 60;
const STARTING_MS = 300;
const ROUTING_MS = 300;
/** A job is told of by its event and by its check. */
const ROUTINGS_A_JOB = 2;
/** Requests for a job, its end and its check; and the reminder of a call's end: sent, received and deleted. */
const REQUESTS_A_CALL = 3 * 3;
const REQUESTS_A_REMINDER = 3;

/** Lambda's pollers ask an empty queue as well. Measured by others at about this many a month. */
export const POLLS_A_MONTH = 650_000;
const MESSAGES_A_REQUEST = 10;

/** Start, report and the counts of one invocation, as JSON lines. */
const LOG_BYTES = 1_400;
/** Three of the preprocessor, six of the classifier; rejects have one more for each reason that occurs. */
const CUSTOM_METRICS = 9;
/** Of the tracker; of transcription-starter and transcript-router. */
const TRACKER_METRICS = 7;
const TRANSCRIPTION_METRICS = 19;
/** X-Ray takes the first request of each second and 5 % of the others. */
const SAMPLED_A_MONTH = HOURS_A_MONTH * 3_600;
const SAMPLED_BEYOND = 0.05;

export interface Invocations {
  preprocessor: number;
  classifier: number;
  /** Texts in one batch of the classifier: what it can pack into a model's call. */
  textsPerBatch: number;
  tracker: number;
  starter: number;
  router: number;
}

export function invocationsOf(stage: StageToEstimate, { classified, sent, tracked, transcribed }: Load): Invocations {
  const { results, text } = stage.streams;
  const shardsOf = (stream: typeof text): number => (stream.mode === "provisioned" ? stream.shards : 4);
  const textsPerBatch = recordsPerInvocation(classified, stage.textClassifier);
  const { tracker } = stage.conversations ?? {};
  return {
    preprocessor: sent.texts / recordsPerInvocation(sent, stage.textPreprocessor, shardsOf(text)),
    classifier: classified.texts / textsPerBatch,
    textsPerBatch,
    tracker: tracker === undefined ? 0 : tracked.rounds / recordsPerInvocation({ texts: tracked.rounds }, tracker, shardsOf(results)),
    starter: transcribed.recordings,
    router: transcribed.recordings * ROUTINGS_A_JOB,
  };
}

export function functionLines(stage: StageToEstimate, load: Load, countTokens: CountTokens, passedOn: number): BillLine[] {
  const { preprocessor, classifier, router, starter, textsPerBatch, tracker } = invocationsOf(stage, load);
  const { classified, sent, tracked, transcribed } = load;
  const { audio, conversations } = stage;
  const { memoryMiB: preprocessorMiB } = stage.textPreprocessor;
  const { memoryMiB: classifierMiB } = stage.textClassifier;
  const preparing = preprocessor * INVOCATION_MS + sent.texts * slowed(PREPARE_MS, preprocessorMiB);
  const classifying = classifier * (INVOCATION_MS + waitingMs(stage, classified, textsPerBatch, countTokens, passedOn)) + classified.texts * slowed(EMBEDDED_MS, classifierMiB);
  return [
    billLine("Lambda", "requests", (preprocessor + classifier + tracker + starter + router) / MILLION, PRICES.lambdaRequests),
    billLine("Lambda", "preprocessor", gigabyteSeconds(preparing, preprocessorMiB), PRICES.lambdaArmSeconds),
    billLine("Lambda", "classifier", gigabyteSeconds(classifying, classifierMiB), PRICES.lambdaArmSeconds),
    ...(conversations === null || conversations === undefined ? [] : [billLine("Lambda", "tracker", gigabyteSeconds(tracker * INVOCATION_MS + tracked.rounds * ROUND_MS, conversations.tracker.memoryMiB), PRICES.lambdaArmSeconds)]),
    ...(audio === null || audio === undefined || starter === 0
      ? []
      : [billLine("Lambda", "transcription", gigabyteSeconds(starter * STARTING_MS, audio.transcription.starter.memoryMiB) + gigabyteSeconds(router * ROUTING_MS, audio.transcription.router.memoryMiB), PRICES.lambdaArmSeconds)]),
    billLine("SQS", "requests", (queuesPolled(stage) * POLLS_A_MONTH + queueRequests(classified, textsPerBatch) + transcribed.recordings * (REQUESTS_A_CALL + REQUESTS_A_REMINDER)) / MILLION, PRICES.sqsRequests),
  ];
}

/** Text jobs; ends of conversations; alerts for Amazon Connect. Those of the voice road: voice-lines.ts. */
function queuesPolled({ conversations }: StageToEstimate): number {
  return 1 + [conversations, conversations?.connect].filter(Boolean).length;
}

/** Sending, receiving and deleting, ten messages a request where a batch has as many. */
function queueRequests({ texts }: Load["classified"], textsPerBatch: number): number {
  return (3 * texts) / Math.min(MESSAGES_A_REQUEST, textsPerBatch);
}

/** How long one batch waits for the models that it asks, stage after stage. */
function waitingMs({ textClassifier }: StageToEstimate, { characters }: Load["classified"], textsPerBatch: number, countTokens: CountTokens, passedOn: number): number {
  const personalData = textClassifier.personalData === "comprehend" ? SERVICE_CALL_MS * Math.ceil(textsPerBatch / CALLS_IN_FLIGHT) : 0;
  return askedModels(textClassifier.model, passedOn).reduce((sum, { specification, share }) => {
    const texts = textsPerBatch * share;
    switch (specification.kind) {
      case "embedded":
        return sum;
      case "comprehend":
        return sum + Math.min(1, texts) * SERVICE_CALL_MS;
      case "sagemaker-encoder":
        return sum + Math.min(1, texts) * SERVICE_CALL_MS * Math.ceil(texts / specification.textsPerCall / CALLS_IN_FLIGHT);
      case "bedrock":
      case "sagemaker-llm": {
        const call = countTokens(specification, characters, Math.max(1, texts));
        const samples = specification.scores.from === "samples" ? specification.scores.samples : 1;
        const rounds = Math.ceil((Math.ceil(texts / call.texts) * samples) / CALLS_IN_FLIGHT);
        // Of a batch with less than one text for the model, only some wait at all.
        return sum + Math.min(1, texts) * rounds * (FIRST_TOKEN_MS + call.output * TOKEN_MS);
      }
    }
  }, personalData);
}

export function observabilityLines(stage: StageToEstimate, load: Load): BillLine[] {
  const { preprocessor, classifier, router, starter, tracker } = invocationsOf(stage, load);
  const invocations = [preprocessor, classifier, tracker, starter, router];
  const logGigabytes = (invocations.reduce((sum, some) => sum + some, 0) * LOG_BYTES) / GIB;
  const keptMonths = Math.min(stage.logs.retentionDays, 365) / DAYS_A_MONTH;
  return [
    billLine("CloudWatch", "logs, writing", logGigabytes, PRICES.logsIngestion),
    billLine("CloudWatch", "logs, kept", logGigabytes * keptMonths, PRICES.logsStorage),
    billLine("CloudWatch", "metrics", metricsOf(load), PRICES.customMetric),
    billLine("X-Ray", "traces", invocations.reduce((sum, some) => sum + sampled(some), 0) / MILLION, PRICES.traces),
  ];
}

function metricsOf({ classified, tracked, transcribed }: Load): number {
  return (classified.texts === 0 ? 0 : CUSTOM_METRICS) + (tracked.rounds === 0 ? 0 : TRACKER_METRICS) + (transcribed.recordings === 0 ? 0 : TRANSCRIPTION_METRICS);
}

function sampled(invocations: number): number {
  return Math.min(invocations, SAMPLED_A_MONTH) + SAMPLED_BEYOND * Math.max(0, invocations - SAMPLED_A_MONTH);
}

function slowed(milliseconds: number, memoryMiB: number): number {
  return milliseconds * Math.max(1, MIB_OF_A_CORE / memoryMiB);
}

function gigabyteSeconds(milliseconds: number, memoryMiB: number): number {
  return (milliseconds / 1_000) * (memoryMiB / 1_024);
}
