import { createHash } from "node:crypto";

const LONGEST_NAME = 60;

/**
 * The id of a line that brings none: file name, line number and a hash of what the line says. Sending a file twice gives
 * the same ids, hence no second row; a line that was changed in between, or the same line of another file of that name,
 * is another interaction.
 */
export function lineId(fileName: string, line: number, content: unknown): string {
  const hash = createHash("sha256").update(JSON.stringify([fileName, line, content])).digest("hex").slice(0, 12);
  const name = fileName.replaceAll(/[^\w.-]+/gu, "-").slice(0, LONGEST_NAME);
  return `${name}:${line}:${hash}`;
}
