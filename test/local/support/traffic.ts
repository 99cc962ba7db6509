/** Made traffic with a known outcome for every record: valid ones, repeats of them, and records broken in known ways. */
import { randomUUID } from "node:crypto";
import { seededRandom } from "../../../core/seeded-random.ts";

export interface TrafficRecord {
  data: Buffer;
  partitionKey: string;
  expected: { kind: "row"; id: string } | { kind: "repeat"; id: string } | { kind: "reject"; reason: string };
}

export interface TrafficShape {
  count: number;
  /** Share of records that repeat an earlier valid one, byte for byte. */
  repeats: number;
  /** Share of broken records, spread evenly over the kinds. */
  broken: number;
  seed: number;
  /** 5 when absent; with 1 each record stands alone, as a review does. */
  turnsAConversation?: number;
}

const OPENINGS = ["The app", "My card", "O aplicativo", "Meu cartão", "La tarjeta", "El servicio", "Your branch", "O atendimento"];
const VERDICTS = ["works great", "is terrible today", "é muito bom", "está péssimo", "es excelente", "no funciona", "is fine", "chegou ontem"];
const CHANNELS = ["chat", "social", "review", "ticket", "email", "call"];

function validRecord(index: number, random: () => number, runId: string, turns: number): Record<string, unknown> {
  const pick = (words: readonly string[]): string => words[Math.floor(random() * words.length)] ?? "";
  return {
    schema: "valence.text/1",
    id: `${runId}-${index}`,
    ...(turns === 1 ? {} : { conversationId: `${runId}-c${Math.floor(index / turns)}`, turn: index % turns }),
    channel: pick(CHANNELS),
    ...(random() < 0.5 ? { language: pick(["en", "pt-BR", "es"]) } : {}),
    text: `${pick(OPENINGS)} ${pick(VERDICTS)}, ref ${index}.`,
    occurredAt: new Date(Date.UTC(2026, 2, 1) + index * 1000).toISOString(),
  };
}

type Breakage = (record: Record<string, unknown>) => { data: Buffer; reason: string };

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

export const BREAKAGES: Record<string, Breakage> = {
  "not JSON": () => ({ data: Buffer.from("{\"schema\": \"valence.text/1\", \"id\": "), reason: "not_json" }),
  "not UTF-8": (record) => ({ data: Buffer.concat([json(record), Buffer.from([0xc3, 0x28])]), reason: "not_utf8" }),
  "wrong version": (record) => ({ data: json({ ...record, schema: "valence.text/9" }), reason: "unsupported_version" }),
  "missing field": ({ channel: _channel, ...record }) => ({ data: json(record), reason: "invalid_record" }),
  "empty text": (record) => ({ data: json({ ...record, text: " \u200b\n" }), reason: "empty_text" }),
  // Just under Kinesis's limit of 1 MiB for data and partition key together.
  "1 MiB of text": (record) => ({ data: json({ ...record, text: "a".repeat(1_048_000) }), reason: "text_too_long" }),
  "wrong type": (record) => ({ data: json({ ...record, text: 42 }), reason: "invalid_record" }),
  "control characters": (record) => ({ data: json({ ...record, id: "a\u0000b\u001b" }), reason: "invalid_record" }),
  "deep nesting": (record) => ({
    data: Buffer.from(`${JSON.stringify(record).slice(0, -1)},"attributes":${"[".repeat(20_000)}${"]".repeat(20_000)}}`),
    reason: "invalid_record",
  }),
};

export function makeTraffic(shape: TrafficShape): TrafficRecord[] {
  const random = seededRandom(shape.seed);
  const runId = randomUUID().slice(0, 8);
  const kinds = Object.values(BREAKAGES);
  const repeatCount = Math.round(shape.count * shape.repeats);
  const brokenCount = Math.round(shape.count * shape.broken);
  const valid = Array.from({ length: shape.count - repeatCount - brokenCount }, (_, index): TrafficRecord => {
    const record = validRecord(index, random, runId, shape.turnsAConversation ?? 5);
    return { data: json(record), partitionKey: String(record["conversationId"] ?? record["id"]), expected: { kind: "row", id: String(record["id"]) } };
  });
  const repeats = Array.from({ length: repeatCount }, (): TrafficRecord => {
    const original = valid[Math.floor(random() * valid.length)];
    if (original?.expected.kind !== "row") throw new Error("Traffic needs at least one valid record to repeat.");
    return { ...original, expected: { kind: "repeat", id: original.expected.id } };
  });
  const broken = Array.from({ length: brokenCount }, (_, index): TrafficRecord => {
    const breakage = kinds[index % kinds.length];
    if (breakage === undefined) throw new Error("No breakages are defined.");
    const { data, reason } = breakage(validRecord(1_000_000 + index, random, runId, shape.turnsAConversation ?? 5));
    return { data, partitionKey: `broken-${index}`, expected: { kind: "reject", reason } };
  });
  return shuffle([...valid, ...repeats, ...broken], random);
}

/** Fisher–Yates. */
function shuffle<Item>(items: Item[], random: () => number): Item[] {
  for (let index = items.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [items[index], items[other]] = [items[other] as Item, items[index] as Item];
  }
  return items;
}
