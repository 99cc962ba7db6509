import { cutToWidth, padToWidth } from "../cli/table.ts";
import { count, painter, plural, seconds, wrapped } from "../cli/terminal.ts";
import type { Paint } from "../cli/terminal.ts";
import { alertLines } from "./alerts.ts";
import { unaccounted } from "./accounting.ts";
import { bandName, passedOn } from "./confidence.ts";
import { addsUp } from "./figures.ts";
import { conversationLines } from "./conversations-report.ts";
import { voiceLines } from "./voice-report.ts";
import type { DemoFigures, LabelCounts, NegativeConversation, SentimentGroup } from "./figures.ts";
import { classifierNotice } from "./classifier-notice.ts";

const WIDTH = 96;
const BAR_WIDTH = 40;
const INDENT = "  ";
const LANGUAGES_SHOWN = 12;

/** The demo's figures as text of at most 96 columns. */
export function terminalReport(figures: DemoFigures, paint: Paint = painter(process.stdout)): string {
  return [
    ...section("Every record is accounted for", accountingLines(figures, paint), paint),
    ...section("Sentiment by channel", groupLines(figures.channels, paint), paint),
    ...section("Sentiment by language", languageLines(figures.languages, paint), paint),
    ...section("How sure the classifier is", confidenceLines(figures, paint), paint),
    ...section("The most negative conversations of several turns", negativeLines(figures.negative.conversations, paint), paint),
    ...section("The most negative single messages", negativeLines(figures.negative.messages, paint), paint),
    ...(figures.calls.sent === 0 ? [] : section("How the calls sound", voiceLines(figures.calls, WIDTH - 2, paint), paint)),
    ...(figures.fused === undefined ? [] : section("What was said and how it was said", conversationLines(figures.fused, figures.calls.heard[0]?.conversationId, WIDTH - 2, paint), paint)),
    ...section("Alerts", alertLines(figures.alerts, figures.places.alerts, WIDTH - 2, paint), paint),
    ...section("How far to trust it", trustLines(figures), paint),
    ...section("What ran", functionLines(figures, paint), paint),
    ...section("Look for yourself", placeLines(figures), paint),
    "",
  ].join("\n");
}

function section(title: string, lines: readonly string[], paint: Paint): string[] {
  return ["", `${paint("bold", title)} ${paint("dim", "─".repeat(WIDTH - title.length - 1))}`, ...lines.map((line) => `  ${line}`.trimEnd())];
}

function accountingLines(figures: DemoFigures, paint: Paint): string[] {
  const { accounting, rejectReasons, labels, parquetLabels } = figures;
  const { received, rows, rejects, dropped, merged, deadLetters } = accounting;
  const line = (number: number, name: string, detail: string): string => `${count(number).padStart(8)}  ${name.padEnd(9)} ${paint("dim", detail)}`;
  const missing = unaccounted(accounting);
  const terms = [plural(rows, "row"), plural(rejects, "reject"), plural(dropped + merged, "repeat")];
  if (deadLetters > 0) terms.push(plural(deadLetters, "dead letter"));
  const sum = terms.join(" + ");
  const equation =
    missing === 0
      ? paint("green", `✓ ${plural(received, "record")} in = ${sum}`)
      : paint("red", `✗ ${plural(received, "record")} in ≠ ${sum}: ${plural(Math.abs(missing), "record")} ${missing > 0 ? "missing" : "too many"}`);
  const sameLabels = addsUp(figures, 0);
  const labelText = ({ positive, neutral, negative }: LabelCounts): string =>
    `${count(positive)} positive, ${count(neutral)} neutral, ${count(negative)} negative`;
  return [
    line(received, "records", `put on the text stream (sent in ${seconds(figures.elapsed.sendMs)}, all done ${seconds(figures.elapsed.settleMs)} later)`),
    line(rows, "rows", "of texts in valence.results, one for each interaction"),
    line(rejects, "rejects", rejectReasons.length === 0 ? "" : "kept whole in S3, with a reason:"),
    ...rejectReasons.map(({ reason, records }) => `${" ".repeat(21)}${paint("dim", `${count(records).padStart(5)} ${reason}`)}`),
    line(dropped + merged, "repeats", `${count(dropped)} dropped within a batch, ${count(merged)} met the row that was there`),
    ...(deadLetters > 0 ? [line(deadLetters, "dead", "letters: no try could handle them (npx valence replay)")] : []),
    "",
    equation,
    sameLabels
      ? paint("green", `✓ SQL and ${plural(figures.parquetFiles, "Parquet file")} agree: ${labelText(labels)}`)
      : paint("red", `✗ SQL says ${labelText(labels)}; Parquet says ${labelText(parquetLabels)}`),
    paint("dim", `  ${rowsOf(figures)}`),
    ...(figures.unreadable > 0 ? [paint("red", `✗ ${plural(figures.unreadable, "line")} of the file could not be read and were not sent (named above)`)] : []),
  ];
}

function groupLines(groups: readonly SentimentGroup[], paint: Paint): string[] {
  if (groups.length === 0) return ["No rows."];
  const legend = `${" ".repeat(20)}${paint("red", "█")} negative  ${paint("dim", "▒")} neutral  ${paint("green", "░")} positive${" ".repeat(18)}confidence`;
  return [...groups.map((group) => groupLine(group, paint)), legend];
}

