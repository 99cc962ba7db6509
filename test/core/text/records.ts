import type { ArrivedRecord } from "../../../core/text/preprocess.ts";

export const ARRIVED_AT = "2026-03-01T10:00:05.000Z";

/** A valid record's fields; override what the test is about. */
export function recordFields(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return { schema: "valence.text/1", id: "r-1", channel: "chat", occurredAt: "2026-03-01T10:00:00Z", text: "The delivery was quick", ...overrides };
}

export function bytesOf(value: unknown): Uint8Array {
  return new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
}

export function arrived(overrides: Record<string, unknown> = {}): ArrivedRecord {
  return { data: bytesOf(recordFields(overrides)), arrivedAt: ARRIVED_AT };
}
