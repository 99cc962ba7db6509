import { createHash } from "node:crypto";
import { createReadStream, readdirSync, statSync } from "node:fs";
import { basename, extname, join } from "node:path";
import { TRANSCRIPT_BESIDE } from "../core/recordings/recording-message.ts";
import { CommandError, EXIT } from "./command-error.ts";
import { plural } from "./terminal.ts";

/** Only for choosing among the files of a folder: what a file is, its content tells. */
const AUDIO_ENDINGS: ReadonlySet<string> = new Set([".wav", ".wave", ".flac", ".mp3", ".ogg", ".oga", ".opus"]);
const LONGEST_NAME = 60;

export interface AudioFile {
  path: string;
  name: string;
  bytes: number;
  /** ISO 8601: when the file was last written. */
  modifiedAt: string;
}

/**
 * Files as they are, and of folders whatever has an ending of audio, at any depth, in the order of their paths.
 * @param note hears what a folder holds besides, but for transcripts: they go with their recordings.
 * @throws CommandError for a path that is not there, an empty file, or nothing to send.
 */
export function audioFiles(paths: readonly string[], note: (line: string) => void): AudioFile[] {
  const found = paths.flatMap((path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat === undefined) throw new CommandError(`There is no file or folder ${path}.`, EXIT.usage);
    if (!stat.isDirectory()) return [path];
    const inside = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile() && !entry.name.endsWith(TRANSCRIPT_BESIDE)).map((entry) => join(entry.parentPath, entry.name));
    const audio = inside.filter((file) => AUDIO_ENDINGS.has(extname(file).toLowerCase())).sort();
    if (audio.length < inside.length) note(`${path}: ${plural(inside.length - audio.length, "file")} without an audio ending left out`);
    return audio;
  });
  if (found.length === 0) throw new CommandError("Nothing to send: the folders hold no file with an audio ending.", EXIT.usage);
  return found.map((path) => {
    const { mtime, size } = statSync(path);
    if (size === 0) throw new CommandError(`${path} is empty.`, EXIT.usage);
    return { path, name: basename(path), bytes: size, modifiedAt: mtime.toISOString() };
  });
}

/** Name and content: the same recording sent twice is the same interaction, another one of that name is not. */
export async function recordingId({ name, path }: AudioFile): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) hash.update(chunk);
  return `${name.replaceAll(/[^\w.-]+/gu, "-").slice(-LONGEST_NAME)}:${hash.digest("hex").slice(0, 12)}`;
}
