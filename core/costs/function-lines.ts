import { type BillLine, billLine } from "./bill-line.ts";
import { askedModels } from "./model-costs.ts";
import type { CountTokens } from "./prompt-tokens.ts";
import type { StageToEstimate } from "./stage-to-estimate.ts";
import { UNIT_PRICES as PRICES } from "./unit-prices.ts";
import { DAYS_A_MONTH, GIB, HOURS_A_MONTH, MILLION, recordsPerInvocation, type Workload } from "./workload.ts";

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

/** Lambda's pollers ask an empty queue as well. Measured by others at about this many a month. */
export const POLLS_A_MONTH = 650_000;
const MESSAGES_A_REQUEST = 10;

/** Start, report and the counts of one invocation, as JSON lines. */
const LOG_BYTES = 1_400;
/** Three of the preprocessor, six of the classifier; rejects have one more for each reason that occurs. */
const CUSTOM_METRICS = 9;
/** X-Ray takes the first request of each second and 5 % of the others. */
const SAMPLED_A_MONTH = HOURS_A_MONTH * 3_600;
const SAMPLED_BEYOND = 0.05;

export interface Invocations {
  preprocessor: number;
  classifier: number;
  /** Texts in one batch of the classifier: what it can pack into a model's call. */
  textsPerBatch: number;
}

export function invocationsOf(stage: StageToEstimate, workload: Workload): Invocations {
  const { text } = stage.streams;
  const shards = text.mode === "provisioned" ? text.shards : 4;
  const textsPerBatch = recordsPerInvocation(workload, stage.textClassifier);
  return {
    preprocessor: workload.texts / recordsPerInvocation(workload, stage.textPreprocessor, shards),
    classifier: workload.texts / textsPerBatch,
    textsPerBatch,
  };
}

export function functionLines(stage: StageToEstimate, workload: Workload, countTokens: CountTokens, passedOn: number): BillLine[] {
  const { preprocessor, classifier, textsPerBatch } = invocationsOf(stage, workload);
  const { memoryMiB: preprocessorMiB } = stage.textPreprocessor;
  const { memoryMiB: classifierMiB } = stage.textClassifier;
  const preparing = preprocessor * INVOCATION_MS + workload.texts * slowed(PREPARE_MS, preprocessorMiB);
  const classifying = classifier * (INVOCATION_MS + waitingMs(stage, workload, textsPerBatch, countTokens, passedOn)) + workload.texts * slowed(EMBEDDED_MS, classifierMiB);
  return [
    billLine("Lambda", "requests", (preprocessor + classifier) / MILLION, PRICES.lambdaRequests),
    billLine("Lambda", "preprocessor", gigabyteSeconds(preparing, preprocessorMiB), PRICES.lambdaArmSeconds),
    billLine("Lambda", "classifier", gigabyteSeconds(classifying, classifierMiB), PRICES.lambdaArmSeconds),
    billLine("SQS", "requests", (POLLS_A_MONTH + queueRequests(workload, textsPerBatch)) / MILLION, PRICES.sqsRequests),
  ];
}

/** Sending, receiving and deleting, ten messages a request where a batch has as many. */
function queueRequests({ texts }: Workload, textsPerBatch: number): number {
  return (3 * texts) / Math.min(MESSAGES_A_REQUEST, textsPerBatch);
}

/** How long one batch waits for the models that it asks, stage after stage. */
function waitingMs({ textClassifier }: StageToEstimate, { characters }: Workload, textsPerBatch: number, countTokens: CountTokens, passedOn: number): number {
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

export function observabilityLines(stage: StageToEstimate, workload: Workload): BillLine[] {
  const { preprocessor, classifier } = invocationsOf(stage, workload);
  const logGigabytes = ((preprocessor + classifier) * LOG_BYTES) / GIB;
  const keptMonths = Math.min(stage.logs.retentionDays, 365) / DAYS_A_MONTH;
  return [
    billLine("CloudWatch", "logs, writing", logGigabytes, PRICES.logsIngestion),
    billLine("CloudWatch", "logs, kept", logGigabytes * keptMonths, PRICES.logsStorage),
    billLine("CloudWatch", "metrics", workload.texts === 0 ? 0 : CUSTOM_METRICS, PRICES.customMetric),
    billLine("X-Ray", "traces", (sampled(preprocessor) + sampled(classifier)) / MILLION, PRICES.traces),
  ];
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
