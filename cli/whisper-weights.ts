import { createHash } from "node:crypto";
import { createWriteStream, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { CommandError, EXIT } from "./command-error.ts";
import { bytes } from "./terminal.ts";

/** What is offered where a folder has no weights: OpenAI's multilingual base model in whisper.cpp's format. */
const OFFERED = {
  file: "ggml-base.bin",
  name: "Whisper base (multilingual), by OpenAI, converted by the whisper.cpp project",
  bytes: 147_951_465,
  licence: "MIT (https://github.com/openai/whisper/blob/main/LICENSE)",
  url: "https://huggingface.co/ggerganov/whisper.cpp/resolve/main/ggml-base.bin",
  sha256: "60ed5bc3dd14eea856493d334349b405782ddcaf0028d4b5df4088345fba2efe",
};

export interface WhisperWeightsOptions {
  /** Asks and hears yes or no; without one nothing is downloaded. */
  ask?: (question: string) => Promise<boolean>;
  offered?: typeof OFFERED;
  log?: (line: string) => void;
}

/**
 * The file with Whisper's weights at a path: the file itself, or the only `ggml-*.bin` of a folder. For a folder without any it offers a
 * download, and makes none without a yes.
 * @throws CommandError saying what to do
 */
export async function whisperWeights(path: string, options: WhisperWeightsOptions = {}): Promise<string> {
  const { ask, log = console.error, offered = OFFERED } = options;
  const place = resolve(path);
  const found = statSync(place, { throwIfNoEntry: false });
  if (found?.isFile() === true) return place;
  const files = found === undefined ? [] : readdirSync(place).filter((file) => /^ggml-.*\.bin$/u.test(file)).sort();
  const [file, another] = files;
  if (another !== undefined) throw new CommandError(`${path} has several Whisper models (${files.join(", ")}): name one file.`, EXIT.usage);
  if (file !== undefined) return join(place, file);
  const byHand = `Put the file there by hand, for instance over another machine: ${offered.url}, ${offered.bytes.toLocaleString("en")} bytes, SHA-256 ${offered.sha256}.`;
  const question = `${path} holds no Whisper weights (ggml-*.bin). Download these?\n  model    ${offered.name}\n  size     ${bytes(offered.bytes)}\n  licence  ${offered.licence}\n  from     ${offered.url}\n  to       ${join(place, offered.file)}`;
  if (ask === undefined) throw new CommandError(`${path} holds no Whisper weights (ggml-*.bin). ${byHand} In a terminal this command offers to download them.`, EXIT.usage);
  if (!(await ask(question))) throw new CommandError(`Nothing was downloaded. ${byHand}`, EXIT.usage);
  const target = join(place, offered.file);
  try {
    await download(offered, target, log);
  } catch (error) {
    throw new CommandError(`${basename(target)} could not be downloaded: ${reasonOf(error)}. ${byHand}`, EXIT.inputFailed, { cause: error });
  }
  return target;
}

/** @returns undefined where nobody sits at a terminal. */
export function askInTerminal(): WhisperWeightsOptions["ask"] {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  return async (question) => {
    const terminal = createInterface({ input: process.stdin, output: process.stderr });
    const answer = await terminal.question(`${question}\nyes or no? [no] `).finally(() => terminal.close());
    return /^y(es)?$/iu.test(answer.trim());
  };
}

/** The file is there whole and as published, or not at all. */
async function download(offered: typeof OFFERED, target: string, log: (line: string) => void): Promise<void> {
  const unfinished = `${target}.unfinished`;
  mkdirSync(resolve(target, ".."), { recursive: true });
  try {
    const answer = await fetch(offered.url);
    if (!answer.ok || answer.body === null) throw new Error(`${offered.url} answered ${answer.status}`);
    const hash = createHash("sha256");
    let received = 0;
    const measured = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        if (Math.floor(received / 20e6) !== Math.floor((received + chunk.length) / 20e6)) log(`${bytes(received + chunk.length)} of ${bytes(offered.bytes)}`);
        received += chunk.length;
        done(received > offered.bytes ? new Error(`it is larger than the ${offered.bytes} bytes it should have`) : null, chunk);
      },
    });
    await pipeline(Readable.fromWeb(answer.body), measured, createWriteStream(unfinished));
    const sum = hash.digest("hex");
    if (sum !== offered.sha256) throw new Error(`its SHA-256 is ${sum} and should be ${offered.sha256}`);
    renameSync(unfinished, target);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : "";
  return `${error instanceof Error ? error.message : String(error)}${cause}`;
}
