import { judge } from "./language-model-answers.ts";

/** The cue words in a text: what the services' stand-ins answer is made from. */
export function cuesOf(text: string): { liked: boolean; hated: boolean } {
  const { label, mixed } = judge(text);
  return { liked: mixed || label === "positive", hated: mixed || label === "negative" };
}
