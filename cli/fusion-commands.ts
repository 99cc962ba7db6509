import { type Command, InvalidArgumentError } from "commander";
import { FusionWeightsSchema } from "../core/contracts/fusion-weights.ts";
import type { ExitCode } from "./command-error.ts";
import { parseCount } from "./command-options.ts";

/** `valence tune fusion`. @param command makes a subcommand with its description and examples. */
export function addFusionCommands({ tune, command, finish }: { tune: Command; command: (parent: Command, name: string, description: string, examples: string) => Command; finish: (code: ExitCode) => void }): void {
  command(
    tune,
    "fusion",
    "Fit how much words and voice count in the opinion of a turn, on turns that people have labelled.",
    `  npx valence tune fusion labelled.csv
  npx valence tune fusion labelled.jsonl.gz --out config/fusion.json

Files: .csv or .tsv with a header, .jsonl or .ndjson with the same names, each also with .gz. A line is a turn:
  label                                         positive, neutral or negative
  text_positive, text_neutral, text_negative    what the model of the words said; all empty where there are no words
  voice_positive, voice_neutral, voice_negative what the model of the voice said; all empty where there is no voice
  conversation                                  whose turns are not fitted on and judged by at once: say it
  transcript_confidence, voice_coverage         optional, 0 to 1
  text_flags, voice_flags, flags                optional: of the result of the words, of the voice, of both
  id                                            optional; of lines with the same id the first counts
Prints what words, voice and fusion are worth before and after, with intervals. Ends with 1, and writes no file, when
the fitted weights are no better than those that come along. Formula and data: docs/fusion.md`,
  )
    .argument("<file>", "labelled turns: at least 100 with words and voice, better 1,000")
    .option("--out <file>", "write the weights, for conversations.fusionWeights of a stage's configuration")
    .option("--version <name>", "of the weights, as results name it; otherwise the day and a hash of the weights", parseVersion)
    .option("--seed <number>", "of the parts and the intervals", parseCount, 1)
    .option("--json", "print everything as JSON")
    .action(async (file, options) => finish(await (await import("./tune-fusion.ts")).tuneFusionCommand(file, options)));
}

function parseVersion(value: string): string {
  if (!FusionWeightsSchema.shape.version.safeParse(value).success) throw new InvalidArgumentError("Up to 64 letters, digits, dots, hyphens and underscores, e.g. calls-2026-11.");
  return value;
}
