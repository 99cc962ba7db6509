import { type BillLine, billTotal, cents } from "../core/costs/bill-line.ts";
import type { ComparedClassifier } from "./estimate-comparison.ts";
import type { Estimate } from "./estimate.ts";
import { renderTable } from "./table.ts";
import { count, type Paint, wrapped } from "./terminal.ts";

/** The estimate for a person, one string a line, none wider than `width` unless a word is. */
export function renderEstimate(estimate: Estimate, width: number, paint: Paint): string[] {
  const { workload, classified, priceTable, comparison, bill } = estimate;
  const heading = (text: string): string[] => ["", ...wrapped(text, width).map((line) => paint("bold", line))];
  const notes = (texts: readonly string[]): string[] => texts.flatMap((text) => wrapped(text, width - 2).map((line, index) => (index === 0 ? `• ${line}` : `  ${line}`)));
  return [
    ...wrapped(`${count(workload.texts)} texts a month of ${count(workload.characters)} characters${workload.calls === undefined ? "" : ` and ${count(workload.calls.minutes)} minutes of calls`}. US dollars at the list prices of ${priceTable.region}, read up to ${priceTable.readOn}.`, width).map((line) => paint("bold", line)),
    ...heading(`Classification alone, side by side${workload.calls === undefined ? "" : `: ${count(Math.round(classified.texts))} texts, turns of calls included`}`),
    ...comparisonTable(comparison, classified.texts, width),
    "",
    ...notes(estimate.comparisonAssumptions),
    ...heading(`The whole stage ${bill.stage}, its classifier ${bill.classifier}`),
    ...billTable(bill.lines, width),
    "",
    ...notes(estimate.billAssumptions),
    ...heading("Not in it"),
    ...notes(estimate.notIncluded),
  ];
}

function comparisonTable(comparison: readonly ComparedClassifier[], texts: number, width: number): string[] {
  const perThousand = (usd: number): string => (texts === 0 ? "–" : threeDigits((usd / texts) * 1_000));
  return renderTable(
    [
      { name: "classifier", align: "left" },
      { name: "tokens in + out", align: "right" },
      { name: "1,000 texts", align: "right" },
      { name: "a month ", align: "right" },
      { name: "as batch", align: "right" },
    ],
    comparison.map(({ name, tokensPerText, usdPerMonth, usdPerMonthInBatches, complete, unverified }) => [
      name,
      tokensPerText === undefined ? "" : `${Math.round(tokensPerText.input)} + ${Math.round(tokensPerText.output)}`,
      (complete ? "" : "> ") + perThousand(usdPerMonth),
      `${complete ? "" : "> "}${dollars(usdPerMonth)}${unverified ? "†" : " "}`,
      usdPerMonthInBatches === undefined ? "" : dollars(usdPerMonthInBatches),
    ]),
    width,
  );
}

function billTable(lines: readonly BillLine[], width: number): string[] {
  const complete = lines.every(({ unitUsd }) => unitUsd !== undefined);
  const rows = lines.map(({ service, item, quantity, unit, unitUsd, usd, unverified }, index) => [
    lines[index - 1]?.service === service ? "" : service,
    item,
    `${figure(quantity)} ${unit} × ${unitUsd === undefined ? "?" : figure(unitUsd)}`,
    `${unitUsd === undefined ? "?" : dollars(usd)}${unverified ? "†" : " "}`,
  ]);
  const table = renderTable(
    [
      { name: "service", align: "left" },
      { name: "for", align: "left" },
      { name: "quantity × price", align: "right" },
      { name: "a month ", align: "right" },
    ],
    [...rows, [complete ? "together" : "together, at least", "", "", `${dollars(billTotal(lines))} `]],
    width,
  );
  return [...table.slice(0, -1), table[1]!, table.at(-1)!];
}

/** To the cent; what is less, but not nothing, is said to be. */
export function dollars(usd: number): string {
  if (usd > 0 && cents(usd) === 0) return "< 0.01";
  return cents(usd).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
}

/** Three digits that count, zeros at the end as well: `0.300`. */
function threeDigits(value: number): string {
  return value === 0 ? "0" : value >= 1_000 ? count(Math.round(value)) : value.toPrecision(3);
}

/** Four digits that count. */
function figure(value: number): string {
  return Number(value.toPrecision(4)).toLocaleString("en-US", { maximumSignificantDigits: 6 });
}
