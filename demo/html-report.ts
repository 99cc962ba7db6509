import { count, plural, seconds } from "../cli/terminal.ts";
import { unaccounted } from "./accounting.ts";
import { alertsTable } from "./alerts.ts";
import { conversationsSection } from "./conversations-picture.ts";
import { countBars, sentimentBars } from "./charts.ts";
import { classifierNotice } from "./classifier-notice.ts";
import { bandName, passedOn } from "./confidence.ts";
import { addsUp, languagesMet } from "./figures.ts";
import type { DemoFigures, NegativeConversation, SentimentGroup } from "./figures.ts";
import { REPORT_STYLE } from "./html-style.ts";
import { escapeHtml, htmlTable } from "./html-text.ts";
import { agreementLine, rowsOf } from "./terminal-report.ts";
import { voiceSection } from "./voice-picture.ts";

const GROUPS_SHOWN = 12;

/** The demo's figures as one HTML page that needs nothing else: no network, no scripts, light and dark, a table beside each chart. */
export function htmlReport(figures: DemoFigures): string {
  const body = [
    header(figures),
    accounting(figures),
    groups("channels", "Sentiment by channel", "channel", figures.channels),
    groups("languages", "Sentiment by language", "language", figures.languages),
    confidence(figures),
    rejects(figures),
    negative(figures),
    ...(figures.calls.sent === 0 ? [] : [section("How the calls sound", voiceSection(figures.calls))]),
    ...(figures.fused === undefined ? [] : [section("What was said and how it was said", conversationsSection(figures.fused))]),
    ...(figures.alerts.length === 0 ? [] : [section("Alerts", `<div class="scroll turns">${alertsTable(figures.alerts)}</div>`)]),
    trust(figures),
    functions(figures),
    places(figures),
  ].join("\n");
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Valence: ${escapeHtml(figures.source)}</title>
<style>${REPORT_STYLE}</style>
</head>
<body>
${body}
</body>
</html>
`;
}

function header({ source, accounting: { rows }, channels, languages, elapsed }: DemoFigures): string {
  return `<header>
<h1>What customers say</h1>
<p class="soft">${escapeHtml(source)}: ${plural(rows, "interaction")} over ${plural(channels.length, "channel")} in ${plural(languagesMet({ languages }), "language")}, sent in ${seconds(elapsed.sendMs)} and queryable ${seconds(elapsed.settleMs)} later. Each figure comes from SQL over <code>valence.results</code>.</p>
</header>`;
}

function accounting(figures: DemoFigures): string {
  const { received, rows, rejects: rejected, dropped, merged, deadLetters } = figures.accounting;
  const missing = unaccounted(figures.accounting);
  const tile = (number: number, name: string): string => `<div class="tile"><b>${count(number)}</b><span>${name}</span></div>`;
  const terms = [tile(rows, "rows"), tile(rejected, "rejects"), tile(dropped + merged, "repeats"), ...(deadLetters > 0 ? [tile(deadLetters, "dead letters")] : [])];
  const { labels, parquetLabels } = figures;
  return section(
    "Every record is accounted for",
    `<div class="tiles">${tile(received, "records in")}<span class="sign">${missing === 0 ? "=" : "≠"}</span>${terms.join('<span class="sign">+</span>')}</div>
${missing === 0 ? '<p class="good">✓ Each record ended as one row, one reject with a reason, or a known repeat.</p>' : `<p class="bad">✗ ${plural(Math.abs(missing), "record")} ${missing > 0 ? "missing" : "too many"}.</p>`}
${
  addsUp(figures, 0)
    ? `<p class="good">✓ SQL and ${plural(figures.parquetFiles, "Parquet file")} agree: ${count(labels.positive)} positive, ${count(labels.neutral)} neutral, ${count(labels.negative)} negative, ${rowsOf(figures)}.</p>`
    : `<p class="bad">✗ SQL counts ${Object.values(labels).join(", ")} positive, neutral, negative; Parquet counts ${Object.values(parquetLabels).join(", ")}.</p>`
}
${figures.unreadable > 0 ? `<p class="bad">✗ ${plural(figures.unreadable, "line")} of the file could not be read and were not sent.</p>` : ""}`,
  );
}

function groups(id: string, title: string, what: string, all: readonly SentimentGroup[]): string {
  const shown = all.slice(0, GROUPS_SHOWN);
  const rows = all.map(({ name, rows: total, labels, confidence }) => [name, count(labels.negative), count(labels.neutral), count(labels.positive), count(total), confidence.toFixed(2)]);
  const legend = ["negative", "neutral", "positive"].map((kind) => `<span><i class="${kind}"></i>${kind}</span>`).join("");
  const more = all.length > shown.length ? `<p class="soft">The chart shows the ${GROUPS_SHOWN} largest; the table has all.</p>` : "";
  return section(
    title,
    `<div class="pair"><figure style="margin:0">${sentimentBars(id, title, shown)}<div class="legend" aria-hidden="true">${legend}</div>${more}</figure>
<div class="scroll">${htmlTable([what, "negative", "neutral", "positive", "rows", "confidence"], rows)}</div></div>`,
  );
}

function confidence({ confidences }: DemoFigures): string {
  const title = "How sure the classifier is";
  const bars = countBars("confidence", title, confidences.map((band) => ({ name: bandName(band), count: band.rows })));
  const levels = passedOn(confidences).map(({ answerFrom, rows, share }) => [answerFrom.toFixed(1), count(rows), `${Math.round(share * 100)} %`]);
  return section(
    title,
    `<div class="pair"><figure style="margin:0">${bars}<p class="soft">Rows by confidence.</p></figure>
<div class="scroll">${htmlTable(["answers stand from", "rows passed on", "share"], levels)}</div></div>
<p class="soft">The table says what a cascade would ask its next, dearer stage about. <code>npx valence tune cascade</code> finds the level on labelled texts.</p>`,
  );
}

function rejects({ rejectReasons, places: { dataFolder } }: DemoFigures): string {
  const title = "Rejects by reason";
  if (rejectReasons.length === 0) return section(title, "<p>Nothing was rejected.</p>");
  const bars = countBars("rejects", title, rejectReasons.map(({ reason, records }) => ({ name: reason, count: records })));
  return section(
    title,
    `<div class="pair"><figure style="margin:0">${bars}</figure><div class="scroll">${htmlTable(["reason", "records"], rejectReasons.map(({ reason, records }) => [reason, count(records)]))}</div></div>
<p class="soft">Kept whole in S3, can be sent again: <code>npx valence local --data ${escapeHtml(dataFolder)}</code>, then <code>npx valence rejects</code> and <code>npx valence replay</code>.</p>`,
  );
}

function negative({ negative: { conversations, messages } }: DemoFigures): string {
  const note = '<p class="soft">Mean of positive minus negative score over what the customer said; the worst words of each, personal data redacted.</p>';
  const part = (title: string, found: readonly NegativeConversation[]): string =>
    `<h3>${title}</h3>\n${found.length === 0 ? "<p>None below zero.</p>" : quotes(found)}`;
  return section("The most negative", `${note}${part("Conversations of several turns", conversations)}\n${part("Single messages", messages)}`);
}

function quotes(conversations: readonly NegativeConversation[]): string {
  const quoted = conversations.map(
    ({ words, channel, language, turns, valence, conversationId }) =>
      `<blockquote><p lang="${escapeHtml(language)}" dir="auto">${escapeHtml(shorten(words))}</p><footer>${valence.toFixed(2).replace("-", "−")} · ${escapeHtml(channel)} · ${escapeHtml(language)} · ${plural(turns, "customer turn")} · <code>${escapeHtml(conversationId)}</code></footer></blockquote>`,
  );
  return quoted.join("\n");
}

function shorten(words: string): string {
  const characters = Array.from(words.replaceAll(/\s+/gu, " "));
  return characters.length <= 280 ? characters.join("") : `${characters.slice(0, 279).join("")}…`;
}

function trust(figures: DemoFigures): string {
  const { rows } = figures.accounting;
  const share = rows === 0 ? 0 : Math.round((figures.lowConfidence / rows) * 100);
  const lines = [
    ...classifierNotice(figures),
    `Low confidence: ${count(figures.lowConfidence)} of ${plural(rows, "row")} (${share} %). Personal data was redacted in ${count(figures.redacted)}.`,
    ...(figures.agreement ? [agreementLine(figures.agreement)] : []),
  ];
  return section("How far to trust it", lines.map((line) => `<p>${escapeHtml(line)}</p>`).join(""));
}

function functions({ functions: all, denied }: DemoFigures): string {
  const table = htmlTable(["function", "invocations", "errors"], all.map(({ name, invocations, errors }) => [name, count(invocations), count(errors)]));
  return section("What ran", `<div class="scroll">${table}</div>${denied.map((message) => `<p class="bad">denied: ${escapeHtml(message)}</p>`).join("")}`);
}

function places({ places: { dataFolder, parquetFolder } }: DemoFigures): string {
  return section(
    "Look for yourself",
    `<dl><dt>Parquet files</dt><dd><code>${escapeHtml(parquetFolder)}</code></dd>
<dt>Data and logs</dt><dd><code>${escapeHtml(dataFolder)}</code></dd>
<dt>SQL prompt</dt><dd><code>npx valence local --data ${escapeHtml(dataFolder)}</code>, and in another terminal <code>npx valence query</code></dd></dl>`,
  );
}

function section(title: string, content: string): string {
  return `<section><h2>${title}</h2>\n${content}\n</section>`;
}
