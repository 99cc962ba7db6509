/** Where an object lies. */
export interface ObjectAddress {
  bucket: string;
  key: string;
}

const S3_HOST = /^(?:(?<bucket>.+)\.)?s3[.-](?:[a-z0-9-]+\.)*amazonaws\.com(?:\.cn)?$/u;

/**
 * Reads the address of an object in any of the ways AWS writes it: `s3://bucket/key`, `https://s3.region.amazonaws.com/bucket/key`,
 * `https://bucket.s3.region.amazonaws.com/key`. On any other host the bucket is taken to be the first part of the path.
 *
 * @returns undefined for what is no such address.
 */
export function objectOfUri(uri: string): ObjectAddress | undefined {
  const parsed = parse(uri);
  if (parsed === undefined) return undefined;
  const path = decoded(parsed.pathname.slice(1));
  if (path === undefined) return undefined;
  if (parsed.protocol === "s3:") return address(parsed.host, path);
  const bucket = S3_HOST.exec(parsed.hostname)?.groups?.["bucket"];
  if (bucket !== undefined) return address(bucket, path);
  const slash = path.indexOf("/");
  return slash < 0 ? undefined : address(path.slice(0, slash), path.slice(slash + 1));
}

function address(bucket: string, key: string): ObjectAddress | undefined {
  return bucket === "" || key === "" ? undefined : { bucket, key };
}

function parse(uri: string): URL | undefined {
  return URL.canParse(uri) ? new URL(uri) : undefined;
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
