import type { PromptStrategy } from "../core/classification/classifier-specification.ts";
import { type BillLine, billTotal } from "../core/costs/bill-line.ts";
import { invocationsOf } from "../core/costs/function-lines.ts";
import { CHARACTERS_A_MINUTE, type Load, loadOf, TURNS_A_MINUTE } from "../core/costs/load.ts";
import { askedModels } from "../core/costs/model-costs.ts";
import { monthlyBill } from "../core/costs/monthly-bill.ts";
import type { StageToEstimate } from "../core/costs/stage-to-estimate.ts";
import { rpuHoursLimit } from "../core/costs/storage-lines.ts";
import { tooFewShards } from "../core/costs/stream-lines.ts";
import { PRICED_REGION, PRICES_READ_ON, UNIT_PRICES } from "../core/costs/unit-prices.ts";
import { recordsPerInvocation, type Workload } from "../core/costs/workload.ts";
import { findModel } from "../core/models/catalogue.ts";
import { CommandError, EXIT, type ExitCode } from "./command-error.ts";
import { type ComparedClassifier, compareClassifiers, nameOf } from "./estimate-comparison.ts";
import { countTokens } from "./estimate-prompts.ts";
import { dollars, renderEstimate } from "./estimate-report.ts";
import { columnsOf, count, painter, plural } from "./terminal.ts";

export interface EstimateOptions {
  texts: number;
  characters: number;
  callMinutes: number;
  minutesPerCall: number;
  stage?: string;
  config?: string;
  region: string;
  passedOn: number;
  textsPerCall: number;
  strategy: PromptStrategy;
  json?: boolean;
}

/** The configuration's schema lives in `lib/`, which the CLI must not load; whoever starts the CLI hands its reader in. */
export type ReadStage = (choice: { stage?: string; config?: string }) => Promise<StageToEstimate>;

export interface Estimate {
  priceTable: { region: string; readOn: string };
  workload: Workload;
  /** What the text models get of it: texts, and the utterances of calls. */
  classified: Load["classified"];
  comparison: ComparedClassifier[];
  comparisonAssumptions: string[];
  bill: { stage: string; classifier: string; lines: BillLine[]; totalUsd: number; complete: boolean };
  billAssumptions: string[];
  notIncluded: string[];
}

/** `valence estimate`: what so many texts a month cost, by classifier and by service. */
export async function estimateCommand(options: EstimateOptions, readStage: ReadStage): Promise<ExitCode> {
  const { stage, config } = options;
  const chosen = await readStage({ ...(stage !== undefined && { stage }), ...(config !== undefined && { config }) }).catch((error: unknown) => {
    throw error instanceof Error && error.name === "ConfigurationError" ? new CommandError(error.message, EXIT.usage, { cause: error }) : error;
  });
  const estimate = estimateCosts(chosen, options);
  if (options.json) console.log(JSON.stringify(estimate, null, 2));
  else console.log(renderEstimate(estimate, columnsOf(process.stdout, 100), painter(process.stdout)).join("\n"));
  return EXIT.ok;
}

export function estimateCosts(stage: StageToEstimate, options: EstimateOptions): Estimate {
  const { callMinutes, characters, minutesPerCall, passedOn, texts } = options;
  const workload: Workload = { texts, characters, ...(callMinutes > 0 && { calls: { minutes: callMinutes, minutesPerCall } }) };
  const load = loadOf(stage, workload);
  const lines = monthlyBill(stage, workload, { countTokens, passedOn });
  return {
    priceTable: { region: PRICED_REGION, readOn: PRICES_READ_ON },
    workload,
    classified: load.classified,
    comparison: compareClassifiers(load.classified, options, stage.textClassifier.model),
    comparisonAssumptions: comparisonAssumptions(options, stage),
    bill: {
      stage: stage.stage,
      classifier: nameOf(stage.textClassifier.model, passedOn),
      lines,
      totalUsd: billTotal(lines),
      complete: lines.every(({ unitUsd }) => unitUsd !== undefined),
    },
    billAssumptions: billAssumptions(stage, workload, load, lines, passedOn),
    notIncluded: [
      "Analysts' queries, data transfer out of the Region, support, tax, discounts and free tiers.",
      "Producers, retries, rejects and dead letters; the Scheduler, access logs and deployed code, which come to cents.",
      "How each line is reckoned: docs/cost-estimate.md. Ask the AWS Pricing Calculator before you promise a number to anyone.",
    ],
  };
}

function comparisonAssumptions({ passedOn, strategy, textsPerCall }: EstimateOptions, { textClassifier }: StageToEstimate): string[] {
  const cascade = textClassifier.model.kind === "cascade" ? "the stage's own" : `the usual one; ${percent(passedOn)} of texts are passed on (--passed-on)`;
  return [
    `Language models: strategy ${strategy}, stated scores, calls packed with up to ${textsPerCall} texts. Tokens are counted from the real prompts: 4 characters a token of text, 3 of JSON; scripts other than Latin take two to four times as many. Claude through us.; through global. it costs a tenth less.`,
    `"As batch": Bedrock's batch inference, half the price, answers within hours; Valence classifies as texts arrive and does not use it.`,
    `The cascade is ${cascade}. npx valence tune cascade measures the share on your texts. The embedded model costs the function's time only, which is in the bill below.`,
  ];
}

