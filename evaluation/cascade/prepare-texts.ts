import { createHash } from "node:crypto";
import type { Channel } from "../../core/contracts/identity.ts";
import type { SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import { redact } from "../../core/redaction/redact.ts";
import { resolveLanguage } from "../../core/text/language/resolve-language.ts";
import { prepareForModel } from "../../core/text/prepare-for-model.ts";
import { prepareForStorage } from "../../core/text/prepare-for-storage.ts";
import type { LabelledText } from "../read-dataset.ts";

/** A labelled text as a classifier in the pipeline would get it. */
export interface PreparedText {
  /** Of the prepared words and their language: recorded answers are found by it, and hold no text. */
  id: string;
  text: string;
  language: string;
  label: SentimentLabel;
}

export interface PreparedTexts {
  texts: PreparedText[];
  /** Left out, because a text in both halves would be tuned and checked on at once. */
  repeated: number;
  /** Of the repeated ones, those that carry another label than the first. */
  contradicting: number;
  /** Left out, because nothing remains of them once prepared. */
  empty: number;
}

/** Texts as the preprocessor hands them on: markup stripped, personal data redacted, noise evened out, language resolved. */
export function prepareTexts(labelled: readonly LabelledText[], channel: Channel): PreparedTexts {
  const seen = new Map<string, PreparedText>();
  const prepared: PreparedTexts = { texts: [], repeated: 0, contradicting: 0, empty: 0 };
  for (const { text: raw, label, lang } of labelled) {
    const readable = prepareForStorage(raw, channel);
    if (readable === "") {
      prepared.empty += 1;
      continue;
    }
    const text = prepareForModel(redact(readable).text, channel);
    const { language } = resolveLanguage(lang, text);
    const id = createHash("sha256").update(`${language}\0${text}`).digest("hex").slice(0, 32);
    const earlier = seen.get(id);
    if (earlier !== undefined) {
      prepared.repeated += 1;
      if (earlier.label !== label) prepared.contradicting += 1;
      continue;
    }
    const one = { id, text, language, label };
    seen.set(id, one);
    prepared.texts.push(one);
  }
  return prepared;
}
