import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import stringWidth from "string-width";
import { afterAll, afterEach, describe, expect, it, vi } from "vitest";
import { runCommandLine } from "../../cli/program.ts";
import { startComprehendServer } from "../classifiers/protocol/comprehend-server.ts";
import { prepareTexts } from "../../evaluation/cascade/prepare-texts.ts";

const folder = mkdtempSync(join(tmpdir(), "valence-tune-"));
afterAll(() => rmSync(folder, { recursive: true }));
afterEach(() => vi.restoreAllMocks());

async function tune(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = (): { lines: string[]; add: (line: unknown) => void } => {
    const lines: string[] = [];
    return { lines, add: (line) => void lines.push(String(line)) };
  };
  const [out, err] = [said(), said()];
  vi.spyOn(console, "log").mockImplementation(out.add);
  vi.spyOn(console, "error").mockImplementation(err.add);
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    err.add(text);
    return true;
  });
  const code = await runCommandLine(["tune", "cascade", ...args], () => Promise.reject(new Error("Tuning reads no stage this way.")));
  return { code, out: out.lines.join("\n"), err: err.lines.join("\n") };
}

function file(name: string, lines: readonly unknown[]): string {
  const path = join(folder, name);
  writeFileSync(path, lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n"));
  return path;
}

const LABELS = ["positive", "neutral", "negative"] as const;
const labelled = Array.from({ length: 300 }, (_, index) => ({ text: `a made-up remark about the number ${index}`, label: LABELS[index % 3]!, lang: index % 2 === 0 ? "en" : "pt" }));
const LABELLED = file("labelled.jsonl", labelled);

const WRONG = { positive: "neutral", neutral: "negative", negative: "neutral" } as const;

/** Answers as `--record` writes them. */
function recorded(stage: string, usd: number, answer: (index: number) => { right: boolean; confidence: number }): string {
  const { texts } = prepareTexts(labelled, "social");
  const model = { provider: "made-up", id: stage, version: "1" };
  return file(`${stage}.jsonl`, texts.map(({ id, label }, index) => ({ stage, id, label: answer(index).right ? label : WRONG[label], confidence: answer(index).confidence, usd, model })));
}

// Of ten texts the first stage answers the four it is surest of rightly and no other; the last stage is right about eight of them.
const FIRST = recorded("first", 0, (index) => ({ right: index % 10 >= 6, confidence: 0.05 + (index % 10) / 10 }));
const LAST = recorded("last", 0.0005, (index) => ({ right: index % 10 !== 2 && index % 10 !== 8, confidence: 0.9 }));
const ANSWERS = ["--stages", "first,last", "--answers", `first=${FIRST}`, `last=${LAST}`];

describe("valence tune cascade", () => {
  it("finds the known optimum and says what it saves, for programs", async () => {
    // Answering from 0.65 makes it nine right of ten for six calls; answering from 0.55 saves one more call and loses its right answer.
    const { code, out } = await tune(LABELLED, ...ANSWERS, "--accuracy", "0.86", "--json");
    const report = JSON.parse(out);
    expect(report.chosen.thresholds).toEqual({ first: 0.65 });
    expect(report.chosen.reached).toBe(true);
    expect(report.chosen.holding.saved).toBeCloseTo(0.4, 1);
    expect(report.stages.map(({ name, accuracy, usdPerThousand }: Record<string, unknown>) => [name, accuracy, usdPerThousand])).toEqual([
      ["first", 0.4, 0],
      ["last", 0.8, expect.closeTo(0.5, 9)],
    ]);
    expect(report.texts).toBe(300);
    const { yes, no, "within-chance": within } = report.otherSplits.held;
    expect(yes + no + within).toBe(20);
    expect(report.otherSplits.saved.mean).toBeCloseTo(0.4, 1);
    expect(report.model).toEqual({ kind: "cascade", stages: [{ classifier: "<the specification of first>", answerFrom: 0.65 }], last: "<the specification of last>" });
    expect(code).toBe(0);
  });

  it("shows tables and curves to a person, no wider than asked, and without colour in a file", async () => {
    const { code, out } = await tune(LABELLED, ...ANSWERS);
    expect(code).toBe(0);
    expect(out).toContain("Cascade: first → last\n");
    expect(out).toContain("Thresholds are chosen on 150 of them and checked on the other 150");
    expect(out).toMatch(/^first +40\.0 %/mu);
    expect(out).toMatch(/^last +80\.0 % .* \$0\.50$/mu);
    expect(out).toMatch(/^surest 40 % +0\.0 % +0\.650/mu);
    expect(out).toMatch(/^left out +100\.0 % +100\.0 %/mu);
    expect(out).toMatch(/^The thresholds hold/mu);
    expect(out).toMatch(/^Tuned and checked anew on 20 other splits: \d+ meet the target/mu);
    expect(out).toMatch(/^At the accuracy of last alone the cascade saves \d/mu);
    expect(out).not.toContain("SIMULATED");
    expect(out).not.toContain("\u001b");
    for (const line of out.split("\n").filter((line) => !line.includes(folder))) expect(stringWidth(line)).toBeLessThanOrEqual(100);
  });

  it("marks what is simulated, again and again", async () => {
    const { out } = await tune(LABELLED, "--stages", "first,llm", "--answers", `first=${FIRST}`, "--simulate", "llm:accuracy=0.8,usd=0.0004,correlation=0.2,confusion=positive>neutral:0.9");
    expect(out).toContain("Cascade: first → llm (simulated)");
    expect(out).toMatch(/SIMULATED: llm was not asked. Made-up answers:\s+80 % right, \$0\.0004 a text; calibrated\s+confidence;\s+90\s+%\s+of\s+errors positive → neutral; errors\s+correlated with first's by 0\.2\./u);
    expect(out).toMatch(/^llm \(simulated\) /mu);
  });

  it("asks the embedded model itself, records what it says without the texts, and takes that the next time", async () => {
    const record = join(folder, "embedded.jsonl");
    const args = [LABELLED, "--stages", "embedded,last", "--answers", `last=${LAST}`, "--json"];
    const first = await tune(...args, "--record", record);
    expect(readFileSync(record, "utf8").trim().split("\n")).toHaveLength(300);
    expect(readFileSync(record, "utf8")).not.toContain("remark");
    const second = await tune(...args, "--record", record);
    expect(second.out).toBe(first.out);
    expect(readFileSync(record, "utf8").trim().split("\n")).toHaveLength(300);
    const third = JSON.parse((await tune(...args, "--answers", `embedded=${record}`)).out);
    expect(third.chosen).toEqual(JSON.parse(first.out).chosen);
  });

  it("learns from a few texts what a hosted stage costs, asks before it spends more than a dollar, and pays once", async () => {
    const comprehend = await startComprehendServer();
    vi.stubEnv("AWS_ENDPOINT_URL", comprehend.url);
    vi.stubEnv("AWS_REGION", "eu-west-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    try {
      // 3,000 bytes are 30 units of $0.0001: $0.003 a text.
      const long = file("long.jsonl", Array.from({ length: 420 }, (_, index) => ({ text: `remark ${index}, ${"nothing special happened, and then ".repeat(86)}`, label: LABELS[index % 3], lang: "en" })));
      const record = join(folder, "comprehend.jsonl");
      const args = [long, "--stages", "cheap,comprehend", "--simulate", "cheap:accuracy=0.5,usd=0", "--record", record];
      const refused = await tune(...args);
      expect(refused.code).toBe(2);
      expect(refused.err).toMatch(/comprehend: 400 texts still to be asked cost about \$1\.2\d, by the price of the first 20/u);
      expect(refused.err).toMatch(/Add --yes to spend it/u);
      const asked = (): number => comprehend.requests.reduce((sum, { json }) => sum + (json as { TextList: string[] }).TextList.length, 0);
      expect(asked()).toBe(20);

      const agreed = await tune(...args, "--yes");
      expect(agreed.out).toMatch(/^comprehend .* \$3\.[01]\d$/mu);
      expect(asked()).toBe(420);
      await tune(...args);
      expect(asked()).toBe(420);
    } finally {
      vi.unstubAllEnvs();
      await comprehend.close();
    }
  }, 30_000);

  it("prints the specification to paste, with what the cascade's file says of each stage", async () => {
    const llm = { kind: "sagemaker-llm", endpoint: "llm", model: "mixtral", strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 20 };
    const cascade = { kind: "cascade", stages: [{ classifier: { kind: "embedded" }, answerFrom: 0.5 }], last: llm };
    const whole = file("stage.json", [{ stage: "dev", textClassifier: { model: cascade, memoryMiB: 512 } }]);
    for (const path of [whole, file("cascade.json", [cascade])]) {
      const { out } = await tune(LABELLED, "--config", path, "--simulate", "sagemaker-llm:accuracy=0.9,usd=0.001", "embedded:accuracy=0.7,usd=0", "--json");
      const { model } = JSON.parse(out);
      expect(model).toEqual({ ...cascade, stages: [{ classifier: { kind: "embedded" }, answerFrom: expect.any(Number) }] });
      expect(model.stages[0].answerFrom).not.toBe(0.5);
    }
  });

  it("ends with 1 for a target nothing reaches, and comes as close as it can", async () => {
    const { code, out } = await tune(LABELLED, ...ANSWERS, "--accuracy", "0.99");
    expect(code).toBe(1);
    expect(out).toContain("Chosen: no thresholds reach accuracy of 99.0 %; these come closest");
    expect(out).toContain("The target is out of reach on the 150 texts tuned on");
  });

  it("proposes the last stage alone where no other is worth asking", async () => {
    const { code, out } = await tune(LABELLED, "--stages", "noise,last", "--answers", `last=${LAST}`, "--simulate", "noise:accuracy=0.2,usd=0.0001,confidence=uninformative");
    expect(code).toBe(0);
    expect(out).toContain("noise is left out; last answers the rest.");
    expect(out).toContain("No stage before last is worth asking for this target");
    expect(out).toMatch(/"model": "<the specification of last>"/u);
  });

  it("leaves repeated texts out, and says so", async () => {
    const twice = file("twice.jsonl", [...labelled, ...labelled.slice(0, 7), { ...labelled[9], label: "negative" }]);
    const { out } = await tune(twice, ...ANSWERS);
    expect(out).toContain("Left out: 8 repeated texts, 1 of them labelled otherwise the first time.");
    expect(out).toContain("300 labelled texts");
  });
});

describe("valence tune cascade refuses", () => {
  const SIMULATE = ["--stages", "a,b", "--simulate", "a:accuracy=0.7,usd=0", "b:accuracy=0.8,usd=1"];
  const config = file("embedded.json", [{ textClassifier: { model: { kind: "embedded" } } }]);

  const retired = file("retired.json", [
    {
      kind: "cascade",
      stages: [{ classifier: { kind: "embedded" }, answerFrom: 0.7 }],
      last: { kind: "bedrock", model: "anthropic.claude-3-5-sonnet-20240620-v1:0", strategy: "zero-shot", scores: { from: "stated" }, textsPerCall: 20 },
    },
  ]);

  it.each([
    ["no stages", [LABELLED], 2, /Say which stages the cascade has/u],
    ["two ways of saying the stages", [LABELLED, "--stages", "a,b", "--stage", "dev"], 2, /Say only one of which stages/u],
    ["one stage", [LABELLED, "--stages", "embedded"], 2, /from 2 to 4 stages, cheapest first; here are 1 \(embedded\)/u],
    ["five stages", [LABELLED, "--stages", "a,b,c,d,e"], 2, /here are 5/u],
    ["a stage named twice", [LABELLED, "--stages", "a,a"], 2, /a is there twice/u],
    ["a name nobody knows", [LABELLED, "--stages", "embedded,llm"], 2, /llm is only a name: .*--simulate "llm:accuracy/u],
    ["answers of no stage", [LABELLED, ...SIMULATE, "--answers", "c=x"], 2, /--answers: there is no stage c; the stages are a, b/u],
    ["answers given twice", [LABELLED, ...SIMULATE, "--answers", "a=x"], 2, /the answers of a are given twice/u],
    ["a classifier that is no cascade", [LABELLED, "--config", config], 2, /of kind "embedded"; there are thresholds to tune only in a "cascade"/u],
    ["a stage without a file", [LABELLED, "--stage", "nowhere"], 2, /There is no file config\/nowhere\.json\./u],
    ["a retired model", [LABELLED, "--config", retired], 2, /last\.model: .*retired.*claude/u],
    ["two targets", [LABELLED, ...SIMULATE, "--accuracy", "0.7", "--budget", "1"], 2, /--accuracy or --budget, not both/u],
    ["a certainty for a budget", [LABELLED, ...SIMULATE, "--certainty", "0.8", "--budget", "1"], 2, /--certainty goes with an accuracy/u],
    ["a certainty below one half", [LABELLED, ...SIMULATE, "--certainty", "0.2"], 2, /from 0\.5 to 0\.999/u],
    ["an accuracy in percent", [LABELLED, ...SIMULATE, "--accuracy", "70"], 2, /up to 1, e\.g\. 0\.75/u],
    ["a simulation without a price", [LABELLED, "--stages", "a,b", "--simulate", "a:accuracy=0.7"], 2, /usd is missing, a number from 0 to 1000/u],
    ["a simulation with an unknown key", [LABELLED, "--stages", "a,b", "--simulate", "a:acuracy=0.7"], 2, /"acuracy" is not one of accuracy, usd/u],
    ["a confusion of no labels", [LABELLED, "--stages", "a,b", "--simulate", "a:accuracy=0.7,usd=0,confusion=good>bad:1"], 2, /not "good>bad:1"/u],
    ["a correlation that cannot be", [LABELLED, "--stages", "a,b", "--simulate", "a:accuracy=0.5,usd=0", "b:accuracy=0.9,usd=0,correlation=1"], 1, /at most correlation=0\.\d\d/u],
    ["a missing file", [join(folder, "nowhere.jsonl"), ...SIMULATE], 1, /nowhere\.jsonl cannot be read/u],
    ["texts without labels", [file("unlabelled.jsonl", [{ text: "a secret", lang: "en" }]), ...SIMULATE], 1, /unlabelled\.jsonl, line 1: label/u],
    ["a handful of texts", [file("few.jsonl", labelled.slice(0, 39)), ...SIMULATE], 1, /39 labelled texts are too few .* at least 40, better 1,000/u],
    ["texts of one label", [file("happy.jsonl", labelled.map((text) => ({ ...text, label: "positive" }))), ...SIMULATE], 1, /every text is labelled positive/u],
    ["answers to other texts", [file("others.jsonl", labelled.map((text) => ({ ...text, text: `${text.text}!` }))), ...ANSWERS], 1, /has no answer of first to 300 of 300 texts/u],
  ])("%s", async (_, args, expected, message) => {
    const { code, out, err } = await tune(...args);
    expect(err).toMatch(message);
    expect(err).not.toContain("a secret");
    expect(code).toBe(expected);
    expect(out).toBe("");
  });
});
