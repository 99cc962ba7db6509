import { type Command, InvalidArgumentError, Option } from "commander";
import { LanguageTagSchema } from "../core/contracts/identity.ts";

/** What every command that talks to a deployment takes. */
export function target(command: Command): Command {
  return command
    .option("--stage <stage>", "local, or a stage deployed in your account", "local")
    .addOption(new Option("--port <port>", "port of the local run").default(4577).argParser(parsePort))
    .option("--region <region>", "AWS region of the account")
    .option("--profile <profile>", "AWS profile")
    .option("--endpoint-url <url>", "another endpoint for every service", parseUrl);
}

/*
 * How options are read.
 * @throws InvalidArgumentError saying what to write, which commander prints with the option's name.
 */

/** Of a conversation to look up. */
export function parseConversationId(value: string): string {
  if (value === "") throw new InvalidArgumentError("An id is not empty; npx valence conversation lists the newest.");
  return value;
}

export function parsePort(value: string): number {
  const port = Number(value);
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new InvalidArgumentError("A port is a whole number from 1 to 65535.");
  return port;
}

export function parseRate(value: string): number {
  const rate = Number(value);
  // Above one call in two even the migrations at the start hardly ever end.
  if (!(rate >= 0 && rate <= 0.5)) throw new InvalidArgumentError("A rate is a number from 0 to 0.5, e.g. 0.1.");
  return rate;
}

export function parseCount(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError("A whole number from 1.");
  return number;
}

export function parseQuantity(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !Number.isSafeInteger(number) || number < 0 || number > 1e12) throw new InvalidArgumentError("A whole number from 0 to a million million.");
  return number;
}

export function parseTextsPerCall(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 50) throw new InvalidArgumentError("A whole number from 1 to 50.");
  return number;
}

export function parseAnyShare(value: string): number {
  const share = Number(value);
  if (value.trim() === "" || !(share >= 0 && share <= 1)) throw new InvalidArgumentError("A share is a number from 0 to 1, e.g. 0.3.");
  return share;
}

export function parseShare(value: string): number {
  const share = Number(value);
  if (!(share > 0 && share <= 1)) throw new InvalidArgumentError("A share is a number above 0 and up to 1, e.g. 0.75.");
  return share;
}

export function parseCertainty(value: string): number {
  const certainty = Number(value);
  if (!(certainty >= 0.5 && certainty <= 0.999)) throw new InvalidArgumentError("A certainty is a number from 0.5 to 0.999, e.g. 0.95.");
  return certainty;
}

export function parseUsd(value: string): number {
  const usd = Number(value);
  if (value.trim() === "" || !(usd >= 0 && usd < Infinity)) throw new InvalidArgumentError("An amount is a number of US dollars from 0, e.g. 0.25.");
  return usd;
}

export function parseLanguage(value: string): string {
  if (!LanguageTagSchema.safeParse(value).success) throw new InvalidArgumentError("A BCP 47 tag such as en or pt-BR.");
  return value;
}

export function parseUrl(value: string): string {
  if (!URL.canParse(value)) throw new InvalidArgumentError("A URL such as http://127.0.0.1:4577.");
  return value;
}

export function parsePace(value: string): number {
  const pace = Number(value);
  if (!(pace >= 0.1 && pace <= 1_000)) throw new InvalidArgumentError("A number from 0.1 to 1000, e.g. 1 for real time.");
  return pace;
}

export function parseChunkSeconds(value: string): number {
  const seconds = Number(value);
  // Two channels of 48 kHz in 16 bits reach the limit of inline audio at 1.3 s.
  if (!(seconds >= 0.02 && seconds <= 5)) throw new InvalidArgumentError("Seconds from 0.02 to 5, e.g. 1.");
  return seconds;
}

export function parseHalfLife(value: string): number {
  const turns = Number(value);
  if (value.trim() === "" || !(turns >= 0.5 && turns <= 100)) throw new InvalidArgumentError("Turns from 0.5 to 100, e.g. 3.");
  return turns;
}

const MOST_TURNS = 100_000;

/** `3,5` or `3-7`: numbers from 1, each once, in order. */
export function parseTurns(value: string): number[] {
  const numbers = new Set<number>();
  for (const part of value.split(",")) {
    const [, from, to = from] = /^\s*(\d+)\s*(?:-\s*(\d+)\s*)?$/u.exec(part) ?? [];
    const [first, last] = [Number(from), Number(to)];
    if (from === undefined || first < 1 || last < first || last > MOST_TURNS) throw new InvalidArgumentError("Numbers of turns from 1, e.g. 3,5 or 3-7.");
    for (let number = first; number <= last; number += 1) numbers.add(number);
  }
  return [...numbers].sort((one, other) => one - other);
}
