import type { BedrockSpecification } from "../../core/classification/classifier-specification.ts";
import type { ModelIdentity } from "../../core/contracts/sentiment-result.ts";
import type { ClassificationFailure, TextClassification, TextClassifier, TextToClassify } from "../text-classifier.ts";
import { type Asked, type AskedText, askPacked } from "./ask-packed.ts";
import { findStrategy } from "./find-strategy.ts";
import type { LanguageModel } from "./language-model.ts";
import { type Opinion, opinionOfSamples, opinionOfStated } from "./sentiment-of-answers.ts";
import { costOf, nothingSpent } from "./spending.ts";
import type { Strategy } from "./strategy.ts";

/** What is said of prompting in a specification, wherever the model runs. */
export type PromptingSpecification = Pick<BedrockSpecification, "strategy" | "scores" | "textsPerCall">;

/** Turns any language model into a `TextClassifier`. */
export class PromptedClassifier implements TextClassifier {
  readonly model: ModelIdentity;
  readonly #languageModel: LanguageModel;
  readonly #specification: PromptingSpecification;
  readonly #strategy: Strategy;

  constructor(languageModel: LanguageModel, specification: PromptingSpecification) {
    this.#languageModel = languageModel;
    this.#specification = specification;
    this.#strategy = findStrategy(specification.strategy);
    this.model = { ...languageModel.identity, promptVersion: this.#strategy.version };
  }

  async classify(texts: readonly TextToClassify[], signal?: AbortSignal): Promise<readonly TextClassification[]> {
    const asked: AskedText[] = texts.map(({ text }) => ({ text, spending: nothingSpent() }));
    const rounds = await this.#ask(asked, signal);
    return asked.map(({ spending }, index): TextClassification => {
      const opinion = this.#opinion(rounds.map((round) => round[index]!));
      if ("code" in opinion) return { ok: false, failure: opinion, ...(spending.calls > 0 && { cost: costOf(spending) }) };
      return { ok: true, ...opinion, model: this.model, cost: costOf(spending), modelMs: spending.milliseconds };
    });
  }

  /** One round for stated scores, one for each sample otherwise. */
  async #ask(texts: readonly AskedText[], signal: AbortSignal | undefined): Promise<Asked[][]> {
    const { scores, textsPerCall } = this.#specification;
    const asking = { model: this.#languageModel, strategy: this.#strategy, scores: scores.from, textsPerCall, signal };
    if (scores.from === "stated") return [await askPacked(texts, { ...asking, temperature: 0 })];
    return Promise.all(Array.from({ length: scores.samples }, () => askPacked(texts, { ...asking, temperature: scores.temperature })));
  }

  #opinion(outcomes: readonly Asked[]): Opinion | ClassificationFailure {
    const answers = outcomes.flatMap((outcome) => (outcome.ok ? [outcome.answer] : []));
    const failures = outcomes.flatMap((outcome) => (outcome.ok ? [] : [outcome.failure]));
    // A minority of the samples is too small a base for their shares. A passing failure goes first: the text deserves another try.
    if (answers.length * 2 <= outcomes.length) return failures.find(({ retryable }) => retryable) ?? failures[0]!;
    return this.#specification.scores.from === "stated" ? opinionOfStated(answers[0]!) : opinionOfSamples(answers);
  }
}
