import type { Thresholds } from "../evaluation/cascade/run-cascade.ts";
import type { PlannedStage } from "./tune-stages.ts";

export interface ConfigurationSnippet {
  /** What to write as `textClassifier.model`. */
  model: unknown;
  /** Names that stand in it for specifications nobody has given. */
  unspecified: readonly string[];
}

/** The specification of the tuned cascade. Stages that are left out are not in it; with none left before the last, it is the last alone. */
export function configurationSnippet(stages: readonly PlannedStage[], thresholds: Thresholds): ConfigurationSnippet {
  const specify = ({ name, specification }: PlannedStage): unknown => specification ?? `<the specification of ${name}>`;
  const kept = stages.filter((_, index) => index === stages.length - 1 || thresholds[index] !== null);
  const asked = stages.slice(0, -1).flatMap((stage, index) => (thresholds[index] === null ? [] : [{ classifier: specify(stage), answerFrom: thresholds[index] }]));
  const last = specify(stages.at(-1)!);
  return {
    model: asked.length === 0 ? last : { kind: "cascade", stages: asked, last },
    unspecified: kept.filter(({ specification }) => specification === undefined).map(({ name }) => name),
  };
}
