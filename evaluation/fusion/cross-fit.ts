import { DEFAULT_FUSION_WEIGHTS } from "../../core/fusion/default-weights.ts";
import { fuse, type Scores } from "../../core/fusion/fuse.ts";
import { seededRandom } from "../../core/seeded-random.ts";
import { shuffled } from "../cascade/split-halves.ts";
import { fitWeights } from "./fit-weights.ts";
import type { LabelledTurn } from "./labelled-turn.ts";

export const SYSTEMS = ["words", "voice", "words-calibrated", "voice-calibrated", "fused-default", "fused-fitted"] as const;
export type System = (typeof SYSTEMS)[number];

/** A turn of which both sides are known, and what each system makes of it: nothing of it was fitted on this turn's conversation. */
export interface JudgedTurn {
  label: LabelledTurn["label"];
  group: string;
  scores: Record<System, Scores>;
}

const FOLDS = 5;

/** What is drawn and held back together: the turn's conversation, or the turn alone where none is said. */
export function groupOf({ conversation }: LabelledTurn, position: number): string {
  return conversation === undefined ? `turn ${position}` : `conversation ${conversation}`;
}

/**
 * Cross-fitting: the groups in five parts, each judged by weights that were fitted on the other four (Stone, "Cross-validatory choice and assessment
 * of statistical predictions", JRSS B 36, 1974). Turns with one side alone help to fit and are not judged. The same for the same seed.
 */
export function crossFit(turns: readonly LabelledTurn[], seed: number): JudgedTurn[] {
  const groups = turns.map(groupOf);
  const folds = foldOfGroups(groups, seed);
  return Array.from({ length: FOLDS }, (_, fold) => fold).flatMap((fold) => {
    const fitted = { ...DEFAULT_FUSION_WEIGHTS, ...fitWeights(turns.filter((_, position) => folds.get(groups[position]!) !== fold)) };
    return turns.flatMap(({ label, text, voice }, position): JudgedTurn[] => {
      const group = groups[position]!;
      if (text === undefined || voice === undefined || folds.get(group) !== fold) return [];
      const scores: Record<System, Scores> = {
        words: fuse({ text: { ...text, reliability: 1 } }, DEFAULT_FUSION_WEIGHTS).scores,
        voice: fuse({ voice: { ...voice, reliability: 1 } }, DEFAULT_FUSION_WEIGHTS).scores,
        "words-calibrated": fuse({ text }, fitted).scores,
        "voice-calibrated": fuse({ voice }, fitted).scores,
        "fused-default": fuse({ text, voice }, DEFAULT_FUSION_WEIGHTS).scores,
        "fused-fitted": fuse({ text, voice }, fitted).scores,
      };
      return [{ label, group, scores }];
    });
  });
}

/** Every group whole in one of the parts, the parts as even in turns as that allows. */
function foldOfGroups(groups: readonly string[], seed: number): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  const filled = Array.from({ length: FOLDS }, () => 0);
  const folds = new Map<string, number>();
  for (const group of shuffled([...sizes.keys()], seededRandom(seed))) {
    const emptiest = filled.indexOf(Math.min(...filled));
    folds.set(group, emptiest);
    filled[emptiest]! += sizes.get(group)!;
  }
  return folds;
}
