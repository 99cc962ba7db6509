import { readFileSync } from "node:fs";
import type { Flag, ModelIdentity, Sentiment } from "../../core/contracts/sentiment-result.ts";
import type { TextClassification, TextClassifier, TextToClassify } from "../text-classifier.ts";
import { UNDETERMINED } from "./features.ts";
import { decodeModelFile, ModelFileError, type ModelFile } from "./model-file.ts";
import { scoreEvidence, softmax, type Opinion } from "./score-evidence.ts";
import { SentimentModel } from "./sentiment-model.ts";

const MODEL_FILE = new URL("./sentiment-model.bin", import.meta.url);

/**
 * Sentiment by a small trained model (docs/models/embedded-text.md): no account, no network, no cost. Answers every text; where it does
 * not know the language only emoji are heard, and the answer says so.
 */
export class EmbeddedClassifier implements TextClassifier {
  readonly model: ModelIdentity;
  readonly #sentiment: SentimentModel;
  readonly #lowConfidence: number;

  /** @throws ModelFileError when the model's file is missing, cut or changed. */
  constructor(file: ModelFile = readModelFile()) {
    this.model = { provider: "embedded", id: "valence-text", version: `${file.header.version}+${file.digest.slice(0, 8)}` };
    this.#sentiment = new SentimentModel(file);
    this.#lowConfidence = file.header.lowConfidence;
  }

  /** The languages it was trained on, as primary subtags. */
  get languages(): readonly string[] {
    return this.#sentiment.languages;
  }

  async classify(texts: readonly TextToClassify[]): Promise<readonly TextClassification[]> {
    const started = performance.now();
    const opinions = texts.map((text) => this.#opinionOn(text));
    const modelMs = (performance.now() - started) / Math.max(1, texts.length);
    return opinions.map(({ sentiment, flags }) => ({ ok: true, sentiment, model: this.model, flags, cost: { usd: 0 }, modelMs }));
  }

  #opinionOn({ text, language }: TextToClassify): { sentiment: Sentiment; flags: readonly Flag[] } {
    const primary = primarySubtag(language);
    const parameters = this.#sentiment.parametersOf(primary);
    if (parameters === undefined) return { sentiment: toSentiment(this.#emojiOf(text)), flags: ["language_unsupported", "low_confidence"] };
    const evidence = this.#sentiment.weigh(text, primary);
    const [positive, neutral, negative] = parameters.bias;
    const opinion = scoreEvidence([positive + evidence.positive, neutral, negative + evidence.negative], parameters);
    const flags: Flag[] = [];
    if (opinion.confidence < this.#lowConfidence) flags.push("low_confidence");
    if (isMixed(opinion)) flags.push("mixed");
    return { sentiment: toSentiment(opinion), flags };
  }

  /** Emoji speak every language, but no more is claimed than they can carry; without any, neutral by a hair. */
  #emojiOf(text: string): Opinion {
    const { positive, negative } = this.#sentiment.weigh(text, UNDETERMINED, true);
    const scores = softmax([positive, NEUTRAL_LEAD, negative]);
    const winner = scores.indexOf(Math.max(...scores));
    return { label: (["positive", "neutral", "negative"] as const)[winner]!, scores, confidence: (scores[winner]! - 1 / 3) / 2 };
  }
}

// Enough to win where nothing is heard.
const NEUTRAL_LEAD = 0.01;

// Chosen by eye on sentences with two halves; its rate on real texts is not measured.
const MIXED_SHARE = 0.3;

/** The model sees both sides, and what it sees least is neither. */
function isMixed({ scores: [positive, neutral, negative] }: Opinion): boolean {
  return Math.min(positive, negative) >= MIXED_SHARE && neutral <= Math.min(positive, negative);
}

function toSentiment({ label, scores: [positive, neutral, negative], confidence }: Opinion): Sentiment {
  return { label, scores: { positive, neutral, negative }, confidence, scoresFrom: "calibrated" };
}

const primarySubtags = new Map<string, string>();
const KEPT_SUBTAGS = 1000;

function primarySubtag(language: string): string {
  let primary = primarySubtags.get(language);
  if (primary === undefined) {
    primary = language.split("-", 1)[0]!.toLowerCase();
    if (primarySubtags.size < KEPT_SUBTAGS) primarySubtags.set(language, primary);
  }
  return primary;
}

function readModelFile(): ModelFile {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(MODEL_FILE);
  } catch (error) {
    throw new ModelFileError(`${MODEL_FILE.href} cannot be read (${error instanceof Error ? error.message : String(error)})`);
  }
  return decodeModelFile(bytes);
}
