/** `s3://bucket/key` in its parts, of an address that the configuration's schema has checked. */
export function s3Address(address: string): { bucket: string; key: string } {
  const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/u.exec(address) ?? [];
  return { bucket: bucket ?? "", key: key ?? "" };
}
