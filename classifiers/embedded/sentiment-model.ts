import { formHash, languageHash, PAIR, UNDETERMINED, visitNegated, visitWord, wordOfLanguage } from "./features.ts";
import { bucketOf, hashPair } from "./hash.ts";
import { decodeWeight, WEIGHTS_PER_BUCKET, type LanguageParameters, type ModelFile, type ModelHeader } from "./model-file.ts";
import type { TokenKind } from "./split-tokens.ts";
import { walkText, type KnownWord, type TextVisitor } from "./walk-text.ts";
import { LONGEST_WORD, wordForm } from "./word-form.ts";

/** What the features of a text add up to, against neutral; no bias yet. */
export interface Evidence {
  positive: number;
  negative: number;
}

/** All that a token adds, worked out once: its own features, and those of standing after a negator. */
interface WeighedWord extends KnownWord {
  positive: number;
  negative: number;
  energy: number;
  negatedPositive: number;
  negatedNegative: number;
  negatedEnergy: number;
}

/** Words kept a language: enough for nearly all of a running text, and at most some megabytes. */
const KEPT_WORDS = 16_384;
/** V8 makes a longer piece of a string a view that keeps the whole text alive. */
const LONGEST_COPIED = 12;

/** The trained weights and the words met so far. */
export class SentimentModel {
  readonly #header: ModelHeader;
  readonly #weights: Int8Array;
  readonly #listedHashes: Uint32Array;
  readonly #listedValences: Int8Array;
  readonly #bits: number;
  readonly #decoded: Float64Array;
  readonly #languages: ReadonlyMap<string, LanguageParameters>;
  readonly #kept = new Map<string, Map<string, WeighedWord>>();

  constructor({ header, weights, listedHashes, listedValences }: ModelFile) {
    this.#header = header;
    this.#weights = weights;
    this.#listedHashes = listedHashes;
    this.#listedValences = listedValences;
    this.#bits = header.bucketBits;
    this.#decoded = Float64Array.from({ length: 256 }, (_, byte) => decodeWeight(byte - 128, header.largestWeight));
    this.#languages = new Map(Object.entries(header.languages));
  }

