import type { Judgement } from "../evaluation/cascade/judge-holding.ts";
import type { PreparedTexts } from "../evaluation/cascade/prepare-texts.ts";
import type { TuningReport } from "../evaluation/cascade/tune-cascade.ts";
import { count, plural, type Paint } from "./terminal.ts";
import type { ConfigurationSnippet } from "./tune-configuration.ts";
import { renderCostCurves, renderRiskCoverage } from "./tune-curves.ts";
import { between, metricName, share, table, thresholdText, usd } from "./tune-figures.ts";
import { describeSimulation } from "./tune-simulation.ts";
import type { PlannedStage } from "./tune-stages.ts";
import { equalSentence, targetSentence, verdictSentence } from "./tune-verdict.ts";

export interface TuningRun {
  files: readonly string[];
  prepared: PreparedTexts;
  stages: readonly PlannedStage[];
  report: TuningReport;
  judgement: Judgement;
  seed: number;
  snippet: ConfigurationSnippet;
}

/** The whole report for a person, one string a line, tables and plots no wider than `width`. */
export function renderTuning(run: TuningRun, width: number, paint: Paint): string[] {
  const { stages, report } = run;
  return [
    ...renderIntroduction(run, paint),
    "",
    paint("bold", "Each stage alone, on all texts"),
    ...renderStages(report, stages, width),
    "",
    ...renderRiskCoverage(report, width, paint),
    "",
    ...renderCostCurves(report, width, paint),
    "",
    ...renderChosen(run, width, paint),
    "",
    ...renderSnippet(run, paint),
  ];
}

function renderIntroduction({ files, prepared, stages, report, seed }: TuningRun, paint: Paint): string[] {
  const { texts, repeated, contradicting, empty } = prepared;
  const [half, other] = [report.chosen.tuning.texts, report.chosen.holding.texts];
  const lines = [
    paint("bold", `Cascade: ${stages.map(({ name, source }) => (source.kind === "simulated" ? `${name} (simulated)` : name)).join(" → ")}`),
    `${plural(texts.length, "labelled text")} of ${files.join(", ")}: ${tally(texts.map(({ label }) => label))}; ${tally(texts.map(({ language }) => language))}.`,
    `Thresholds are chosen on ${count(half)} of them and checked on the other ${count(other)} (seed ${seed}; each label and language split evenly).`,
  ];
  if (repeated > 0) lines.push(`Left out: ${plural(repeated, "repeated text")}${contradicting > 0 ? `, ${count(contradicting)} of them labelled otherwise the first time` : ""}.`);
  if (empty > 0) lines.push(`Left out: ${plural(empty, "text")} with nothing in ${empty === 1 ? "it" : "them"} once prepared.`);
  for (const [index, { name, source }] of stages.entries()) {
    if (source.kind !== "simulated") continue;
    lines.push(paint("yellow", `SIMULATED: ${name} was not asked. Made-up answers: ${describeSimulation(source.simulation, index === 0 ? undefined : stages[0]!.name)}.`));
  }
  return lines;
}

function tally(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, 6).map(([value, texts]) => `${value} ${count(texts)}`);
  return [...shown, ...(sorted.length > 6 ? [`${plural(sorted.length - 6, "other")}`] : [])].join(", ");
}

function renderStages({ stages }: TuningReport, planned: readonly PlannedStage[], width: number): string[] {
  const rows = stages.map((stage, index) => [
    planned[index]!.source.kind === "simulated" ? `${stage.name} (simulated)` : stage.name,
    share(stage.accuracy),
    between(stage.accuracyInterval),
    share(stage.macroRecall),
    stage.calibrationError.toFixed(3),
    stage.areaUnderRiskCoverage.toFixed(3),
    usd(stage.usdPerThousand),
    ...(stages.some(({ unanswered }) => unanswered > 0) ? [count(stage.unanswered)] : []),
  ]);
  const names = ["stage", "accuracy", "95 % interval", "macro recall", "ECE", "AURC", "$ per 1,000"];
  return [
    ...table(stages.some(({ unanswered }) => unanswered > 0) ? [...names, "unanswered"] : names, rows, width),
    "ECE: gap between confidence and accuracy. AURC: mean error over all coverages, lower is better;",
    "a confidence that says nothing has an AURC of 1 less the accuracy.",
  ];
}

function renderChosen({ report, stages, judgement }: TuningRun, width: number, paint: Paint): string[] {
  const { chosen } = report;
  const name = metricName(report.metric);
  const last = stages.at(-1)!.name;
  const halves = [
    { label: "tuned on", half: chosen.tuning },
    { label: "not tuned on", half: chosen.holding },
  ];
  const figures = halves.map(({ label, half }) => [label, count(half.texts), share(half.lastAlone), share(half.metric), between(half.metricInterval), share(half.saved), usd(half.lastAloneUsdPerThousand), usd(half.usdPerThousand)]);
  const calls = stages.map((stage, index) => [
    stage.name,
    index === stages.length - 1 ? "answers the rest" : thresholdText(chosen.thresholds[index]!),
    ...halves.flatMap(({ half }) => [share(half.asked[index]!), share(half.answered[index]!)]),
  ]);
  const colour = judgement.holds === "no" || !chosen.reached ? "red" : judgement.holds === "yes" ? "green" : "yellow";
  return [
    paint("bold", `Chosen: ${targetSentence(report, last)}`),
    ...table(["stage", "answers from", "asked (tuned on)", "answers", "asked (not tuned on)", "answers"], calls, width),
    "",
    ...table(["half", "texts", `${name}, ${last} alone`, `${name}, cascade`, "95 % interval", "calls saved", `$ per 1,000, ${last}`, "cascade"], figures, width),
    "",
    paint(colour, verdictSentence(report, judgement, last)),
    equalSentence(report, last),
  ];
}

function renderSnippet({ snippet, report }: TuningRun, paint: Paint): string[] {
  const lines = [paint("bold", 'To paste as "model" under "textClassifier" in config/<stage>.json'), `"model": ${JSON.stringify(snippet.model, null, 2)}`];
  if (snippet.unspecified.length > 0) lines.push(`Replace ${snippet.unspecified.map((name) => `<the specification of ${name}>`).join(" and ")} by the classifier meant (docs/text-classification.md).`);
  if (report.chosen.tuning.asked.at(-1) === 0) lines.push("No text reached the last stage on the tuning half: an earlier stage alone would do for this target.");
  return lines;
}
