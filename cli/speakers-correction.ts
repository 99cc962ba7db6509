import { type SentimentResult, SentimentResultSchema } from "../core/contracts/sentiment-result.ts";
import { type ResultColumn, resultColumns } from "../core/tables/result-columns.ts";
import { momentOf } from "./conversation-turns.ts";
import type { Cell } from "./table.ts";

export type Speaker = NonNullable<SentimentResult["speaker"]>;

/** Which turn of the conversation, as the tracker and the views name it. */
export interface TurnKey {
  id: string;
  index: number;
}

export type Correction = { kind: "swap" } | { kind: "turns"; turns: readonly TurnKey[]; speaker: Speaker };

/** All columns of the opinions that the tracker merges, and of the voices' sums. */
export const OPINIONS_QUERY = `SELECT ${resultColumns().map(({ name }) => `"${name}"`).join(", ")}
FROM valence.results
WHERE conversation_id = :conversation AND modality IN ('text', 'audio')
ORDER BY occurred_at, id, modality, segment_index, result_id`;

/**
 * A row of `OPINIONS_QUERY` as the result it was made from.
 * @throws ZodError where the row does not hold one, e.g. of a newer version of the contract.
 */
export function resultOf(row: readonly Cell[]): SentimentResult {
  const result: Record<string, unknown> = {};
  for (const [index, { path, type }] of resultColumns().entries()) {
    const cell = row[index] ?? null;
    if (cell === null) continue;
    let place = result;
    for (const key of path.slice(0, -1)) place = (place[key] ??= {}) as Record<string, unknown>;
    place[path.at(-1)!] = valueOf(cell, type);
  }
  return SentimentResultSchema.parse(result);
}

function valueOf(cell: NonNullable<Cell>, type: ResultColumn["type"]): unknown {
  switch (type.kind) {
    case "timestamp": {
      const moment = momentOf(String(cell));
      return Number.isNaN(moment) ? cell : new Date(moment).toISOString();
    }
    case "integer":
    case "double":
      return Number(cell);
    case "array":
    case "map":
      // SUPER travels as JSON text.
      return typeof cell === "string" ? (JSON.parse(cell) as unknown) : cell;
    case "text":
    case "boolean":
      return cell;
  }
}

/**
 * The results under the same ids with other speakers: known now, no longer inferred. A recording's channels keep their voices, so a swap
 * concerns words and voices alike; voices whose speaker nobody knew follow their turns by themselves.
 *
 * @param now milliseconds since 1970; the revision, unless the result has a later one.
 * @returns only results that change.
 */
export function corrected(results: readonly SentimentResult[], correction: Correction, now: number): SentimentResult[] {
  return results.flatMap((result) => {
    const speaker = correctSpeaker(result, correction);
    if (speaker === undefined || (speaker === result.speaker && !result.flags.includes("role_inferred"))) return [];
    const { transcript, ...rest } = result;
    const { speakerConfidence: _inferred, ...known } = transcript ?? {};
    return [
      SentimentResultSchema.parse({
        ...rest,
        speaker,
        ...(transcript !== undefined && { transcript: known }),
        flags: result.flags.filter((flag) => flag !== "role_inferred"),
        revision: Math.max(now, (result.revision ?? 0) + 1),
      }),
    ];
  });
}

/** Undefined: the correction does not concern this result. */
function correctSpeaker(result: SentimentResult, correction: Correction): Speaker | undefined {
  if (!isSpoken(result)) return undefined;
  if (correction.kind === "swap") return result.speaker === undefined ? undefined : result.speaker === "customer" ? "agent" : "customer";
  const { id, modality, segment } = result;
  return modality === "text" && correction.turns.some((turn) => turn.id === id && turn.index === segment.index) ? correction.speaker : undefined;
}

/** Messages say themselves who wrote them. */
export function isSpoken({ modality, transcript }: SentimentResult): boolean {
  return modality === "audio" || transcript !== undefined;
}
