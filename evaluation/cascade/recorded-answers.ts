import { appendFileSync, existsSync, readFileSync } from "node:fs";
import * as z from "zod";
import { ModelIdentitySchema, SentimentLabelSchema, type ModelIdentity } from "../../core/contracts/sentiment-result.ts";
import type { StageAnswer } from "./stage-answers.ts";

/** One line of a file of recorded answers. It holds no text, only the id of a prepared one. */
const RecordedAnswerSchema = z.object({
  stage: z.string().min(1),
  id: z.string().regex(/^[0-9a-f]{32}$/u),
  /** null: the stage gave no answer, and never will. */
  label: SentimentLabelSchema.nullable(),
  confidence: z.number().min(0).max(1),
  usd: z.number().min(0),
  languageUnsupported: z.boolean().optional(),
  model: ModelIdentitySchema,
});
export type RecordedAnswer = z.infer<typeof RecordedAnswerSchema>;

/** A file of recorded answers that cannot be used; the message names file and line. */
export class RecordedAnswersError extends Error {
  override readonly name = "RecordedAnswersError";
}

export interface RecordedStage {
  /** By the id of the prepared text. */
  answers: ReadonlyMap<string, StageAnswer>;
  model: ModelIdentity | undefined;
}

/**
 * The answers of one stage out of a file that may hold those of several. The last of a text's answers counts.
 * @throws RecordedAnswersError when the file cannot be read, a line is not such an answer, or two models answered for the stage.
 */
export function readRecordedAnswers(path: string, stage: string): RecordedStage {
  const answers = new Map<string, StageAnswer>();
  let model: ModelIdentity | undefined;
  for (const [index, line] of readLines(path).entries()) {
    if (line.trim() === "") continue;
    const recorded = parseLine(line, `${path}, line ${index + 1}`);
    if (recorded.stage !== stage) continue;
    if (model !== undefined && !isSameModel(model, recorded.model)) {
      throw new RecordedAnswersError(`${path}, line ${index + 1}: ${stage} was answered by ${describeModel(recorded.model)} here, and by ${describeModel(model)} before; keep a file for each model`);
    }
    model ??= recorded.model;
    const { label, confidence, usd, languageUnsupported } = recorded;
    answers.set(recorded.id, { label: label ?? undefined, confidence, usd, ...(languageUnsupported && { languageUnsupported }) });
  }
  return { answers, model };
}

/** Answers recorded so far; nothing recorded when the file is not there yet. */
export function readRecordedSoFar(path: string, stage: string): RecordedStage {
  return existsSync(path) ? readRecordedAnswers(path, stage) : { answers: new Map(), model: undefined };
}

/** Adds to the end: what was paid for stays, whatever happens to the rest. */
export function recordAnswers(path: string, answers: readonly RecordedAnswer[]): void {
  appendFileSync(path, answers.map((answer) => `${JSON.stringify(answer)}\n`).join(""));
}

export function isSameModel(one: ModelIdentity, other: ModelIdentity): boolean {
  return one.provider === other.provider && one.id === other.id && one.version === other.version && one.promptVersion === other.promptVersion;
}

export function describeModel({ provider, id, version, promptVersion }: ModelIdentity): string {
  return [`${provider} ${id} ${version}`, ...(promptVersion === undefined ? [] : [`prompt ${promptVersion}`])].join(", ");
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, "utf8").split("\n");
  } catch (error) {
    throw new RecordedAnswersError(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function parseLine(line: string, where: string): RecordedAnswer {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new RecordedAnswersError(`${where}: not JSON; expected an answer that --record wrote (after an interruption, delete a torn last line)`);
  }
  const parsed = RecordedAnswerSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join(".") || "the line"}: ${issue.message}`);
  throw new RecordedAnswersError(`${where}: ${problems.join("; ")}`);
}
