import { createTextClassifier } from "../classifiers/create-text-classifier.ts";
import type { SentimentLabel } from "../core/contracts/sentiment-result.ts";
import { AskedStage } from "../evaluation/cascade/ask-stage.ts";
import type { PreparedText } from "../evaluation/cascade/prepare-texts.ts";
import { readRecordedAnswers } from "../evaluation/cascade/recorded-answers.ts";
import { simulateStage } from "../evaluation/cascade/simulate-stage.ts";
import type { CascadeAnswers, StageAnswers } from "../evaluation/cascade/stage-answers.ts";
import { CommandError, EXIT } from "./command-error.ts";
import { abortOnInterrupt } from "./interrupt.ts";
import { progressBar } from "./progress-bar.ts";
import { count, plural } from "./terminal.ts";
import type { PlannedStage } from "./tune-stages.ts";

export interface AnswerOptions {
  record?: string;
  yes?: boolean;
  seed: number;
}

/** So many texts are asked first, to learn from what they really cost what all of them will. */
const PILOT_TEXTS = 20;
/** Above this, in US dollars, a person has to agree. */
const FREE_OF_CONSENT_USD = 1;

/** Every stage's answers to every text: asked for, read from files, or simulated. @throws CommandError when --yes is needed. */
export async function collectAnswers(stages: readonly PlannedStage[], texts: readonly PreparedText[], options: AnswerOptions): Promise<CascadeAnswers> {
  const asked = await askStages(stages, texts, options);
  const actual = texts.map(({ label }) => label);
  const collected: StageAnswers[] = [];
  for (const [index, stage] of stages.entries()) collected.push(answersOf(stage, index, { asked, texts, actual, first: collected[0], seed: options.seed }));
  return { actual, stages: collected };
}

interface Sources {
  asked: ReadonlyMap<string, AskedStage>;
  texts: readonly PreparedText[];
  actual: readonly SentimentLabel[];
  first: StageAnswers | undefined;
  seed: number;
}

function answersOf({ name, source }: PlannedStage, index: number, { asked, texts, actual, first, seed }: Sources): StageAnswers {
  switch (source.kind) {
    case "ask":
      return { name, answers: asked.get(name)!.answersTo(texts) };
    case "recorded": {
      const { answers } = readRecordedAnswers(source.file, name);
      const missing = texts.filter(({ id }) => !answers.has(id)).length;
      if (missing > 0) {
        throw new CommandError(`${source.file} has no answer of ${name} to ${count(missing)} of ${plural(texts.length, "text")}. It must be recorded from the same texts (and --channel); --record ${source.file} asks for the missing ones.`);
      }
      return { name, answers: texts.map(({ id }) => answers.get(id)!) };
    }
    case "simulated":
      // Each stage its own stream of random numbers: two simulated ones must not make the same mistakes.
      return simulateStage(name, source.simulation, actual, first, seedOfStage(seed, index));
  }
}

function seedOfStage(seed: number, index: number): number {
  return seed * 1_009 + index;
}

async function askStages(stages: readonly PlannedStage[], texts: readonly PreparedText[], { record, yes }: AnswerOptions): Promise<Map<string, AskedStage>> {
  const interrupt = abortOnInterrupt("Stopping after the calls in flight …");
  const asked = new Map<string, AskedStage>();
  try {
    for (const { name, source } of stages) {
      if (source.kind !== "ask") continue;
      const bar = progressBar(process.stderr, `texts asked of ${name}`);
      const progress = (done: number, of: number): void => (done === of ? bar.finish() : bar.update(done, done / of));
      asked.set(name, new AskedStage(name, await createTextClassifier(source.specification), { record, progress, signal: interrupt.signal }));
    }
    if (!yes) await agreeOnCost(stages, asked, texts);
    for (const stage of asked.values()) {
      await stage.ask(texts);
      if (stage.failures.size === 0) continue;
      const codes = [...stage.failures].map(([code, failed]) => `${code} ${count(failed)}`);
      console.error(`${stage.name} will never answer some texts (${codes.join(", ")}); they count as wrong where nobody else answers.`);
    }
  } finally {
    interrupt.release();
  }
  return asked;
}

/** Asks each hosted stage about a few texts, says what the rest would cost by their price, and stops when that is much. */
async function agreeOnCost(stages: readonly PlannedStage[], asked: ReadonlyMap<string, AskedStage>, texts: readonly PreparedText[]): Promise<void> {
  let expected = 0;
  for (const { name, source } of stages) {
    const stage = asked.get(name);
    if (stage === undefined || source.kind !== "ask" || source.specification.kind === "embedded") continue;
    await stage.ask(evenlySpread(stage.unanswered(texts), PILOT_TEXTS));
    const rest = stage.unanswered(texts).length;
    if (rest === 0) continue;
    const usd = rest * (stage.usdPerText ?? 0);
    expected += usd;
    const price = usd > 0 ? `about $${usd.toFixed(2)}` : "nothing by the text (an endpoint is billed by the hour)";
    console.error(`${name}: ${plural(rest, "text")} still to be asked cost ${price}, by the price of the first ${PILOT_TEXTS}.`);
  }
  if (expected > FREE_OF_CONSENT_USD) {
    throw new CommandError(`Asking the rest would cost about $${expected.toFixed(2)}. Add --yes to spend it, and --record FILE to pay only once.`, EXIT.usage);
  }
}

/** A file is often sorted; its first lines may all be short. */
function evenlySpread<Item>(items: readonly Item[], wanted: number): Item[] {
  if (items.length <= wanted) return [...items];
  return Array.from({ length: wanted }, (_, index) => items[Math.floor((index * items.length) / wanted)]!);
}
