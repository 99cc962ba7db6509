import { SentimentResultSchema } from "../contracts/sentiment-result.ts";
import { type ContractField, contractFields, type FieldType } from "./contract-fields.ts";

/** One column of the flat results table: a leaf of the result contract. */
export interface ResultColumn {
  /** JSON keys from the root of the payload. */
  path: readonly string[];
  /** Column name, snake_case. */
  name: string;
  nullable: boolean;
  type: Exclude<FieldType, { kind: "object" }>;
}

// Where the joined path would read badly in a query.
const NAME_OVERRIDES: Readonly<Record<string, string>> = {
  "sentiment.label": "label",
  "sentiment.scores.positive": "positive",
  "sentiment.scores.neutral": "neutral",
  "sentiment.scores.negative": "negative",
  "sentiment.confidence": "confidence",
  "sentiment.scoresFrom": "scores_from",
  "timings.arrivedAt": "arrived_at",
  "timings.classifiedAt": "classified_at",
  "timings.modelMs": "model_ms",
  "cost.inputTokens": "input_tokens",
  "cost.outputTokens": "output_tokens",
  "transcript.transcriber": "transcriber",
  "transcript.speakerConfidence": "speaker_confidence",
  ...Object.fromEntries(["text", "voice"].flatMap((side) => ["positive", "neutral", "negative", "weight"].map((value) => [`fusion.${side}.${value}`, `${side}_${value}`]))),
  "fusion.disagreement": "disagreement",
  // `schema` is a reserved word in several engines.
  schema: "contract_version",
};

/**
 * The leaves of the result contract, in its order; objects are flattened, arrays and maps stay whole.
 * @throws Error when two paths would get the same column name.
 */
export function resultColumns(fields: readonly ContractField[] = contractFields(SentimentResultSchema)): ResultColumn[] {
  const columns = leaves(fields, [], false);
  const seen = new Map<string, string>();
  for (const { name, path } of columns) {
    const joined = path.join(".");
    const other = seen.get(name);
    if (other !== undefined) {
      throw new Error(`The fields ${other} and ${joined} would both become the column ${name}: name one in core/tables/result-columns.ts.`);
    }
    seen.set(name, joined);
  }
  return columns;
}

/** `occurredAt` → `occurred_at`, `modelMs` → `model_ms`. */
export function snakeCase(key: string): string {
  return key.replaceAll(/(?<=[a-z0-9])([A-Z])/gu, "_$1").toLowerCase();
}

function leaves(fields: readonly ContractField[], parents: readonly string[], nullableParent: boolean): ResultColumn[] {
  return fields.flatMap(({ key, optional, type }) => {
    const path = [...parents, key];
    const nullable = nullableParent || optional;
    if (type.kind === "object") return leaves(type.fields, path, nullable);
    return [{ path, name: NAME_OVERRIDES[path.join(".")] ?? path.map(snakeCase).join("_"), nullable, type }];
  });
}