function groupLine({ name, rows, labels, confidence }: SentimentGroup, paint: Paint): string {
  const [negative, positive] = [Math.round((labels.negative / rows) * BAR_WIDTH), Math.round((labels.positive / rows) * BAR_WIDTH)];
  const neutral = Math.max(0, BAR_WIDTH - negative - positive);
  // Three different fills, so that the bar can be read without colours.
  const bar = paint("red", "█".repeat(negative)) + paint("dim", "▒".repeat(neutral)) + paint("green", "░".repeat(positive));
  const share = (number: number): string => `${Math.round((number / rows) * 100)}`.padStart(3);
  const shares = `${share(labels.negative)} ${share(labels.neutral)} ${share(labels.positive)} %`;
  return `${padToWidth(cutToWidth(name, 10), 10)}${count(rows).padStart(8)}  ${bar}  ${shares}  ${confidence.toFixed(2)}`;
}

function confidenceLines({ confidences, accounting: { rows } }: DemoFigures, paint: Paint): string[] {
  if (confidences.length === 0) return ["No rows."];
  const largest = Math.max(...confidences.map((band) => band.rows));
  const levels = passedOn(confidences).map(({ answerFrom, share }) => `${answerFrom.toFixed(1)}: ${Math.round(share * 100)} %`);
  return [
    ...confidences.map((band) => {
      const bar = "█".repeat(Math.max(1, Math.round((band.rows / largest) * BAR_WIDTH))).padEnd(BAR_WIDTH);
      return `${bandName(band).padEnd(10)}${count(band.rows).padStart(8)}  ${paint("dim", bar)}  ${`${Math.round((band.rows / rows) * 100)}`.padStart(3)} %`;
    }),
    "",
    ...wrapped(`A cascade that lets answers stand from a confidence of … would ask its next stage about: ${levels.join(", ")} of the rows.`, WIDTH - 2, INDENT),
  ];
}

function languageLines(groups: readonly SentimentGroup[], paint: Paint): string[] {
  const lines = groupLines(groups.slice(0, LANGUAGES_SHOWN), paint);
  const others = groups.slice(LANGUAGES_SHOWN);
  if (others.length > 0) lines.push(paint("dim", `and ${plural(others.length, "more language")}: ${others.map(({ name }) => name).join(", ")}`));
  return lines;
}

function negativeLines(negative: readonly NegativeConversation[], paint: Paint): string[] {
  if (negative.length === 0) return ["None below zero."];
  return negative.flatMap(({ valence, channel, language, turns, conversationId, words }) => [
    `${paint("red", valence.toFixed(2).replace("-", "−"))}  ${channel}, ${language}, ${plural(turns, "customer turn")}  ${paint("dim", conversationId)}`,
    `       ${cutToWidth(`“${words.replaceAll(/\s+/gu, " ")}”`, WIDTH - 10)}`,
  ]);
}

function trustLines(figures: DemoFigures): string[] {
  const { rows } = figures.accounting;
  const share = (part: number): string => `${rows === 0 ? 0 : Math.round((part / rows) * 100)} %`;
  const lines = [
    ...classifierNotice(figures),
    `Low confidence: ${count(figures.lowConfidence)} of ${plural(rows, "row")} (${share(figures.lowConfidence)}). Personal data was redacted in ${count(figures.redacted)}.`,
  ];
  if (figures.agreement) lines.push(agreementLine(figures.agreement));
  return lines.flatMap((line) => wrapped(line, WIDTH - 2, INDENT));
}

/** Voices, turns and conversations have rows, too: the labels are of more rows than the texts'. */
export function rowsOf({ kinds: { conversations, spoken, turns, voices, written } }: Pick<DemoFigures, "kinds">): string {
  const all = written + spoken + voices + turns + conversations;
  return `${plural(all, "row")}: ${count(written)} of texts, ${count(spoken)} of utterances, ${count(voices)} of voices, ${count(turns)} of turns, ${count(conversations)} of conversations`;
}

export function agreementLine({ rows, accuracy, macroRecall, majority }: NonNullable<DemoFigures["agreement"]>): string {
  const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;
  return (
    `Agreement with the labels in the file (n = ${count(rows)}): macro recall ${percent(macroRecall)}, accuracy ${percent(accuracy)}; ` +
    `always saying ${majority.label} would reach accuracy ${percent(majority.share)}.`
  );
}

function functionLines({ functions, denied }: DemoFigures, paint: Paint): string[] {
  return [
    ...functions.map(
      ({ name, invocations, errors }) =>
        `${name.padEnd(40)} ${plural(invocations, "invocation").padStart(17)}  ${errors === 0 ? "no errors" : paint("red", plural(errors, "error"))}`,
    ),
    ...denied.map((message) => paint("red", `denied: ${message}`)),
  ];
}

function placeLines({ places }: DemoFigures): string[] {
  return [
    `The picture       ${places.picture}`,
    `Parquet files     ${places.parquetFolder}`,
    `Data and logs     ${places.dataFolder}`,
    `Start it again    npx valence local --data ${places.dataFolder}     and, in another terminal:`,
    `  SQL prompt      npx valence query`,
    `  Rejects         npx valence rejects`,
    `Your own file     npm run demo -- reviews.csv`,
  ];
}
