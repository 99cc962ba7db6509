import { DetectPiiEntitiesCommand, type LanguageCode } from "@aws-sdk/client-comprehend";
import * as z from "zod";
import type { RedactionCounts } from "../../core/contracts/sentiment-result.ts";
import { comprehendCostUsd } from "../../core/models/comprehend-cost.ts";
import { type Instrument, uninstrumented } from "../calling/instrument.ts";
import type { ClassificationFailure } from "../text-classifier.ts";
import { charactersOf, type ComprehendAccess } from "./comprehend-access.ts";
import { comprehendCaller, lazyComprehendClient } from "./comprehend-client.ts";
import { personalDataLanguage } from "./languages.ts";
import { type FoundEntity, redactEntities } from "./redact-entities.ts";

/** Of one call, in bytes of UTF-8 (API reference: 100 KB). */
const MAXIMUM_BYTES = 100_000;

/** From half on it is likelier personal data than not. A word too many lost costs an analyst less than a name that stays costs a customer. */
const LEAST_SCORE = 0.5;

/** A date or an age alone names nobody, and "two weeks", "at 9" are what complaints are made of. */
const NOT_PERSONAL: ReadonlySet<string> = new Set(["DATE_TIME", "AGE"]);

const LONE_SURROGATES = /\p{Surrogate}/gu;
const BETWEEN = "\n\n";

const AnswerSchema = z.object({
  Entities: z.array(z.object({ Type: z.string().regex(/^[A-Z][A-Z_]{1,63}$/u), Score: z.number(), BeginOffset: z.int().min(0), EndOffset: z.int().min(0) })),
});

/** A value to redact, and what it is called: a name beside it helps Comprehend to tell what it is, and is not redacted itself. */
export interface PersonalValue {
  name?: string;
  value: string;
}

/** What belongs to one record: its text and its attributes, all in one language. */
export interface PersonalRecord {
  values: readonly PersonalValue[];
  /** A BCP 47 tag. */
  language: string;
}

/** `texts`: the values without personal data, in order. `unknown_language`: not looked at. `usd`: what looking cost. */
export type RedactionOutcome =
  | { kind: "redacted"; texts: string[]; counts: RedactionCounts; usd: number }
  | { kind: "unknown_language" }
  | { kind: "failed"; failure: ClassificationFailure; usd: number };

/** Several values sent as one document, and where in it each one stands. */
interface Document {
  text: string;
  parts: { start: number; end: number }[];
}

/**
 * Personal data that rules cannot prove: names, addresses, user names and the other types of `DetectPiiEntities`. It has no batch operation and a least
 * price a call, so a record's text and attributes go as one document.
 */
export class ComprehendPersonalData {
  readonly #access: ComprehendAccess;

  constructor(instrument: Instrument = uninstrumented) {
    this.#access = { client: lazyComprehendClient(instrument), caller: comprehendCaller("documents") };
  }

  /** One outcome a record, in order; never throws. A record fails whole: no value of it is given out when one was not looked at. */
  redact(records: readonly PersonalRecord[], signal?: AbortSignal): Promise<RedactionOutcome[]> {
    return Promise.all(records.map((record) => this.#redactOne(record, signal)));
  }

  async #redactOne({ values, language }: PersonalRecord, signal: AbortSignal | undefined): Promise<RedactionOutcome> {
    const code = personalDataLanguage(language);
    if (code === undefined) return { kind: "unknown_language" };
    const looked = await Promise.all(documentsOf(values).map((document) => this.#lookAt(document, code, signal)));
    const usd = looked.reduce((sum, one) => sum + one.usd, 0);
    const texts: string[] = [];
    const counts: Record<string, number> = {};
    for (const one of looked) {
      if (one.kind === "failed") return { ...one, usd };
      texts.push(...one.texts);
      for (const [type, count] of Object.entries(one.counts)) counts[type] = (counts[type] ?? 0) + count;
    }
    return { kind: "redacted", texts, counts, usd };
  }

  async #lookAt(document: Document, language: LanguageCode, signal: AbortSignal | undefined): Promise<Exclude<RedactionOutcome, { kind: "unknown_language" }>> {
    const bytes = Buffer.byteLength(document.text);
    if (bytes > MAXIMUM_BYTES) {
      const reason = `a value has ${bytes} bytes of UTF-8, Comprehend looks for personal data in at most ${MAXIMUM_BYTES}`;
      return { kind: "failed", failure: { code: "too_long", retryable: false, reason }, usd: 0 };
    }
    const command = new DetectPiiEntitiesCommand({ Text: document.text, LanguageCode: language });
    const outcome = await this.#access.caller.call(async (abortSignal) => (await this.#access.client()).send(command, { abortSignal }), signal);
    if (!outcome.ok) return { kind: "failed", failure: outcome.failure, usd: 0 };
    const characters = charactersOf(document.text);
    const usd = comprehendCostUsd(characters);
    const parsed = AnswerSchema.safeParse(outcome.value);
    if (!parsed.success) return { kind: "failed", failure: malformed(`${parsed.error.issues[0]?.path.join(".") || "the answer"} is not as documented`), usd };
    const entities = parsed.data.Entities.map(({ Type, Score, BeginOffset, EndOffset }) => ({ type: Type, score: Score, begin: BeginOffset, end: EndOffset }));
    if (entities.some(({ begin, end }) => begin >= end || end > characters)) return { kind: "failed", failure: malformed("an entity's offsets lie outside the text"), usd };
    const personal: FoundEntity[] = entities.filter(({ type, score }) => score >= LEAST_SCORE && !NOT_PERSONAL.has(type));
    return { kind: "redacted", ...redactEntities(document.text, personal, document.parts), usd };
  }
}

/** As few documents as the limit allows, the values in order, a blank line between them. */
function documentsOf(values: readonly PersonalValue[]): Document[] {
  const documents: Document[] = [];
  let bytes = Infinity;
  for (const { name, value } of values) {
    const label = name === undefined ? "" : `${name.replace(LONE_SURROGATES, "\uFFFD")}: `;
    const written = value.replace(LONE_SURROGATES, "\uFFFD");
    const added = Buffer.byteLength(`${BETWEEN}${label}${written}`);
    let document = documents.at(-1);
    if (document === undefined || bytes + added > MAXIMUM_BYTES) {
      document = { text: "", parts: [] };
      documents.push(document);
      bytes = 0;
    }
    if (document.text !== "") document.text += BETWEEN;
    const start = document.text.length + label.length;
    document.text += label + written;
    document.parts.push({ start, end: start + written.length });
    bytes += added;
  }
  return documents;
}

function malformed(what: string): ClassificationFailure {
  return { code: "malformed", retryable: true, reason: `Comprehend's personal data: ${what}` };
}