  /** The languages it was trained on, `und` not counted. */
  get languages(): string[] {
    return [...this.#languages.keys()].filter((language) => language !== UNDETERMINED);
  }

  /** Of a primary subtag; undefined for a language it was not trained on. */
  parametersOf(language: string): LanguageParameters | undefined {
    return this.#languages.get(language);
  }

  /**
   * @param language a primary subtag it was trained on, or `und`.
   * @param emojiOnly leaves everything but emoji unheard.
   */
  weigh(text: string, language: string, emojiOnly = false): Evidence {
    const sum = new EvidenceSum(this, language, emojiOnly);
    walkText(text, sum);
    return sum.result();
  }

  /** The words of a language met so far. */
  wordsOf(language: string): Map<string, WeighedWord> {
    let words = this.#kept.get(language);
    if (words === undefined) {
      words = new Map();
      this.#kept.set(language, words);
    }
    return words;
  }

  meet(token: string, kind: TokenKind, language: string, kept: Map<string, WeighedWord>): WeighedWord {
    const word = this.#weighWord(token, kind, language);
    if (token.length > LONGEST_WORD) return word;
    // A new start costs less than keeping books on which word was met last.
    if (kept.size >= KEPT_WORDS) kept.clear();
    kept.set(token.length > LONGEST_COPIED ? Buffer.from(token, "utf16le").toString("utf16le") : token, word);
    return word;
  }

  /** Both weights of a hashed feature. */
  positiveOf(bucket: number): number {
    return this.#decoded[this.#weights[WEIGHTS_PER_BUCKET * bucket]! + 128]!;
  }

  negativeOf(bucket: number): number {
    return this.#decoded[this.#weights[WEIGHTS_PER_BUCKET * bucket + 1]! + 128]!;
  }

  bucketOf(hash: number): number {
    return bucketOf(hash, this.#bits);
  }

  #weighWord(token: string, kind: TokenKind, language: string): WeighedWord {
    const word = wordForm(token, kind, language);
    const hash = formHash(word.form);
    const ofLanguage = languageHash(language);
    const weighed = { hash, kind, negates: word.negates, positive: 0, negative: 0, energy: 0, negatedPositive: 0, negatedNegative: 0, negatedEnergy: 0 };
    visitWord(word, ofLanguage, (feature, value) => {
      const bucket = this.bucketOf(feature);
      weighed.positive += value * this.positiveOf(bucket);
      weighed.negative += value * this.negativeOf(bucket);
      weighed.energy += value * value;
    });
    visitNegated(word, (feature, value) => {
      const bucket = this.bucketOf(feature);
      weighed.negatedPositive += value * this.positiveOf(bucket);
      weighed.negatedNegative += value * this.negativeOf(bucket);
      weighed.negatedEnergy += value * value;
    });
    if (ofLanguage !== undefined && !word.negates) this.#addListed(wordOfLanguage(hash, ofLanguage), weighed);
    return weighed;
  }

  /** What the word lists say; of a negated word, by how much it differs. Takes no part in the scaling. */
  #addListed(hash: number, weighed: WeighedWord): void {
    const valence = this.#valenceOf(hash >>> 0);
    if (valence === 0) return;
    const { positive, negative, positiveNegated, negativeNegated } = this.#header.listed;
    const plain = valence > 0 ? positive : negative;
    const negated = valence > 0 ? positiveNegated : negativeNegated;
    const steps = Math.abs(valence);
    weighed.positive += steps * plain[0];
    weighed.negative += steps * plain[1];
    weighed.negatedPositive += steps * (negated[0] - plain[0]);
    weighed.negatedNegative += steps * (negated[1] - plain[1]);
  }

  /** By binary search; 0 for a word that is not listed. */
  #valenceOf(hash: number): number {
    let from = 0;
    let to = this.#listedHashes.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      if (this.#listedHashes[middle]! < hash) from = middle + 1;
      else to = middle;
    }
    return this.#listedHashes[from] === hash ? this.#listedValences[from]! : 0;
  }
}

class EvidenceSum implements TextVisitor<WeighedWord> {
  readonly #model: SentimentModel;
  readonly #language: string;
  readonly #words: Map<string, WeighedWord>;
  readonly #emojiOnly: boolean;
  #positive = 0;
  #negative = 0;
  #energy = 0;

  constructor(model: SentimentModel, language: string, emojiOnly: boolean) {
    this.#model = model;
    this.#language = language;
    this.#words = model.wordsOf(language);
    this.#emojiOnly = emojiOnly;
  }

  lookUp(token: string, kind: TokenKind): WeighedWord {
    return this.#words.get(token) ?? this.#model.meet(token, kind, this.#language, this.#words);
  }

  word(word: WeighedWord, negated: boolean): void {
    if (this.#emojiOnly && word.kind !== "emoji") return;
    this.#positive += word.positive;
    this.#negative += word.negative;
    this.#energy += word.energy;
    if (!negated || this.#emojiOnly) return;
    this.#positive += word.negatedPositive;
    this.#negative += word.negatedNegative;
    this.#energy += word.negatedEnergy;
  }

  pair(first: number, second: number): void {
    if (this.#emojiOnly) return;
    const bucket = this.#model.bucketOf(hashPair(first, second));
    this.#positive += PAIR * this.#model.positiveOf(bucket);
    this.#negative += PAIR * this.#model.negativeOf(bucket);
    this.#energy += PAIR * PAIR;
  }

  result(): Evidence {
    const scale = this.#energy === 0 ? 0 : 1 / Math.sqrt(this.#energy);
    return { positive: this.#positive * scale, negative: this.#negative * scale };
  }
}
