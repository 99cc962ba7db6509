import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type FusionWeights, FusionWeightsSchema } from "../core/contracts/fusion-weights.ts";
import { DEFAULT_FUSION_WEIGHTS } from "../core/fusion/default-weights.ts";
import { REPOSITORY } from "./bundle.ts";

const FIT_AGAIN = "fit them again (npx valence tune fusion), or write null for the weights that come along";

export class FusionWeightsError extends Error {
  override readonly name = "FusionWeightsError";
}

/**
 * The weights that the tracker gets.
 * @param file an absolute path, or one from the project's folder; null for those that come along.
 * @throws FusionWeightsError naming the file, the field and what to do.
 */
export function fusionWeightsOf(file: string | null): FusionWeights {
  if (file === null) return DEFAULT_FUSION_WEIGHTS;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(resolve(REPOSITORY, file), "utf8"));
  } catch (error) {
    throw new FusionWeightsError(error instanceof SyntaxError ? `${file} is not JSON (${error.message}): ${FIT_AGAIN}` : `${file} cannot be read (${(error as Error).message}): ${FIT_AGAIN}`);
  }
  const parsed = FusionWeightsSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.slice(0, 3).map(({ message, path }) => `${path.join(".") || "the whole"}: ${message}`);
  throw new FusionWeightsError(`${file} holds no weights of fusion (${problems.join("; ")}): ${FIT_AGAIN}`);
}
