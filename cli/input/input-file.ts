import { createReadStream, existsSync, statSync } from "node:fs";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { CommandError, EXIT } from "../command-error.ts";

export type InputFormat = "text" | "csv" | "jsonl";

export interface InputFile {
  /** For messages and ids: the file's name without its folder, or `standard input`. */
  name: string;
  format: InputFormat;
  /** Decompressed bytes. Throws a CommandError when the file cannot be read to its end. */
  bytes: AsyncIterable<Buffer>;
  /** Size on disk, for the progress bar; undefined for standard input. */
  size: number | undefined;
  /** Bytes read from disk so far. */
  bytesRead: () => number;
  /** False for standard input, where the same line twice can be two interactions. */
  repeatable: boolean;
}

const FORMAT_OF_EXTENSION: Record<string, InputFormat> = { txt: "text", csv: "csv", tsv: "csv", jsonl: "jsonl", ndjson: "jsonl" };

/** True when `argument` names an input rather than being a sentence to send. */
export function namesAnInput(argument: string): boolean {
  return argument === "-" || existsSync(argument) || formatOf(argument) !== undefined;
}

/** Opens nothing until `bytes` is read. @throws CommandError when the file is missing, a folder, or of an unknown kind. */
export function openInput(path: string, format?: InputFormat): InputFile {
  if (path === "-") return openStandardInput(format ?? "text");
  const chosen = format ?? formatOf(path);
  if (!existsSync(path)) throw new CommandError(`There is no file ${path}.`, EXIT.usage);
  const stats = statSync(path);
  if (stats.isDirectory()) throw new CommandError(`${path} is a folder; name the files in it.`, EXIT.usage);
  if (chosen === undefined) {
    throw new CommandError(
      `${path}: the kind of file cannot be told from its name. Known are .txt, .csv, .tsv, .jsonl and .ndjson, each also with .gz; or say --input-format text|csv|jsonl.`,
      EXIT.usage,
    );
  }
  let read = 0;
  async function* fileBytes(): AsyncGenerator<Buffer> {
    const file = createReadStream(path, { highWaterMark: 256 * 1024 });
    file.on("data", (chunk) => {
      read += chunk.length;
    });
    yield* readToEnd(name, path.endsWith(".gz") ? file.pipe(createGunzip()) : file, file);
  }
  const name = basename(path);
  return { name, format: chosen, bytes: fileBytes(), size: stats.size, bytesRead: () => read, repeatable: true };
}

function openStandardInput(format: InputFormat): InputFile {
  const name = "standard input";
  return { name, format, bytes: readToEnd(name, process.stdin, process.stdin), size: undefined, bytesRead: () => 0, repeatable: false };
}

function formatOf(path: string): InputFormat | undefined {
  return FORMAT_OF_EXTENSION[path.replace(/\.gz$/u, "").split(".").at(-1)?.toLowerCase() ?? ""];
}

async function* readToEnd(name: string, stream: Readable, file: Readable): AsyncGenerator<Buffer> {
  // `pipe` does not forward errors: a file that fails half-way would otherwise end as if it were complete.
  if (file !== stream) file.on("error", (error) => stream.destroy(error));
  try {
    for await (const chunk of stream) yield chunk as Buffer;
  } catch (error) {
    throw new CommandError(`${name} cannot be read to its end: ${error instanceof Error ? error.message : String(error)}.`, EXIT.inputFailed, {
      cause: error,
    });
  }
}
