import type { Channel } from "../core/contracts/identity.ts";
import { SENTIMENT_LABELS } from "../core/contracts/sentiment-result.ts";
import type { Target } from "../evaluation/cascade/choose-thresholds.ts";
import { judgeHolding } from "../evaluation/cascade/judge-holding.ts";
import type { Metric } from "../evaluation/cascade/metric.ts";
import { prepareTexts, type PreparedTexts } from "../evaluation/cascade/prepare-texts.ts";
import { repeatSplits } from "../evaluation/cascade/repeat-splits.ts";
import { splitHalves, type Halves } from "../evaluation/cascade/split-halves.ts";
import { tuneCascade } from "../evaluation/cascade/tune-cascade.ts";
import { readDataset } from "../evaluation/read-dataset.ts";
import { CommandError, EXIT, type ExitCode } from "./command-error.ts";
import { columnsOf, count, painter } from "./terminal.ts";
import { collectAnswers } from "./tune-answers.ts";
import { configurationSnippet } from "./tune-configuration.ts";
import { renderTuning } from "./tune-report.ts";
import { planStages, type StageOptions } from "./tune-stages.ts";
import { toTuningJson } from "./tune-json.ts";

export interface TuneCascadeOptions extends StageOptions {
  accuracy?: number;
  budget?: number;
  certainty?: number;
  metric: Metric;
  channel: Channel;
  record?: string;
  yes?: boolean;
  seed: number;
  json?: boolean;
}

/** With fewer, a half has too little to tell anything. */
const FEWEST_TEXTS = 40;
const ADVISED_TEXTS = 1_000;
/** Thresholds at the very edge fall below it elsewhere half of the time (docs/tuning-a-cascade.md has the measurement). */
const USUAL_CERTAINTY = 0.9;

/** `valence tune cascade`: 0 when the thresholds hold on the half they were not tuned on, 1 when they do not or nothing reaches the target. */
export async function tuneCascadeCommand(files: readonly string[], options: TuneCascadeOptions): Promise<ExitCode> {
  const target = targetOf(options);
  const stages = planStages(options);
  const labelled = files.flatMap((file) => readDataset(file));
  const prepared = prepareTexts(labelled, options.channel);
  checkTexts(prepared, files);
  const data = await collectAnswers(stages, prepared.texts, options);
  const splitOf = (seed: number): Halves => splitHalves(prepared.texts, seed);
  const report = tuneCascade(data, splitOf(options.seed), { metric: options.metric, target, seed: options.seed });
  const repeated = repeatSplits(data, splitOf, options.metric, target, options.seed);
  const judgement = judgeHolding(report.chosen.holding, target);
  const run = { files, prepared, stages, report, judgement, repeated, seed: options.seed, snippet: configurationSnippet(stages, report.chosen.thresholds) };
  if (options.json) console.log(toTuningJson(run));
  else console.log(renderTuning(run, columnsOf(process.stdout, 100), painter(process.stdout)).join("\n"));
  return report.chosen.reached && judgement.holds !== "no" ? EXIT.ok : EXIT.inputFailed;
}

function targetOf({ accuracy, budget, certainty }: TuneCascadeOptions): Target {
  if (accuracy !== undefined && budget !== undefined) throw new CommandError("Give --accuracy or --budget, not both: one is reached at the lowest cost, the other spent for the best answers.", EXIT.usage);
  if (budget !== undefined) {
    if (certainty !== undefined) throw new CommandError("--certainty goes with an accuracy to reach; a budget is kept or not.", EXIT.usage);
    return { kind: "budget", usdPerThousand: budget };
  }
  const sure = certainty ?? USUAL_CERTAINTY;
  return accuracy === undefined ? { kind: "last-stage", certainty: sure } : { kind: "metric", atLeast: accuracy, certainty: sure };
}

function checkTexts({ texts, repeated, empty }: PreparedTexts, files: readonly string[]): void {
  const where = files.join(", ");
  if (texts.length < FEWEST_TEXTS) {
    const leftOut = repeated + empty === 0 ? "" : ` (${repeated} repeated and ${empty} empty ones left out)`;
    throw new CommandError(`${where}: ${count(texts.length)} labelled texts${leftOut} are too few to tune on one half and check on the other; give at least ${FEWEST_TEXTS}, better ${count(ADVISED_TEXTS)}.`);
  }
  const labels = SENTIMENT_LABELS.filter((label) => texts.some((text) => text.label === label));
  if (labels.length === 1) throw new CommandError(`${where}: every text is labelled ${labels[0]}. A stage that always answers ${labels[0]} would look perfect; give texts of at least two labels.`);
}
