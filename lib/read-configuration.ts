import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { checkSpecification } from "../core/models/check-specification.ts";
import { describePlace, describeProblems } from "./configuration-problems.ts";
import { type Configuration, ConfigurationSchema } from "./configuration.ts";
import { FusionWeightsError, fusionWeightsOf } from "./fusion-weights-file.ts";
import { ModelFolderError, readModelFolder } from "./model-folder.ts";
import { nearestName } from "../core/nearest-name.ts";

const CONFIGURATION_FOLDER = resolve(import.meta.dirname, "../config");

export class ConfigurationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "ConfigurationError";
  }
}

export interface ConfigurationChoice {
  /** Names a file of `config/`; `dev` when neither is given. */
  stage?: unknown;
  /** A path to your own file, from the working directory; wins over `stage`. */
  config?: unknown;
}

/**
 * Reads and checks the configuration of one deployment.
 * @throws ConfigurationError naming the file and, for each mistake, what, which value and what to write instead.
 */
export function readConfiguration(choice: ConfigurationChoice, folder = CONFIGURATION_FOLDER): Configuration {
  if (choice.config !== undefined) return parseFile(resolve(textOf("config", choice.config, "a path, such as -c config=my-stage.json")));
  const stage = textOf("stage", choice.stage ?? "dev", "a stage, such as -c stage=dev");
  const stages = readdirSync(folder).filter((file) => file.endsWith(".json")).map((file) => file.slice(0, -".json".length)).sort();
  if (!stages.includes(stage)) {
    const nearest = nearestName(stage, stages);
    throw new ConfigurationError(
      `There is no stage ${JSON.stringify(stage)}${nearest === undefined ? "." : `; did you mean ${nearest}?`} ` +
        `Stages are ${stages.join(", ")}; a file of your own is named by its path: -c config=my-stage.json (cdk) or --config my-stage.json (valence).`,
    );
  }
  return parseFile(resolve(folder, `${stage}.json`));
}

function parseFile(path: string): Configuration {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new ConfigurationError(`The configuration ${path} cannot be read (${(error as Error).message}): give the path of a JSON file.`);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError(`The configuration ${path} is not JSON (${(error as Error).message}): mend it there; config/dev.json is an example.`);
  }
  const parsed = ConfigurationSchema.safeParse(value);
  const problems = parsed.success
    ? [
        ...checkSpecification(parsed.data.textClassifier.model).errors.map(({ path: place, message }) => describePlace(["textClassifier", "model", ...place], message)),
        ...modelFolderProblems(parsed.data),
        ...fusionWeightsProblems(parsed.data),
      ]
    : describeProblems(ConfigurationSchema, value, parsed.error.issues);
  if (parsed.success && problems.length === 0) return parsed.data;
  throw new ConfigurationError([`The configuration ${path} has ${problems.length === 1 ? "a mistake" : `${problems.length} mistakes`}:`, ...problems].join("\n  "));
}

function modelFolderProblems({ audio }: Configuration): string[] {
  return (audio?.models ?? []).flatMap(({ folder }, index) => {
    if (folder === undefined) return [];
    try {
      readModelFolder(folder);
      return [];
    } catch (error) {
      if (!(error instanceof ModelFolderError)) throw error;
      return [describePlace(["audio", "models", index, "folder"], error.message)];
    }
  });
}

function fusionWeightsProblems({ conversations }: Configuration): string[] {
  if (conversations === null) return [];
  try {
    fusionWeightsOf(conversations.fusionWeights);
    return [];
  } catch (error) {
    if (!(error instanceof FusionWeightsError)) throw error;
    return [describePlace(["conversations", "fusionWeights"], error.message)];
  }
}

function textOf(name: string, value: unknown, expected: string): string {
  if (typeof value === "string" && value !== "") return value;
  throw new ConfigurationError(`The context value ${name} is ${JSON.stringify(value)}: give ${expected}.`);
}
