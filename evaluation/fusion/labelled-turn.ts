import * as z from "zod";
import { FlagSchema, SentimentLabelSchema, type SentimentLabel } from "../../core/contracts/sentiment-result.ts";
import type { SideOpinion } from "../../core/fusion/fuse.ts";
import { textReliability, voiceReliability } from "../../core/fusion/reliability.ts";

/** A turn whose sentiment people have judged, with what words and voice were found to say; at least one of them. */
export interface LabelledTurn {
  label: SentimentLabel;
  text?: SideOpinion;
  voice?: SideOpinion;
  /** Turns of one conversation are never fitted on and judged by at once. */
  conversation?: string;
  id?: string;
}

/** Scores are rounded on their way into files. */
const ROUNDING = 0.02;

// A cell of a CSV is a text, and empty where there is nothing.
const blankIsAbsent = (value: unknown): unknown => (value === "" || value === null ? undefined : value);
const share = z.preprocess((value) => (typeof value === "string" && value.trim() !== "" ? Number(value) : blankIsAbsent(value)), z.number("must be a number from 0 to 1").min(0).max(1).optional());
const name = z.preprocess((value) => (typeof value === "number" ? String(value) : blankIsAbsent(value)), z.string().optional());
// In a CSV apart by spaces, commas or the like, or JSON's array, as the warehouse writes it: brackets and quotes are no part of a flag.
const flags = z.preprocess((value) => (typeof value === "string" ? value.split(/[\s;|,"[\]]+/u).filter((flag) => flag !== "") : (value ?? [])), z.array(FlagSchema));

const FIELDS = {
  text_positive: share,
  text_neutral: share,
  text_negative: share,
  voice_positive: share,
  voice_neutral: share,
  voice_negative: share,
  label: SentimentLabelSchema,
  transcript_confidence: share,
  voice_coverage: share,
  text_flags: flags,
  voice_flags: flags,
  flags,
  conversation: name,
  id: name,
};
const RowSchema = z.object(FIELDS);
type Row = z.infer<typeof RowSchema>;

export const TURN_FIELDS: readonly string[] = Object.keys(FIELDS);

/** The names of a line's fields that are not read. */
export function unreadFields(fields: object): string[] {
  return Object.keys(fields).filter((field) => !TURN_FIELDS.includes(field));
}

/** One line of a file, as objects of JSON lines and rows of CSV have it; or what is wrong with it. */
export function readTurn(fields: unknown): { ok: true; turn: LabelledTurn } | { ok: false; problem: string } {
  const parsed = RowSchema.safeParse(fields);
  if (!parsed.success) return { ok: false, problem: parsed.error.issues.slice(0, 3).map(({ message, path }) => `${path.join(".") || "the line"}: ${message}`).join("; ") };
  const row = parsed.data;
  const [text, voice] = [scoresOf(row, "text"), scoresOf(row, "voice")];
  const problem = [text, voice].find((side) => typeof side === "string") ?? (text === undefined && voice === undefined ? "neither text_… nor voice_… scores: there is nothing to fit" : undefined);
  if (typeof problem === "string") return { ok: false, problem };
  const { transcript_confidence: transcriptConfidence, voice_coverage: coverage = 1, conversation, id } = row;
  return {
    ok: true,
    turn: {
      label: row.label,
      ...(typeof text === "object" && { text: { scores: text, reliability: textReliability({ ...(transcriptConfidence !== undefined && { transcriptConfidence }), flags: [...row.flags, ...row.text_flags] }) } }),
      ...(typeof voice === "object" && { voice: { scores: voice, reliability: voiceReliability({ flags: [...row.flags, ...row.voice_flags], coverage }) } }),
      ...(conversation !== undefined && { conversation }),
      ...(id !== undefined && { id }),
    },
  };
}

function scoresOf(row: Row, side: "text" | "voice"): SideOpinion["scores"] | string | undefined {
  const [positive, neutral, negative] = [row[`${side}_positive`], row[`${side}_neutral`], row[`${side}_negative`]];
  if (positive === undefined && neutral === undefined && negative === undefined) return undefined;
  if (positive === undefined || neutral === undefined || negative === undefined) return `${side}_positive, ${side}_neutral and ${side}_negative: give all three, or none where that side is missing`;
  const sum = positive + neutral + negative;
  if (Math.abs(sum - 1) > ROUNDING) return `the scores of ${side} sum to ${Number(sum.toFixed(4))}, not to 1`;
  return { positive, neutral, negative };
}
