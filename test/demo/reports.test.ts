import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { addsUp } from "../../demo/figures.ts";
import { htmlReport } from "../../demo/html-report.ts";
import { terminalReport } from "../../demo/terminal-report.ts";
import { demoFigures } from "./demo-figures.ts";

const plain = (_style: unknown, text: string): string => text;

describe("terminalReport", () => {
  it("writes the equation out and stays within 100 columns", () => {
    const report = terminalReport(demoFigures(), plain);
    expect(report).toContain("✓ 12 records in = 8 rows + 3 rejects + 1 repeat");
    expect(report).toContain("✓ SQL and 2 Parquet files agree: 3 positive, 1 neutral, 4 negative");
    for (const line of report.split("\n")) expect(stringWidth(line)).toBeLessThanOrEqual(100);
  });

  it("says how many records are missing", () => {
    const { accounting } = demoFigures();
    const report = terminalReport(demoFigures({ accounting: { ...accounting, rows: 6 } }), plain);
    expect(report).toContain("✗ 12 records in ≠ 6 rows + 3 rejects + 1 repeat: 2 records missing");
  });

  it("says when SQL and Parquet differ", () => {
    const report = terminalReport(demoFigures({ parquetLabels: { positive: 0, neutral: 0, negative: 0 } }), plain);
    expect(report).toContain("✗ SQL says 3 positive, 1 neutral, 4 negative; Parquet says 0 positive, 0 neutral, 0 negative");
  });

  it("says what a cascade would pass on, by the confidence it trusts", () => {
    expect(terminalReport(demoFigures(), plain).replaceAll(/\s+/gu, " ")).toContain("0.5: 25 %, 0.6: 25 %, 0.7: 25 %, 0.8: 88 %, 0.9: 88 % of the rows");
    expect(htmlReport(demoFigures())).toContain('<th scope="row">0.8</th><td>7</td><td>88 %</td>');
  });

  it("shows where words and voice are apart, and says when a turn was left out", () => {
    const report = terminalReport(demoFigures(), plain);
    expect(report).toContain("✓ 2 utterances in the transcripts = 2 fused turns; 3 conversations, all ended");
    expect(report).toMatch(/0:05\.0 customer {2}words ─+┼─+●\S* \+0\.90 {2}voice ──●─┼──── −0\.60 .* ≠ 0\.75/u);
    const { fused } = demoFigures();
    const left = demoFigures({ fused: { ...fused!, fusedUtterances: 1, running: 1 } });
    expect(terminalReport(left, plain)).toContain("✗ 2 utterances in the transcripts, 1 with a fused turn; 1 of 3 conversations still running");
    expect(addsUp(left, 0)).toBe(false);
  });

  it("names what the classifier is and does not know", () => {
    expect(terminalReport(demoFigures(), plain)).toMatch(/embedded\/lexicon 1[^]*language_unsupported: ja\s+\(1\)/u);
  });
});

describe("htmlReport", () => {
  it("keeps customers' markup as text", () => {
    const page = htmlReport(demoFigures({ source: "<script>alert(1)</script>.csv" }));
    expect(page).toContain("Broken on arrival, &lt;b&gt;again&lt;/b&gt; &amp; nobody answers");
    expect(page).not.toContain("<script");
  });

  it("does not count the undetermined as a language", () => {
    const { languages } = demoFigures();
    const page = htmlReport(demoFigures({ languages: [...languages, { name: "und", rows: 1, labels: { positive: 0, neutral: 1, negative: 0 }, confidence: 0.4 }] }));
    expect(page).toContain("in 1 language,");
    expect(page).toContain(">und</th>");
  });

  it("needs nothing from the network", () => {
    expect(htmlReport(demoFigures())).not.toMatch(/https?:|url\(|@import|<link|<img|\ssrc=/u);
  });

  it("gives each chart a title, a description and a table", () => {
    const page = htmlReport(demoFigures());
    const charts = page.match(/<svg /gu)?.length;
    expect(charts).toBe(5);
    expect(page.match(/<desc id="/gu)).toHaveLength(5);
    expect(page.match(/aria-labelledby="\w+-title \w+-description"/gu)).toHaveLength(5);
    expect(page.match(/<div class="pair"><figure/gu)).toHaveLength(4);
    expect(page.match(/<details>/gu)).toHaveLength(1);
    expect(page.match(/<th scope="row">review<\/th><td>2<\/td><td>0<\/td><td>1<\/td><td>3<\/td><td>0.61<\/td>/gu)).toHaveLength(1);
  });
});

describe("the calls", () => {
  const [call] = demoFigures().calls.heard;

  it("are drawn a lane a speaker, and listed", () => {
    const page = htmlReport(demoFigures());
    expect(page).toContain("call &lt;1&gt;.wav");
    expect(page.match(/<rect class="(?:negative|neutral)(?: unsure)?" x="[\d.]+" y="[\d.]+" width="[\d.]+" height="22" rx="3"><title>(?:customer|agent), /gu)).toHaveLength(2);
    expect(page).toContain("5.5 s of speech found, and as much in the rows");
  });

  it("are out of balance when a row is missing", () => {
    const calls = { sent: 1, heard: [{ ...call!, tracks: [{ track: 0, speaker: "customer", speechMs: 3_000, rowsMs: 1_000 }] }] };
    expect(terminalReport(demoFigures({ calls }), plain)).toContain("✗ 1 call in, 1 heard; 3.0 s of speech found, 2.0 s of it without rows or twice");
    expect(addsUp(demoFigures({ calls }), 0)).toBe(false);
  });

  it("are out of balance when one was not heard", () => {
    expect(addsUp(demoFigures({ calls: { sent: 2, heard: [call!] } }), 0)).toBe(false);
    expect(addsUp(demoFigures({ calls: { sent: 1, heard: [{ ...call!, refusal: "audio_silent", tracks: [] }] } }), 0)).toBe(false);
    expect(addsUp(demoFigures(), 0)).toBe(true);
  });

  it("are left out with a person's own files", () => {
    expect(htmlReport(demoFigures({ calls: { sent: 0, heard: [] } }))).not.toContain("How the calls sound");
  });
});
