import { createHash, hash } from "node:crypto";
import type { MessageAttributes } from "./message.ts";

/**
 * The MD5 of message attributes as SQS computes it and SDKs check it: for each attribute by name, the length-prefixed
 * name and type, a byte for the kind of value, the length-prefixed value ("Calculating the MD5 message digest for message
 * attributes" in the Amazon SQS Developer Guide).
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const digest = createHash("md5");
  const part = (bytes: Buffer): void => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    digest.update(length).update(bytes);
  };
  for (const name of names) {
    const attribute = attributes[name];
    if (attribute === undefined) continue;
    part(Buffer.from(name));
    part(Buffer.from(attribute.DataType));
    const isBinary = attribute.DataType.startsWith("Binary");
    digest.update(Buffer.from([isBinary ? 2 : 1]));
    part(isBinary ? Buffer.from(attribute.BinaryValue ?? "", "base64") : Buffer.from(attribute.StringValue ?? ""));
  }
  return digest.digest("hex");
}

export function md5OfBody(body: string): string {
  return hash("md5", body);
}
