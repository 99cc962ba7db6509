import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { ClassifierSpecificationSchema, type CascadeSpecification, type ClassifierSpecification } from "../core/classification/classifier-specification.ts";
import { checkSpecification } from "../core/models/check-specification.ts";
import { MAXIMUM_STAGES } from "../evaluation/cascade/search-thresholds.ts";
import type { Simulation } from "../evaluation/cascade/simulate-stage.ts";
import { CommandError, EXIT } from "./command-error.ts";
import { parseSimulation } from "./tune-simulation.ts";

export interface StageOptions {
  stages?: string;
  config?: string;
  stage?: string;
  answers?: string[];
  simulate?: string[];
}

/** Where a stage's answers come from. `specification` is undefined for a stage that is only a name. */
export interface PlannedStage {
  name: string;
  specification: ClassifierSpecification | undefined;
  source: { kind: "ask"; specification: ClassifierSpecification } | { kind: "recorded"; file: string } | { kind: "simulated"; simulation: Simulation };
}

/** Stages that need nothing said about them but their name. */
const BY_NAME: Readonly<Record<string, ClassifierSpecification>> = { embedded: { kind: "embedded" }, comprehend: { kind: "comprehend", detectLanguage: false } };

/** The stages of the cascade to tune, cheapest first, from the options. @throws CommandError naming the option that is wrong. */
export function planStages(options: StageOptions): PlannedStage[] {
  const given = [options.stages, options.config, options.stage].filter((option) => option !== undefined);
  if (given.length !== 1) {
    throw new CommandError(
      `Say ${given.length === 0 ? "" : "only one of "}which stages the cascade has: --stages embedded,comprehend or --stage NAME (config/NAME.json) or --config FILE with a cascade.`,
      EXIT.usage,
    );
  }
  const named = options.stages === undefined ? stagesOf(readCascade(options)) : splitNames(options.stages).map((name) => ({ name, specification: BY_NAME[name] }));
  if (named.length < 2 || named.length > MAXIMUM_STAGES) {
    throw new CommandError(`A cascade to tune has from 2 to ${MAXIMUM_STAGES} stages, cheapest first; here are ${named.length} (${named.map(({ name }) => name).join(", ")}).`, EXIT.usage);
  }
  const sources = readSources(options, named.map(({ name }) => name));
  return named.map(({ name, specification }) => {
    const source = sources.get(name);
    if (source !== undefined) return { name, specification, source };
    if (specification !== undefined) return { name, specification, source: { kind: "ask", specification } };
    throw new CommandError(`${name} is only a name: say what it answers with --simulate "${name}:accuracy=0.8,usd=0.0004" or --answers ${name}=FILE, or give the whole cascade with --config FILE.`, EXIT.usage);
  });
}

function splitNames(list: string): string[] {
  const names = list.split(",").map((name) => name.trim());
  const repeated = names.find((name, index) => name === "" || names.indexOf(name) !== index);
  if (repeated !== undefined) throw new CommandError(`--stages ${list}: ${repeated === "" ? "a name is empty" : `${repeated} is there twice`}.`, EXIT.usage);
  return names;
}

function readSources({ answers = [], simulate = [] }: StageOptions, names: readonly string[]): Map<string, PlannedStage["source"]> {
  const sources = new Map<string, PlannedStage["source"]>();
  const add = (option: string, name: string, source: PlannedStage["source"]): void => {
    if (!names.includes(name)) throw new CommandError(`${option}: there is no stage ${name}; the stages are ${names.join(", ")}.`, EXIT.usage);
    if (sources.has(name)) throw new CommandError(`${option}: the answers of ${name} are given twice.`, EXIT.usage);
    sources.set(name, source);
  };
  for (const argument of answers) {
    const equals = argument.indexOf("=");
    if (equals < 1 || equals === argument.length - 1) throw new CommandError(`--answers ${argument}: it is written STAGE=FILE.`, EXIT.usage);
    add("--answers", argument.slice(0, equals), { kind: "recorded", file: argument.slice(equals + 1) });
  }
  for (const argument of simulate) {
    const { name, simulation } = parseSimulation(argument);
    add("--simulate", name, { kind: "simulated", simulation });
  }
  return sources;
}

function stagesOf({ stages, last }: CascadeSpecification): { name: string; specification: ClassifierSpecification }[] {
  const specifications = [...stages.map(({ classifier }) => classifier), last];
  return specifications.map((specification, index) => {
    const earlier = specifications.slice(0, index).filter(({ kind }) => kind === specification.kind).length;
    return { name: earlier === 0 ? specification.kind : `${specification.kind}-${earlier + 1}`, specification };
  });
}

const StageConfigurationSchema = z.object({ textClassifier: z.object({ model: ClassifierSpecificationSchema }) });

function readCascade({ config, stage }: StageOptions): CascadeSpecification {
  const path = config ?? fileURLToPath(new URL(`../config/${stage ?? ""}.json`, import.meta.url));
  const shown = config ?? `config/${stage ?? ""}.json`;
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CommandError(code === "ENOENT" ? `There is no file ${shown}.` : `${shown} cannot be read: ${message}.`, EXIT.usage, { cause: error });
  }
  // A file may also hold nothing but the specification.
  const isWhole = typeof value === "object" && value !== null && "textClassifier" in value;
  const parsed = isWhole ? StageConfigurationSchema.transform(({ textClassifier }) => textClassifier.model).safeParse(value) : ClassifierSpecificationSchema.safeParse(value);
  if (!parsed.success) throw new CommandError(`${shown}:\n${z.prettifyError(parsed.error)}`, EXIT.usage);
  if (parsed.data.kind !== "cascade") {
    throw new CommandError(`${shown}: the classifier is of kind "${parsed.data.kind}"; there are thresholds to tune only in a "cascade". Try --stages ${parsed.data.kind === "embedded" ? "embedded,comprehend" : `embedded,${parsed.data.kind}`}.`, EXIT.usage);
  }
  const { errors } = checkSpecification(parsed.data);
  if (errors.length > 0) throw new CommandError(`${shown}:\n${errors.map(({ path: place, message }) => `  ${place.join(".")}: ${message}`).join("\n")}`, EXIT.usage);
  return parsed.data;
}
