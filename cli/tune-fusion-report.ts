import type { FusionWeights } from "../core/contracts/fusion-weights.ts";
import { type System, SYSTEMS } from "../evaluation/fusion/cross-fit.ts";
import type { Comparison, Measured } from "../evaluation/fusion/judge-systems.ts";
import type { FusionReport } from "../evaluation/fusion/tune-fusion.ts";
import type { LabelledTurns } from "./read-labelled-turns.ts";
import { count, type Paint, plural, wrapped } from "./terminal.ts";
import { between, points, share, table } from "./tune-figures.ts";

export interface FusionRun {
  file: string;
  data: LabelledTurns;
  report: FusionReport;
  weights: FusionWeights;
  /** On turns that the weights were not fitted on. */
  isBetter: boolean;
  out: string | undefined;
}

const NAMES: Record<System, string> = {
  words: "words",
  voice: "voice",
  "words-calibrated": "words, calibrated",
  "voice-calibrated": "voice, calibrated",
  "fused-default": "fused, unfitted",
  "fused-fitted": "fused, fitted",
};

/** The whole report for a person, one string a line. */
export function renderFusion(run: FusionRun, width: number, paint: Paint): string[] {
  const { report } = run;
  return [
    ...renderData(run, width, paint),
    "",
    paint("bold", "On turns that nothing was fitted on, before and after"),
    ...table(["opinion", "accuracy", "95 %", "recall", "95 %", "cross-entropy", "95 %", "ECE"], SYSTEMS.map((system) => measuredRow(NAMES[system], report.systems[system])), width),
    ...wrapped("Unfitted: the weights that come along. Recall: the mean over the three labels. 95 %: the interval. Cross-entropy: the surprise at the true label, in nats, 1.099 for knowing nothing. ECE: gap between confidence and accuracy.", width),
    "",
    paint("bold", "What the fitted fusion gains, in points and nats"),
    ...table(["over", "accuracy", "95 %", "recall", "95 %", "cross-entropy", "95 %"], report.comparisons.map(comparisonRow), width),
    "",
    paint("bold", `Fitted on all turns: version ${run.weights.version}`),
    ...renderWeights(run.weights, width),
    "",
    ...renderVerdict(run, width, paint),
  ];
}

function renderData({ data, file, report }: FusionRun, width: number, paint: Paint): string[] {
  const { conversations, paired, turns, ungrouped } = report;
  const single = turns - paired;
  const of = ungrouped === 0 ? ` of ${plural(conversations, "conversation")}` : "";
  const lines = [`${file}: ${plural(turns, "labelled turn")}${of}; ${count(paired)} with words and voice${single === 0 ? "" : `, ${count(single)} with one of them, which help to calibrate it and are not judged`}.`];
  if (data.repeated > 0) lines.push(`${plural(data.repeated, "line")} left out, because an earlier one has the same id.`);
  lines.push("Five parts, each judged by weights fitted on the other four; intervals by 1,000 draws.");
  const warnings = [
    ...(ungrouped === 0 ? [] : [`${ungrouped === turns ? "No line says" : `${count(ungrouped)} of ${count(turns)} lines do not say`} its conversation: turns of one call may have been fitted on and judged by, which flatters every figure and makes the intervals too narrow. Fill the column conversation.`]),
    ...(data.unread.length === 0 ? [] : [`Not read: ${data.unread.map(({ meant, name }) => `${name}${meant === undefined ? "" : ` (${meant} is meant?)`}`).join(", ")}.`]),
  ];
  return [...lines.flatMap((line) => wrapped(line, width)), ...warnings.flatMap((line) => wrapped(line, width)).map((line) => paint("yellow", line))];
}

function measuredRow(name: string, { accuracy, averageRecall, calibrationError, crossEntropy }: Measured): string[] {
  return [name, share(accuracy.value), between(accuracy.interval), share(averageRecall.value), between(averageRecall.interval), crossEntropy.value.toFixed(3), `${crossEntropy.interval.low.toFixed(3)}–${crossEntropy.interval.high.toFixed(3)}`, calibrationError.value.toFixed(3)];
}

function comparisonRow({ differences: { accuracy, averageRecall, crossEntropy }, second }: Comparison): string[] {
  const pointsOf = ({ interval, value }: Measured["accuracy"]): string[] => [points(value), `${points(interval.low)} to ${points(interval.high)}`];
  return [NAMES[second], ...pointsOf(accuracy), ...pointsOf(averageRecall), nats(crossEntropy.value), natsInterval(crossEntropy)];
}

function renderWeights({ prior, text, voice }: FusionWeights, width: number): string[] {
  const side = (name: string, { bias, temperature, weight }: FusionWeights["text"]): string[] => [name, weight.toFixed(2), temperature.toFixed(2), signed(bias.positive), signed(bias.neutral), signed(bias.negative)];
  return table(["", "weight", "temperature", "positive", "neutral", "negative"], [side("words", text), side("voice", voice), ["prior", "", "", signed(prior.positive), signed(prior.neutral), signed(prior.negative)]], width);
}

function renderVerdict({ isBetter, out, report, weights }: FusionRun, width: number, paint: Paint): string[] {
  const { crossEntropy } = report.comparisons[0]!.differences;
  const figures = `cross-entropy ${report.systems["fused-fitted"].crossEntropy.value.toFixed(3)} instead of ${report.systems["fused-default"].crossEntropy.value.toFixed(3)}, a difference of ${nats(crossEntropy.value)} (95 % interval ${natsInterval(crossEntropy)})`;
  if (!isBetter) return wrapped(`The fitted weights are no better than those that come along: ${figures}. ${out === undefined ? "Keep what you have." : `${out} was not written.`}`, width).map((line) => paint("red", line));
  const isSure = crossEntropy.interval.high < 0;
  const verdict = `The fitted weights are better than those that come along: ${figures}${isSure ? "" : ", which may be chance: label more turns"}.`;
  return [
    ...wrapped(verdict, width).map((line) => paint(isSure ? "green" : "yellow", line)),
    ...wrapped(singleSentence(report), width),
    ...(out === undefined ? wrapped("To keep them: --out fusion.json.", width) : wrapped(`Written to ${out}. To use them: "fusionWeights": ${JSON.stringify(out)} under "conversations" in config/<stage>.json; results then name the version ${weights.version}.`, width)),
  ];
}

/** Whether hearing the other side, too, is worth it. */
function singleSentence({ comparisons, systems }: FusionReport): string {
  const best: System = systems["words-calibrated"].crossEntropy.value <= systems["voice-calibrated"].crossEntropy.value ? "words-calibrated" : "voice-calibrated";
  const { crossEntropy } = comparisons.find(({ second }) => second === best)!.differences;
  const verdict = crossEntropy.interval.high < 0 ? "Fusing is worth it" : crossEntropy.value < 0 ? "Fusing may be worth it" : "Fusing is not worth it here";
  return `${verdict}: ${nats(crossEntropy.value)} of cross-entropy (95 % interval ${natsInterval(crossEntropy)}) against the calibrated ${best === "words-calibrated" ? "words" : "voice"} alone, the better of the two.`;
}

function nats(value: number): string {
  return signed(value, 3);
}

function natsInterval({ interval }: Measured["crossEntropy"]): string {
  return `${nats(interval.low)} to ${nats(interval.high)}`;
}

/** -0.3 → `−0.30`, with the sign of what is not 0. */
function signed(value: number, digits = 2): string {
  const shown = Math.abs(value).toFixed(digits);
  return Number(shown) === 0 ? shown : `${value < 0 ? "−" : "+"}${shown}`;
}
