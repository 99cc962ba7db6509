import type { CostPoint } from "../evaluation/cascade/cost-curve.ts";
import type { TuningReport } from "../evaluation/cascade/tune-cascade.ts";
import { renderPlot } from "./plot.ts";
import type { Paint } from "./terminal.ts";
import { metricName, share, table, thresholdText, usd } from "./tune-figures.ts";

const MARKS = ["•", "×", "+", "o"];
const PLOT_HEIGHT = 11;
const PLOT_MARGIN = 12;
const WIDEST_PLOT = 64;
const TABLE_POINTS = 10;

/** For each stage: of the surest so many texts, how many are answered wrongly. */
export function renderRiskCoverage({ stages }: TuningReport, width: number, paint: Paint): string[] {
  const rows = Array.from({ length: TABLE_POINTS }, (_, index) => {
    const coverage = (index + 1) / TABLE_POINTS;
    const cells = stages.flatMap(({ riskCoverage }) => {
      const point = riskCoverage[Math.ceil(coverage * riskCoverage.length) - 1]!;
      return [share(point.risk), point.confidence === undefined ? "no answer" : point.confidence.toFixed(3)];
    });
    return [coverage === 1 ? "all" : `surest ${Math.round(100 * coverage)} %`, ...cells];
  });
  const plotWidth = Math.min(WIDEST_PLOT, width - PLOT_MARGIN);
  const series = stages.map(({ name, riskCoverage }, index) => ({
    name,
    mark: MARKS[index]!,
    // A few surest texts are all right or all wrong by chance; they would stretch the axis.
    points: riskCoverage.slice(Math.ceil(riskCoverage.length / 50) - 1).map(({ coverage, risk }) => ({ x: coverage, y: risk })),
  }));
  return [
    paint("bold", "Risk and coverage, on all texts"),
    "Of the texts a stage is surest of, the share it gets wrong, and the confidence they begin at.",
    ...table(["coverage", ...stages.flatMap(({ name }) => [`${name} wrong`, "from"])], rows, width),
    "",
    ...renderPlot(series, { width: plotWidth, height: PLOT_HEIGHT, xLabel: "coverage → (up: share wrong)", formatX: share, formatY: share }),
  ];
}

/** For each stage but the last: what its threshold buys and costs. */
export function renderCostCurves(report: TuningReport, width: number, paint: Paint): string[] {
  return report.curves.flatMap((curve, stage) => [...(stage === 0 ? [] : [""]), ...renderCostCurve(report, curve, stage, width, paint)]);
}

function renderCostCurve(report: TuningReport, curve: readonly CostPoint[], stage: number, width: number, paint: Paint): string[] {
  const { name } = report.stages[stage]!;
  const last = report.stages.at(-1)!.name;
  const metric = metricName(report.metric);
  const chosen = curve.find(({ threshold }) => threshold === report.chosen.thresholds[stage]);
  const rows = thinned(curve, TABLE_POINTS, chosen).map((point) => [`${point === chosen ? "chosen: " : ""}${thresholdText(point.threshold)}`, share(point.passedOn), share(point.lastAsked), share(point.metric), usd(point.usdPerThousand)]);
  const plotWidth = Math.min(WIDEST_PLOT, width - PLOT_MARGIN);
  const { lastAlone } = report.chosen.tuning;
  const dashes = Array.from({ length: Math.ceil(plotWidth / 2) }, (_, index) => ({ x: (2 * index) / (plotWidth - 1), y: lastAlone }));
  const series = [
    { name: `${last} alone`, mark: "-", points: dashes },
    { name: "cascade", mark: "•", points: curve.map(({ passedOn, metric }) => ({ x: passedOn, y: metric })) },
    { name: "chosen", mark: "#", points: chosen === undefined ? [] : [{ x: chosen.passedOn, y: chosen.metric }] },
  ];
  const others = report.curves.length > 1 ? ", the other thresholds as chosen" : "";
  return [
    paint("bold", `Cost curve of ${name}, on the tuning half${others}`),
    ...table([`${name} answers from`, "passed on", `reach ${last}`, metric, "$ per 1,000"], rows, width),
    "",
    ...renderPlot(series, { width: plotWidth, height: PLOT_HEIGHT, xLabel: `passed on → (up: ${metric})`, formatX: share, formatY: share }),
  ];
}

/** About `wanted` points at evenly spread shares passed on, both ends and the one to keep among them. */
function thinned(curve: readonly CostPoint[], wanted: number, kept: CostPoint | undefined): CostPoint[] {
  const points: CostPoint[] = [];
  for (const point of curve) {
    const isFar = points.length === 0 || point.passedOn - points.at(-1)!.passedOn >= 0.99 / wanted;
    if (isFar || point === kept || point === curve.at(-1)) points.push(point);
  }
  return points;
}
