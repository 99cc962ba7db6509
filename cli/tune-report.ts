import type { Judgement } from "../evaluation/cascade/judge-holding.ts";
import type { PreparedTexts } from "../evaluation/cascade/prepare-texts.ts";
import type { RepeatedSplits } from "../evaluation/cascade/repeat-splits.ts";
import type { HalfReport, TuningReport } from "../evaluation/cascade/tune-cascade.ts";
import { count, plural, type Paint, wrapped } from "./terminal.ts";
import type { ConfigurationSnippet } from "./tune-configuration.ts";
import { renderCostCurves, renderRiskCoverage } from "./tune-curves.ts";
import { between, metricName, points, settingText, share, table, usd } from "./tune-figures.ts";
import { describeSimulation } from "./tune-simulation.ts";
import type { PlannedStage } from "./tune-stages.ts";
import { equalSentence, repeatedSentence, targetSentence, verdictSentence } from "./tune-verdict.ts";

export interface TuningRun {
  files: readonly string[];
  prepared: PreparedTexts;
  stages: readonly PlannedStage[];
  report: TuningReport;
  judgement: Judgement;
  repeated: RepeatedSplits | undefined;
  seed: number;
  snippet: ConfigurationSnippet;
}

/** The whole report for a person, one string a line, tables and plots no wider than `width`. */
export function renderTuning(run: TuningRun, width: number, paint: Paint): string[] {
  const { stages, report } = run;
  return [
    ...renderIntroduction(run, width, paint),
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
    ...renderSnippet(run, width, paint),
  ];
}

function renderIntroduction({ files, prepared, stages, report, seed }: TuningRun, width: number, paint: Paint): string[] {
  const { texts, repeated, contradicting, empty } = prepared;
  const [half, other] = [report.chosen.tuning.texts, report.chosen.holding.texts];
  const lines = [
    `${plural(texts.length, "labelled text")} of ${files.join(", ")}: ${tally(texts.map(({ label }) => label))}; ${tally(texts.map(({ language }) => language))}.`,
    `Thresholds are chosen on ${count(half)} of them and checked on the other ${count(other)} (seed ${seed}; each label and language split evenly).`,
  ];
  if (repeated > 0) lines.push(`Left out: ${plural(repeated, "repeated text")}${contradicting > 0 ? `, ${count(contradicting)} of them labelled otherwise the first time` : ""}.`);
  if (empty > 0) lines.push(`Left out: ${plural(empty, "text")} with nothing in ${empty === 1 ? "it" : "them"} once prepared.`);
  const simulated: string[] = [];
  for (const [index, { name, source }] of stages.entries()) {
    if (source.kind !== "simulated") continue;
    const sentence = `SIMULATED: ${name} was not asked. Made-up answers: ${describeSimulation(source.simulation, index === 0 ? undefined : stages[0]!.name)}.`;
    simulated.push(...wrapped(sentence, width).map((line) => paint("yellow", line)));
  }
  const title = `Cascade: ${stages.map(({ name, source }) => (source.kind === "simulated" ? `${name} (simulated)` : name)).join(" → ")}`;
  return [paint("bold", title), ...lines.flatMap((line) => wrapped(line, width)), ...simulated];
}

function tally(values: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  const sorted = [...counts].sort(([, a], [, b]) => b - a);
  const shown = sorted.slice(0, 6).map(([value, texts]) => `${value} ${count(texts)}`);
  return [...shown, ...(sorted.length > 6 ? [plural(sorted.length - 6, "other")] : [])].join(", ");
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
    ...wrapped("ECE: gap between confidence and accuracy. AURC: mean share wrong over all coverages below, lower is better; a confidence that says nothing has an AURC of 1 less the accuracy.", width),
  ];
}

function renderChosen({ report, stages, judgement, repeated }: TuningRun, width: number, paint: Paint): string[] {
  const { chosen } = report;
  const last = stages.at(-1)!.name;
  const settings = stages.slice(0, -1).map(({ name }, index) => settingText(name, chosen.thresholds[index]!));
  const colour = judgement.holds === "no" || !chosen.reached ? "red" : judgement.holds === "yes" ? "green" : "yellow";
  return [
    paint("bold", `Chosen: ${targetSentence(report, last)}`),
    ...wrapped(`${settings.join(", ")}; ${last} answers the rest.`, width),
    "",
    ...renderHalves(report, width),
    "",
    ...wrapped(verdictSentence(report, judgement, last), width).map((line) => paint(colour, line)),
    ...(repeated === undefined ? [] : wrapped(repeatedSentence(repeated, last), width)),
    ...wrapped(equalSentence(report, last), width),
  ];
}

function renderHalves({ chosen, metric, stages }: TuningReport, width: number): string[] {
  const halves = [chosen.tuning, chosen.holding];
  const row = (name: string, figure: (half: HalfReport) => string): string[] => [name, ...halves.map(figure)];
  const last = stages.at(-1)!.name;
  const rows = [
    row("texts", ({ texts }) => count(texts)),
    row(`${metricName(metric)}, ${last} alone`, ({ lastAlone }) => share(lastAlone)),
    row(`${metricName(metric)}, cascade`, ({ metric }) => share(metric)),
    row("  95 % interval", ({ metricInterval }) => between(metricInterval)),
    row("  difference, in points", ({ difference }) => points(difference)),
    row("  95 % interval, paired", ({ differenceInterval: { low, high } }) => `${points(low)} to ${points(high)}`),
    row(`$ per 1,000 texts, ${last} alone`, ({ lastAloneUsdPerThousand }) => usd(lastAloneUsdPerThousand)),
    row("$ per 1,000 texts, cascade", ({ usdPerThousand }) => usd(usdPerThousand)),
    ...stages.map(({ name }, stage) => row(`texts ${name} is asked about`, ({ asked }) => share(asked[stage]!))),
    ...stages.map(({ name }, stage) => row(`texts ${name} answers`, ({ answered }) => share(answered[stage]!))),
    ...(halves.some(({ unanswered }) => unanswered > 0) ? [row("texts without an answer", ({ unanswered }) => count(unanswered))] : []),
    row(`calls to ${last} saved`, ({ saved }) => share(saved)),
    row("  95 % interval", ({ savedInterval }) => between(savedInterval)),
  ];
  return table(["half", "tuned on", "not tuned on"], rows, width);
}

function renderSnippet({ snippet, report }: TuningRun, width: number, paint: Paint): string[] {
  const lines = [paint("bold", 'To paste as "model" under "textClassifier" in config/<stage>.json'), `"model": ${JSON.stringify(snippet.model, null, 2)}`];
  if (snippet.unspecified.length > 0) {
    const names = snippet.unspecified.map((name) => `<the specification of ${name}>`).join(" and ");
    lines.push(...wrapped(`Replace ${names} by the classifier meant (docs/text-classification.md).`, width));
  }
  if (report.chosen.tuning.asked.at(-1) === 0) lines.push("No text reached the last stage on the tuning half: an earlier stage alone would do for this target.");
  return lines;
}
