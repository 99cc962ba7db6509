import { writeFileSync } from "node:fs";
import { basename } from "node:path";
import { DatasetError } from "../evaluation/read-dataset.ts";
import { type FusionReport, tuneFusion } from "../evaluation/fusion/tune-fusion.ts";
import { weightsFile } from "../evaluation/fusion/weights-file.ts";
import { CommandError, EXIT, type ExitCode } from "./command-error.ts";
import { type LabelledTurns, readLabelledTurns } from "./read-labelled-turns.ts";
import { columnsOf, painter } from "./terminal.ts";
import { renderFusion } from "./tune-fusion-report.ts";

export interface TuneFusionOptions {
  out?: string;
  version?: string;
  seed: number;
  json?: boolean;
}

/** `valence tune fusion`: 0 when the fitted weights are better than those that come along on turns they were not fitted on, else 1 and no file. */
export async function tuneFusionCommand(file: string, options: TuneFusionOptions): Promise<ExitCode> {
  const data = await readLabelledTurns(file);
  const report = fit(data, file, options.seed);
  const weights = weightsFile(report, { data: basename(file), fittedAt: new Date(), ...(options.version !== undefined && { version: options.version }) });
  const isBetter = report.comparisons[0]!.differences.crossEntropy.value < 0;
  if (options.out !== undefined && isBetter) write(options.out, `${JSON.stringify(weights, null, 2)}\n`);
  const run = { file, data, report, weights, isBetter, out: options.out };
  if (options.json) {
    const { weights: _, ...judged } = report;
    console.log(JSON.stringify({ file, seed: options.seed, leftOut: { repeated: data.repeated }, unread: data.unread.map(({ name }) => name), ...judged, isBetter, written: isBetter ? (options.out ?? null) : null, weights }, null, 2));
  } else {
    console.log(renderFusion(run, columnsOf(process.stdout, 120), painter(process.stdout)).join("\n"));
  }
  return isBetter ? EXIT.ok : EXIT.inputFailed;
}

function fit({ turns }: LabelledTurns, file: string, seed: number): FusionReport {
  try {
    return tuneFusion(turns, seed);
  } catch (error) {
    if (error instanceof DatasetError) throw new CommandError(`${basename(file)}: ${error.message}.`, EXIT.inputFailed, { cause: error });
    throw error;
  }
}

function write(path: string, content: string): void {
  try {
    writeFileSync(path, content);
  } catch (error) {
    throw new CommandError(`${path} cannot be written: ${error instanceof Error ? error.message : String(error)}.`, EXIT.usage, { cause: error });
  }
}
