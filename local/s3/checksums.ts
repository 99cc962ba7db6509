import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { ServiceError } from "../service.ts";

type Algorithm = "crc32" | "crc32c" | "crc64nvme" | "sha1" | "sha256";

const COMPUTE: Record<Algorithm, (body: Buffer) => string> = {
  crc32: (body) => base64OfInteger(crc32(body), 4),
  crc32c: (body) => base64OfInteger(crc32c(body), 4),
  crc64nvme: (body) => base64OfBigInteger(crc64Nvme(body)),
  sha1: (body) => createHash("sha1").update(body).digest("base64"),
  sha256: (body) => createHash("sha256").update(body).digest("base64"),
};

/**
 * Checks every checksum that came with a body, as headers or trailers.
 * @returns the `x-amz-checksum-*` ones, to be given back with the object.
 * @throws ServiceError `BadDigest`, `XAmzContentSHA256Mismatch`, or `InvalidRequest` for an algorithm not known here.
 */
export function verifyChecksums(body: Buffer, headers: Record<string, string>): Record<string, string> {
  const verified: Record<string, string> = {};
  for (const [name, expected] of Object.entries(headers)) {
    const algorithm = /^x-amz-checksum-(.+)$/u.exec(name)?.[1];
    if (algorithm === undefined || algorithm === "mode" || algorithm === "type" || algorithm === "algorithm") continue;
    if (!(algorithm in COMPUTE)) throw new ServiceError("InvalidRequest", `The checksum ${name} is not known here; there are: ${Object.keys(COMPUTE).join(", ")}.`);
    const actual = COMPUTE[algorithm as Algorithm](body);
    if (actual !== expected) {
      throw new ServiceError("BadDigest", `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum: ${expected.slice(0, 100)} was given, ${actual} calculated.`);
    }
    verified[name] = actual;
  }
  const md5 = headers["content-md5"];
  if (md5 !== undefined && createHash("md5").update(body).digest("base64") !== md5) {
    throw new ServiceError("BadDigest", "The Content-MD5 you specified did not match what we received.");
  }
  const sha256 = headers["x-amz-content-sha256"];
  if (sha256 !== undefined && /^[0-9a-f]{64}$/u.test(sha256) && createHash("sha256").update(body).digest("hex") !== sha256) {
    throw new ServiceError("XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.");
  }
  return verified;
}

const CRC32C_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0x82f63b78 : value >>> 1;
  return value >>> 0;
});

/** Castagnoli, reflected polynomial 0x82F63B78. */
export function crc32c(body: Buffer): number {
  let crc = 0xff_ff_ff_ff;
  for (const byte of body) crc = (crc >>> 8) ^ (CRC32C_TABLE[(crc ^ byte) & 0xff] as number);
  return (crc ^ 0xff_ff_ff_ff) >>> 0;
}

const CRC64_POLYNOMIAL = 0x9a6c9329ac4bc9b5n;
const CRC64_HIGH = new Uint32Array(256);
const CRC64_LOW = new Uint32Array(256);
for (let index = 0; index < 256; index += 1) {
  let value = BigInt(index);
  for (let bit = 0; bit < 8; bit += 1) value = value & 1n ? (value >> 1n) ^ CRC64_POLYNOMIAL : value >> 1n;
  CRC64_HIGH[index] = Number(value >> 32n);
  CRC64_LOW[index] = Number(value & 0xff_ff_ff_ffn);
}

/** CRC-64/NVME, reflected polynomial 0x9A6C9329AC4BC9B5, in two halves because BigInt is slow per byte. */
export function crc64Nvme(body: Buffer): bigint {
  let high = 0xff_ff_ff_ff;
  let low = 0xff_ff_ff_ff;
  for (const byte of body) {
    const index = (low ^ byte) & 0xff;
    low = (((low >>> 8) | (high << 24)) ^ (CRC64_LOW[index] as number)) >>> 0;
    high = ((high >>> 8) ^ (CRC64_HIGH[index] as number)) >>> 0;
  }
  return (BigInt((high ^ 0xff_ff_ff_ff) >>> 0) << 32n) | BigInt((low ^ 0xff_ff_ff_ff) >>> 0);
}

function base64OfInteger(value: number, bytes: number): string {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer.toString("base64");
}

function base64OfBigInteger(value: bigint): string {
  const buffer = Buffer.alloc(8);
  buffer.writeBigUInt64BE(value);
  return buffer.toString("base64");
}
