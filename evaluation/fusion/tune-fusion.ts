import { SENTIMENT_LABELS } from "../../core/contracts/sentiment-result.ts";
import { DatasetError } from "../read-dataset.ts";
import { crossFit, groupOf, type System } from "./cross-fit.ts";
import { type FittedWeights, fitWeights } from "./fit-weights.ts";
import { type Comparison, judgeSystems, type Measured } from "./judge-systems.ts";
import type { LabelledTurn } from "./labelled-turn.ts";

export interface FusionReport {
  turns: number;
  /** Turns of which words and voice are known: on these everything is judged. */
  paired: number;
  conversations: number;
  /** Turns that say no conversation, each taken for one: turns of one call may be on both sides of a split. */
  ungrouped: number;
  /** Fitted on all turns. */
  weights: FittedWeights;
  systems: Record<System, Measured>;
  /** The fitted fusion less the one that comes along, then less each modality alone. */
  comparisons: Comparison[];
}

/** Ten parameters are fitted, on four fifths of the turns. */
const FEWEST_PAIRED = 100;
const FEWEST_OF_A_LABEL = 10;
/** Two for each of the five parts. */
const FEWEST_GROUPS = 10;

/**
 * Fits the weights of fusion on labelled turns, and says what they are worth on turns that they were not fitted on.
 * @throws DatasetError where there is too little to tell: fewer than 100 turns with words and voice, 10 of these of each label, 10 conversations.
 */
export function tuneFusion(turns: readonly LabelledTurn[], seed: number): FusionReport {
  const groups = new Set(turns.map(groupOf));
  checkEnough(turns, groups.size);
  const judged = crossFit(turns, seed);
  const { systems, comparisons } = judgeSystems(judged, [["fused-fitted", "fused-default"], ["fused-fitted", "words"], ["fused-fitted", "voice"], ["fused-fitted", "words-calibrated"], ["fused-fitted", "voice-calibrated"]], seed);
  return { turns: turns.length, paired: judged.length, conversations: groups.size, ungrouped: turns.filter(({ conversation }) => conversation === undefined).length, weights: fitWeights(turns), systems, comparisons };
}

function checkEnough(turns: readonly LabelledTurn[], groups: number): void {
  const paired = turns.filter(({ text, voice }) => text !== undefined && voice !== undefined);
  if (paired.length < FEWEST_PAIRED) throw new DatasetError(`${paired.length} turns with both words and voice are too few to fit fusion on; give at least ${FEWEST_PAIRED}, better 1,000`);
  for (const label of SENTIMENT_LABELS) {
    const carrying = paired.filter((turn) => turn.label === label).length;
    if (carrying < FEWEST_OF_A_LABEL) throw new DatasetError(`${carrying} of ${paired.length} turns with both words and voice are labelled ${label}; give at least ${FEWEST_OF_A_LABEL} of every label, or fusion learns that it hardly occurs`);
  }
  if (groups < FEWEST_GROUPS) throw new DatasetError(`the turns are of ${groups} conversations, too few to fit on some and judge by others; give at least ${FEWEST_GROUPS}`);
}
