import type { TextClassification, TextClassifier } from "../../classifiers/text-classifier.ts";
import type { PreparedText } from "./prepare-texts.ts";
import { describeModel, isSameModel, readRecordedSoFar, recordAnswers } from "./recorded-answers.ts";
import type { StageAnswer } from "./stage-answers.ts";

/** Enough to fill the calls in flight of any classifier, few enough to lose little when interrupted. */
const TEXTS_AT_A_TIME = 200;

/** A stage that could not be asked about every text. */
export class AskError extends Error {
  override readonly name = "AskError";
}

export interface AskOptions {
  /** Where answers are kept as they come; those already there are not asked for again. */
  record?: string | undefined;
  progress?: (answered: number, of: number) => void;
  signal?: AbortSignal;
}

/** One stage's real classifier and what it has answered so far. */
export class AskedStage {
  readonly name: string;
  readonly #classifier: TextClassifier;
  readonly #options: AskOptions;
  readonly #answers: Map<string, StageAnswer>;
  readonly #failures = new Map<string, number>();
  #spentUsd = 0;
  #asked = 0;

  /** @throws AskError when the file of recorded answers holds another model's. */
  constructor(name: string, classifier: TextClassifier, options: AskOptions = {}) {
    this.name = name;
    this.#classifier = classifier;
    this.#options = options;
    const recorded = options.record === undefined ? undefined : readRecordedSoFar(options.record, name);
    if (recorded?.model !== undefined && !isSameModel(recorded.model, classifier.model)) {
      throw new AskError(`${options.record} holds answers of ${describeModel(recorded.model)} for ${name}, which is ${describeModel(classifier.model)} now; record into another file`);
    }
    this.#answers = new Map(recorded?.answers);
  }

  /** Texts without an answer yet. */
  unanswered(texts: readonly PreparedText[]): PreparedText[] {
    return texts.filter(({ id }) => !this.#answers.has(id));
  }

  /** What a text has cost so far, in US dollars, on average over those asked in this run; undefined before the first. */
  get usdPerText(): number | undefined {
    return this.#asked === 0 ? undefined : this.#spentUsd / this.#asked;
  }

  /** Failures that are the text's own, by their code: refused, blocked … They count as "no answer". */
  get failures(): ReadonlyMap<string, number> {
    return this.#failures;
  }

  /**
   * Asks about those of the texts that have no answer yet, and keeps each batch before the next is asked.
   * @throws AskError when some stay unanswered for a reason that may pass: thresholds tuned without them would be wrong.
   */
  async ask(texts: readonly PreparedText[]): Promise<void> {
    const waiting = this.unanswered(texts);
    const missed: string[] = [];
    for (let start = 0; start < waiting.length; start += TEXTS_AT_A_TIME) {
      const batch = waiting.slice(start, start + TEXTS_AT_A_TIME);
      const outcomes = await this.#classifier.classify(batch.map(({ text, language }) => ({ text, language })), this.#options.signal);
      missed.push(...this.#keep(batch, outcomes));
      this.#options.progress?.(start + batch.length, waiting.length);
      // Interrupted; or a service that answers nothing at all, and will not do better with the next batch.
      if (this.#options.signal?.aborted) break;
      if (missed.length >= batch.length && missed.length === start + batch.length) break;
    }
    const left = this.unanswered(waiting).length;
    if (left > 0) {
      const reasons = missed.length === 0 ? "interrupted" : [...new Set(missed)].slice(0, 3).join("; ");
      const advice = this.#options.record === undefined ? "with --record FILE those answered are kept" : "run it again to ask only those";
      throw new AskError(`${this.name} left ${left} of ${waiting.length} texts unanswered (${reasons}); ${advice}`);
    }
  }

  /** In the order of the texts. @throws AskError for a text that was never asked. */
  answersTo(texts: readonly PreparedText[]): StageAnswer[] {
    return texts.map(({ id }) => {
      const answer = this.#answers.get(id);
      if (answer === undefined) throw new AskError(`${this.name} was not asked about text ${id}`);
      return answer;
    });
  }

  /** @returns why texts of the batch have no answer yet. */
  #keep(batch: readonly PreparedText[], outcomes: readonly TextClassification[]): string[] {
    const missed: string[] = [];
    const answered = batch.flatMap(({ id }, position) => {
      const outcome = outcomes[position];
      this.#asked += 1;
      this.#spentUsd += outcome?.cost?.usd ?? 0;
      if (outcome === undefined) missed.push("no outcome");
      else if (!outcome.ok && (outcome.failure.retryable || outcome.failure.code === "denied")) missed.push(`${outcome.failure.code}: ${outcome.failure.reason}`);
      else return [{ id, answer: this.#answerOf(outcome) }];
      return [];
    });
    for (const { id, answer } of answered) this.#answers.set(id, answer);
    if (this.#options.record !== undefined) {
      const { name: stage } = this;
      const { model } = this.#classifier;
      recordAnswers(this.#options.record, answered.map(({ id, answer: { label, ...answer } }) => ({ stage, id, label: label ?? null, ...answer, model })));
    }
    return missed;
  }

  #answerOf(outcome: TextClassification): StageAnswer {
    if (outcome.ok) {
      const { sentiment, flags, cost } = outcome;
      return { label: sentiment.label, confidence: sentiment.confidence, usd: cost.usd, ...(flags.includes("language_unsupported") && { languageUnsupported: true }) };
    }
    const { code } = outcome.failure;
    this.#failures.set(code, (this.#failures.get(code) ?? 0) + 1);
    return { label: undefined, confidence: 0, usd: outcome.cost?.usd ?? 0 };
  }
}
