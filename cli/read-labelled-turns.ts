import { basename } from "node:path";
import { type LabelledTurn, readTurn, TURN_FIELDS, unreadFields } from "../evaluation/fusion/labelled-turn.ts";
import { nearestName } from "../core/nearest-name.ts";
import { CommandError } from "./command-error.ts";
import { byteLines } from "./input/byte-lines.ts";
import { csvRows } from "./input/csv-rows.ts";
import { type InputFile, openInput } from "./input/input-file.ts";
import { plural } from "./terminal.ts";

export interface LabelledTurns {
  turns: LabelledTurn[];
  /** Lines left out because an earlier one has their id. */
  repeated: number;
  /** Columns or keys of the file that mean nothing here, each once; with the one that may have been meant. */
  unread: { name: string; meant: string | undefined }[];
}

const SHOWN_PROBLEMS = 5;

type Line = { number: number; fields: unknown } | { number: number; problem: string };

/**
 * Reads labelled turns: CSV with a header, or JSON lines of objects with the same names, each also gzipped.
 * @throws CommandError naming the first lines that cannot be read, when there is one, and for a file without any turn.
 */
export async function readLabelledTurns(path: string): Promise<LabelledTurns> {
  const input = openInput(path);
  if (input.format === "text") throw new CommandError(`${path}: labelled turns come as .csv, .tsv, .jsonl or .ndjson, each also with .gz.`);
  const turns: LabelledTurn[] = [];
  const [problems, ids, unread] = [[] as string[], new Set<string>(), new Set<string>()];
  let repeated = 0;
  for await (const line of linesOf(input)) {
    const read = "problem" in line ? { ok: false as const, problem: line.problem } : readTurn(line.fields);
    if (!read.ok) {
      problems.push(`line ${line.number}: ${read.problem}`);
      continue;
    }
    if ("fields" in line) for (const name of unreadFields(line.fields as object)) unread.add(name);
    const { id } = read.turn;
    if (id !== undefined && ids.has(id)) {
      repeated += 1;
      continue;
    }
    if (id !== undefined) ids.add(id);
    turns.push(read.turn);
  }
  const name = basename(path);
  if (problems.length > 0) {
    const more = problems.length > SHOWN_PROBLEMS ? [`and ${plural(problems.length - SHOWN_PROBLEMS, "more line")}`] : [];
    throw new CommandError([`${name}: ${plural(problems.length, "line")} cannot be read. What a line holds: npx valence tune fusion --help`, ...problems.slice(0, SHOWN_PROBLEMS), ...more].join("\n  "));
  }
  if (turns.length === 0) throw new CommandError(`${name} holds no labelled turn. What a line holds: npx valence tune fusion --help`);
  return { turns, repeated, unread: [...unread].map((field) => ({ name: field, meant: nearestName(field, TURN_FIELDS) })) };
}

async function* linesOf({ bytes, format }: InputFile): AsyncGenerator<Line> {
  if (format === "csv") {
    for await (const row of csvRows(bytes)) yield row.ok ? { number: row.line, fields: row.fields } : { number: row.line, problem: row.problem };
    return;
  }
  for await (const { bytes: line, number, tooLong } of byteLines(bytes)) {
    const text = line.toString("utf8");
    if (tooLong) yield { number, problem: "too long for a labelled turn" };
    else if (text.trim() !== "") yield lineOfJson(text, number);
  }
}

function lineOfJson(text: string, number: number): Line {
  try {
    return { number, fields: JSON.parse(text) as unknown };
  } catch {
    return { number, problem: "not JSON" };
  }
}
