import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { PROFILED_LANGUAGES, WORD_END, WORD_START } from "../core/text/language/profile-format.ts";

/**
 * `profiles.ts` holds the letter groups of the package eld (Apache-2.0), less the languages we do not tell apart by
 * them: the whole database would take most of the megabyte a function's bundle may have.
 */
export async function serialProfiles(): Promise<Buffer> {
  const { ngrams, languages } = await readSource();
  const positions = new Map(Object.entries(languages).map(([id, language]) => [id, PROFILED_LANGUAGES.indexOf(language)]));
  const rows: number[][] = [];
  for (const [ngram, scores] of Object.entries(ngrams)) {
    const pairs = Object.entries(scores).flatMap(([id, score]) => (positions.get(id)! < 0 ? [] : [positions.get(id)!, score]));
    if (pairs.length === 0) continue;
    const row = [...(await serialGroup(ngram)), pairs.length / 2, ...pairs];
    if (row.some((value) => !Number.isInteger(value) || value < 0 || value > 255)) throw new Error(`eld's entry ${ngram} does not fit the format`);
    rows.push(row);
  }
  // Sorted: the same file on every machine, and it compresses better.
  rows.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return Buffer.from(rows.flat());
}

function render(serial: Buffer): string {
  const compressed = brotliCompressSync(serial, {
    params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 22 },
  });
  return [
    "// Written by scripts/write-language-profiles.ts; do not edit.",
    "// Letter-group frequencies of eld 2.1.0, copyright 2023 Nito T.M., Apache License 2.0, reduced and re-encoded: see NOTICE.",
    `export const PROFILES =\n  "${compressed.toString("base64")}";`,
    "",
  ].join("\n");
}

interface Source {
  /** Letter group → language's number → score. */
  ngrams: Record<string, Record<string, number>>;
  languages: Record<string, string>;
}

// The package exports only its detector; its data are read as files.
const eldFolder = new URL("../node_modules/eld/src/", import.meta.url);

async function readSource(): Promise<Source> {
  return ((await import(new URL("ngrams/extrasmall.js", eldFolder).href)) as { ngramsData: Source }).ngramsData;
}

let byteOfSign: Map<string, number> | undefined;

/** eld writes each byte of UTF-8 as a sign of its own, and a space for an edge of the word. */
async function serialGroup(ngram: string): Promise<number[]> {
  if (byteOfSign === undefined) {
    const { dictionary } = (await import(new URL("dictionary.js", eldFolder).href)) as { dictionary: string[] };
    byteOfSign = new Map();
    for (const [byte, sign] of dictionary.entries()) if (sign !== " ") byteOfSign.set(sign, byte);
  }
  const signs = ngram.trim();
  const bytes = Array.from(signs, (sign) => byteOfSign!.get(sign) ?? sign.charCodeAt(0));
  if (bytes.length === 0 || bytes.length > 4) throw new Error(`eld's entry ${ngram} has ${bytes.length} bytes, expected 1 to 4`);
  const shape = bytes.length + (ngram.startsWith(" ") ? WORD_START : 0) + (ngram.endsWith(" ") ? WORD_END : 0);
  return [shape, ...bytes];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL("../core/text/language/profiles.ts", import.meta.url), render(await serialProfiles()));
  console.log("wrote core/text/language/profiles.ts");
}