function billAssumptions(stage: StageToEstimate, workload: Workload, load: Load, lines: readonly BillLine[], passedOn: number): string[] {
  const { textClassifier, warehouse } = stage;
  const { textsPerBatch } = invocationsOf(stage, load);
  return [
    `Texts arrive evenly over the month, the dearest way: a batch of the classifier then holds ${atMostOneDecimal(textsPerBatch)} of at most ${textClassifier.batchSize} texts. Peaks make batches larger and calls to Lambda and models fewer.`,
    ...tooFewShards(stage, load).map(({ stream, shards, needed }) => `streams.${stream} has ${plural(shards, "shard")}; this load needs at least ${count(needed)}, more at its peaks: the stage could not do what is estimated here.`),
    ...packingAdvice(stage, load.classified, passedOn),
    ...askedModels(textClassifier.model, passedOn).flatMap(({ specification }) =>
      specification.kind === "bedrock" && findModel(specification.model)?.thinks === true
        ? [`${nameOf(specification, passedOn)} thinks before it answers. What it thinks is billed as output and not in the sum, because nobody knows how much it will be: expect a multiple of the output's line.`]
        : [],
    ),
    ...(textClassifier.model.kind === "fallback" ? ["The first link answers everything; what further links cost shows only when it fails."] : []),
    ...(textClassifier.model.kind === "cascade" ? [`Each stage passes ${percent(passedOn)} on (--passed-on).`] : []),
    ...callAssumptions(stage, workload, load),
    ...(load.tracked.rounds === 0 ? [] : ["Every text is reckoned as a turn of a conversation with others, the dearest that it can be: texts that are a conversation of their own cost nothing of DynamoDB and the tracker, and make one row instead of two."]),
    ...(warehouse.enabled
      ? [`Queries come on top of the refreshes. The usage limit stops both at $${dollars(rpuHoursLimit(warehouse) * UNIT_PRICES.redshiftHours.usd)} a month.`]
      : []),
    ...(lines.some(({ unverified }) => unverified) ? ["† list price of long standing or from published tables, not read at AWS; ? price not known: the sum is too low by it."] : []),
  ];
}

function callAssumptions({ audio }: StageToEstimate, { calls }: Workload, { transcribed }: Load): string[] {
  if (audio === null || audio === undefined) return calls === undefined ? [] : ["The stage has no voice road (audio is null): minutes of calls cost it nothing."];
  const hearing = "The voice road's own part is in the sum as it costs while nobody speaks (docs/cost-when-idle.md); what hearing costs by use (cutting, endpoints, recordings) is not.";
  if (calls === undefined) return [`${hearing} With --call-minutes the words of calls are.`];
  if (transcribed.recordings === 0) return [hearing, 'audio.settings.route is "direct": no words are written down.'];
  return [
    hearing,
    `Calls of ${atMostOneDecimal(calls.minutesPerCall)} minutes (--minutes-per-call), each transcribed once and billed for at least 15 seconds: ${TURNS_A_MINUTE} turns and ${count(CHARACTERS_A_MINUTE)} characters (150 words) a minute, each turn a text for the classifier and a fused row.`,
    ...(audio.transcription.settings.redaction === "transcribe" ? ["Redaction by Transcribe as if every recording said its language, and one that it can redact."] : []),
  ];
}

/** Half-empty calls are the dearest mistake with language models: the prompt is paid for again and again. */
function packingAdvice({ textClassifier }: StageToEstimate, workload: Load["classified"], passedOn: number): string[] {
  const { batchSize, windowSeconds } = textClassifier;
  return askedModels(textClassifier.model, passedOn).flatMap(({ specification, share }) => {
    if (specification.kind !== "bedrock" && specification.kind !== "sagemaker-llm") return [];
    const heldWith = (window: number): number => Math.min(specification.textsPerCall, Math.max(1, recordsPerInvocation(workload, { batchSize, windowSeconds: window }) * share));
    const [now, most] = [heldWith(windowSeconds), heldWith(LONGEST_WINDOW_SECONDS)];
    if (workload.texts === 0 || most < now * WORTH_SAYING) return [];
    const window = Array.from({ length: LONGEST_WINDOW_SECONDS }, (_, index) => index + 1).find((seconds) => heldWith(seconds) === most) ?? LONGEST_WINDOW_SECONDS;
    return [
      `Calls to ${nameOf(specification, passedOn)} hold ${atMostOneDecimal(now)} of ${specification.textsPerCall} texts at this load. With textClassifier.windowSeconds at ${window} instead of ${windowSeconds} they hold ${atMostOneDecimal(most)}, and answers come that much later.`,
    ];
  });
}

/** Times as many texts in a call. */
const WORTH_SAYING = 1.5;
const LONGEST_WINDOW_SECONDS = 300;

const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
const atMostOneDecimal = (value: number): string => `${Number(value.toFixed(1))}`;
