import { findPersonalData, type PersonalDataType } from "../../core/redaction/find-personal-data.ts";
import type { Utterance, Word } from "./recogniser.ts";

/** Stands for the words it hides; `redacted` is Transcribe's type of what they were, where Transcribe has one. */
export interface RedactedWord extends Word {
  content: "[PII]";
  redacted: string | undefined;
}

const TYPES: Readonly<Partial<Record<PersonalDataType, string>>> = { EMAIL: "EMAIL", PHONE: "PHONE", CARD: "CREDIT_DEBIT_NUMBER", IBAN: "BANK_ACCOUNT_NUMBER" };

/**
 * Takes out what Valence itself recognises as personal data: less than Transcribe does, which also knows names and addresses.
 * @param asked Transcribe's types; none or `ALL` for all
 */
export function redactUtterances(utterances: readonly Utterance[], asked: readonly string[] = []): (Utterance & { words: (Word | RedactedWord)[] })[] {
  const all = asked.length === 0 || asked.includes("ALL");
  return utterances.map((utterance) => ({ ...utterance, words: redactWords(utterance.words, (type) => all || (type !== undefined && asked.includes(type))) }));
}

function redactWords(words: readonly Word[], wanted: (type: string | undefined) => boolean): (Word | RedactedWord)[] {
  let text = "";
  const places = words.map((word) => {
    if (text !== "" && !word.punctuation) text += " ";
    const start = text.length;
    text += word.content;
    return { word, start, end: text.length };
  });
  const findings = findPersonalData(text).filter(({ type }) => wanted(TYPES[type]));
  const kept: (Word | RedactedWord)[] = [];
  let last: { hidden: RedactedWord; finding: object } | undefined;
  for (const { end, start, word } of places) {
    const finding = findings.find((one) => one.start < end && one.end > start);
    if (finding === undefined) kept.push(word);
    else if (last?.finding === finding) last.hidden.endMs = word.endMs;
    else {
      last = { finding, hidden: { content: "[PII]", punctuation: false, startMs: word.startMs, endMs: word.endMs, redacted: TYPES[finding.type] } };
      kept.push(last.hidden);
    }
  }
  return kept;
}
