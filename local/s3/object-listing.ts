import { ServiceError } from "../service.ts";
import type { XmlFields } from "../protocols/xml.ts";
import type { Bucket } from "./bucket.ts";

const MAX_KEYS = 1_000;

/** `ListObjectsV2` (`list-type=2`) and the older `ListObjects`, as the fields of their XML. */
export async function listObjects(bucket: Bucket, query: URLSearchParams): Promise<XmlFields> {
  const isV2 = query.get("list-type") === "2";
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const token = query.get("continuation-token");
  const start = isV2 ? (token === null ? (query.get("start-after") ?? "") : readToken(token)) : (query.get("marker") ?? "");
  const limit = readLimit(query.get("max-keys"));
  const page = readPage(await bucket.keys(prefix), { prefix, delimiter, start, limit });
  const encode = query.get("encoding-type") === "url" ? encodeKey : (key: string): string => key;
  const contents: XmlFields[] = [];
  for (const entry of page.objects) {
    const metadata = await bucket.describe(entry);
    // Deleted since the page was made: the service leaves such objects out as well.
    if (metadata === undefined) continue;
    contents.push({ Key: encode(entry.key), LastModified: new Date(metadata.modifiedAt), ETag: `"${metadata.etag}"`, Size: metadata.size, StorageClass: "STANDARD" });
  }
  const common = {
    Name: bucket.name,
    Prefix: encode(prefix),
    Delimiter: delimiter === "" ? undefined : encode(delimiter),
    MaxKeys: limit,
    EncodingType: query.get("encoding-type") ?? undefined,
    IsTruncated: page.next !== undefined,
    Contents: contents,
    CommonPrefixes: page.prefixes.map((one) => ({ Prefix: encode(one) })),
  };
  if (!isV2) return { ...common, Marker: encode(start), NextMarker: page.next === undefined ? undefined : encode(page.next) };
  return {
    ...common,
    KeyCount: contents.length + page.prefixes.length,
    StartAfter: query.get("start-after") === null ? undefined : encode(query.get("start-after") ?? ""),
    ContinuationToken: token ?? undefined,
    NextContinuationToken: page.next === undefined ? undefined : Buffer.from(page.next).toString("base64url"),
  };
}

interface Page {
  objects: { key: string; path: string }[];
  prefixes: string[];
  /** The last key or prefix of this page when there is more. */
  next: string | undefined;
}

/** Keys behind `start`, folded at the delimiter; a key and a folded prefix each take one of `limit` places. */
function readPage(keys: readonly { key: string; path: string }[], options: { prefix: string; delimiter: string; start: string; limit: number }): Page {
  const { prefix, delimiter, start, limit } = options;
  const page: Page = { objects: [], prefixes: [], next: undefined };
  let last = "";
  for (const entry of keys) {
    if (Buffer.compare(Buffer.from(entry.key), Buffer.from(start)) <= 0) continue;
    const fold = delimiter === "" ? -1 : entry.key.indexOf(delimiter, prefix.length);
    const folded = fold === -1 ? undefined : entry.key.slice(0, fold + delimiter.length);
    // A page that ended with a prefix goes on behind everything below it.
    if (folded !== undefined && (folded === page.prefixes.at(-1) || (start.endsWith(delimiter) && start.startsWith(folded)))) continue;
    if (page.objects.length + page.prefixes.length >= limit) {
      page.next = last;
      return limit === 0 ? { ...page, next: undefined } : page;
    }
    if (folded === undefined) page.objects.push(entry);
    else page.prefixes.push(folded);
    last = folded ?? entry.key;
  }
  return page;
}

function readLimit(text: string | null): number {
  if (text === null) return MAX_KEYS;
  if (!/^\d{1,10}$/u.test(text)) throw new ServiceError("InvalidArgument", `max-keys must be an integer between 0 and 2147483647, not ${text.slice(0, 40)}`);
  return Math.min(Number(text), MAX_KEYS);
}

function readToken(token: string): string {
  const start = Buffer.from(token, "base64url").toString();
  if (Buffer.from(start).toString("base64url") !== token) throw new ServiceError("InvalidArgument", "The continuation token provided is incorrect");
  return start;
}

function encodeKey(key: string): string {
  return encodeURIComponent(key).replaceAll("%2F", "/");
}
