import { createHash } from "node:crypto";

// `%` starts an escape, so a key can never spell one of these names by itself.
const EMPTY_SEGMENT = "%empty";
const OBJECT_BESIDE_FOLDER = "%object";
const HASHED_SEGMENT = "%hash";
// File names end at 255 bytes almost everywhere.
const MAX_SEGMENT_BYTES = 200;
const KEPT_OF_LONG_SEGMENT = 100;
// oxlint-disable-next-line no-control-regex -- control characters are what must be escaped
const UNSAFE = /[\u0000-\u001f\u007f%\\:*?"<>|]/gu;

/**
 * A key's place below its bucket's folder: the key itself when it is ordinary. `.`, `..`, empty segments, control and
 * reserved characters are escaped, over-long segments shortened and hashed, so that no key leaves the folder or meets
 * another key's file.
 */
export function objectPath(key: string): string {
  return key.split("/").map(safeSegment).join("/");
}

/** Where an object lies whose plain path is taken by a folder: `a` beside `a/b`. */
export function pathBesideFolder(path: string): string {
  return path + OBJECT_BESIDE_FOLDER;
}

/** The key of a file below the bucket's folder; undefined when the name was hashed and only the metadata knows. */
export function keyOfPath(path: string): string | undefined {
  const plain = path.endsWith(OBJECT_BESIDE_FOLDER) ? path.slice(0, -OBJECT_BESIDE_FOLDER.length) : path;
  const segments = plain.split("/");
  if (segments.some((segment) => segment.includes(HASHED_SEGMENT))) return undefined;
  return segments.map((segment) => (segment === EMPTY_SEGMENT ? "" : segment.replaceAll(/%([0-9A-F]{2})/gu, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16))))).join("/");
}

function safeSegment(segment: string): string {
  if (segment === "") return EMPTY_SEGMENT;
  if (segment === "." || segment === "..") return segment.replaceAll(".", "%2E");
  const escaped = segment.replaceAll(UNSAFE, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);
  if (Buffer.byteLength(escaped) <= MAX_SEGMENT_BYTES) return escaped;
  const kept = Buffer.from(escaped).subarray(0, KEPT_OF_LONG_SEGMENT).toString().replace(/\uFFFD+$/u, "").replace(/%.?$/u, "");
  return `${kept}${HASHED_SEGMENT}${createHash("sha256").update(segment).digest("hex").slice(0, 32)}`;
}
