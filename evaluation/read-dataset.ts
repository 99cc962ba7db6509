import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import * as z from "zod";
import { LanguageTagSchema } from "../core/contracts/identity.ts";
import { SentimentLabelSchema } from "../core/contracts/sentiment-result.ts";

/** One text whose sentiment people have judged. Other keys of a line are not read. */
export const LabelledTextSchema = z.object({
  text: z.string().min(1),
  label: SentimentLabelSchema,
  lang: LanguageTagSchema,
});
export type LabelledText = z.infer<typeof LabelledTextSchema>;

/** A data set that cannot be read; the message names file and line, never the text itself. */
export class DatasetError extends Error {
  override readonly name = "DatasetError";
}

/**
 * Reads JSON lines of `{ text, label, lang }`, gzipped when the name ends in `.gz`, in the order of the file. Blank lines
 * are skipped.
 * @throws DatasetError when the file is missing, holds no line, or a line is not such an object.
 */
export function readDataset(path: string): LabelledText[] {
  const texts = readLines(path).flatMap((line, index) => (line.trim() === "" ? [] : [parseLine(line, path, index + 1)]));
  if (texts.length === 0) throw new DatasetError(`${path} holds no labelled text; expected one JSON object a line with text, label and lang`);
  return texts;
}

function readLines(path: string): string[] {
  try {
    const bytes = readFileSync(path);
    return new TextDecoder("utf-8", { fatal: true }).decode(path.endsWith(".gz") ? gunzipSync(bytes) : bytes).split("\n");
  } catch (error) {
    throw new DatasetError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function parseLine(line: string, path: string, number: number): LabelledText {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new DatasetError(`${path}, line ${number}: not JSON; expected an object with text, label and lang`);
  }
  const parsed = LabelledTextSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the line"}: ${issue.message}`);
  throw new DatasetError(`${path}, line ${number}: ${problems.join("; ")}`);
}
