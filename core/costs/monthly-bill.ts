import type { BillLine } from "./bill-line.ts";
import { functionLines, invocationsOf, observabilityLines } from "./function-lines.ts";
import { conversationLines } from "./conversation-lines.ts";
import { loadOf } from "./load.ts";
import { askedModels, comprehendUnitsLine, modelLines } from "./model-costs.ts";
import type { CountTokens } from "./prompt-tokens.ts";
import type { StageToEstimate } from "./stage-to-estimate.ts";
import { endpointLines, keyLines, lakeLines, warehouseLines } from "./storage-lines.ts";
import { firehoseLines, streamLines } from "./stream-lines.ts";
import { transcriptionLines } from "./transcription-lines.ts";
import { voiceLines } from "./voice-lines.ts";
import type { Workload } from "./workload.ts";

export interface BillOptions {
  countTokens: CountTokens;
  /** The share of texts that each stage of a cascade passes on, from 0 to 1. */
  passedOn: number;
}

/** Assumed for a text on a serverless endpoint. */
const ENCODER_SECONDS = 0.1;

/** What a month of a stage costs, line by line, in US dollars at the prices of `PRICED_REGION`. What is left out: docs/cost-estimate.md. */
export function monthlyBill(stage: StageToEstimate, workload: Workload, { countTokens, passedOn }: BillOptions): BillLine[] {
  const { textClassifier, textModels } = stage;
  const load = loadOf(stage, workload);
  const { classified } = load;
  const ownEndpoints = new Set(textModels.map(({ name }) => name));
  const { textsPerBatch } = invocationsOf(stage, load);
  const secondsAsked = (endpoint: string): number =>
    askedModels(textClassifier.model, passedOn)
      .filter(({ specification }) => "endpoint" in specification && specification.endpoint === endpoint)
      .reduce((sum, { share }) => sum + classified.texts * share * ENCODER_SECONDS, 0);
  return byService([
    ...modelLines(textClassifier.model, classified, { countTokens, textsAtHand: textsPerBatch, passedOn, ownEndpoints }),
    ...(textClassifier.personalData === "comprehend" ? [comprehendUnitsLine("piiEntities", classified)] : []),
    ...endpointLines(stage, secondsAsked),
    ...voiceLines(stage),
    ...transcriptionLines(stage, load),
    ...warehouseLines(stage, load),
    ...streamLines(stage, load),
    ...conversationLines(stage, load),
    ...functionLines(stage, load, countTokens, passedOn),
    ...observabilityLines(stage, load),
    ...firehoseLines(load),
    ...lakeLines(stage, load),
    ...keyLines(stage, load),
  ]);
}

/** Each service's lines together, in the order in which services first appear. */
function byService(lines: readonly BillLine[]): BillLine[] {
  const services = [...new Set(lines.map(({ service }) => service))];
  return services.flatMap((service) => lines.filter((line) => line.service === service));
}
