import { SentimentLabelSchema } from "../core/contracts/sentiment-result.ts";
import type { Simulation } from "../evaluation/cascade/simulate-stage.ts";
import { CommandError, EXIT } from "./command-error.ts";

const FORM = 'such as "llm:accuracy=0.8,usd=0.0004,confidence=informative,correlation=0.2,confusion=positive>neutral:0.9/negative>neutral:0.9"';

/**
 * `NAME:key=value,…` of the option --simulate; `accuracy` and `usd` must be said.
 * @throws CommandError naming the part that is wrong and what it may be.
 */
export function parseSimulation(argument: string): { name: string; simulation: Simulation } {
  const colon = argument.indexOf(":");
  if (colon < 1) throw wrong(argument, "the name of a stage and a colon come first");
  const name = argument.slice(0, colon);
  const settings = new Map<string, string>();
  for (const part of argument.slice(colon + 1).split(",")) {
    const equals = part.indexOf("=");
    if (equals < 1) throw wrong(argument, `"${part}" is not key=value`);
    const key = part.slice(0, equals).trim();
    if (!KEYS.includes(key)) throw wrong(argument, `"${key}" is not one of ${KEYS.join(", ")}`);
    if (settings.has(key)) throw wrong(argument, `${key} is there twice`);
    settings.set(key, part.slice(equals + 1).trim());
  }
  const number = (key: string, low: number, high: number, otherwise?: number): number => {
    const text = settings.get(key);
    if (text === undefined && otherwise !== undefined) return otherwise;
    const value = Number(text);
    if (text === undefined) throw wrong(argument, `${key} is missing, a number from ${low} to ${high}`);
    if (text === "" || !(value >= low && value <= high)) throw wrong(argument, `${key} must be a number from ${low} to ${high}, not "${text}"`);
    return value;
  };
  const confidence = settings.get("confidence") ?? "informative";
  if (confidence !== "informative" && confidence !== "uninformative") throw wrong(argument, `confidence must be informative or uninformative, not ${confidence}`);
  const simulation = { accuracy: number("accuracy", 0, 1), usd: number("usd", 0, 1_000), confidence, correlation: number("correlation", -1, 1, 0) } as const;
  return { name, simulation: { ...simulation, confusion: parseConfusion(settings.get("confusion"), argument) } };
}

const KEYS = ["accuracy", "usd", "confidence", "correlation", "confusion"];

function parseConfusion(text: string | undefined, argument: string): Simulation["confusion"] {
  const confusion: Simulation["confusion"] = {};
  for (const part of text === undefined ? [] : text.split("/")) {
    const match = /^([a-z]+)>([a-z]+):([\d.]+)$/u.exec(part);
    const actual = SentimentLabelSchema.safeParse(match?.[1]);
    const predicted = SentimentLabelSchema.safeParse(match?.[2]);
    const share = Number(match?.[3]);
    if (!actual.success || !predicted.success || actual.data === predicted.data || !(share >= 0 && share <= 1)) {
      throw wrong(argument, `confusion has parts such as positive>neutral:0.9 (of the wrong answers to positive texts, 90 % say neutral), not "${part}"`);
    }
    if (Object.keys(confusion).some((key) => key.startsWith(`${actual.data}>`))) throw wrong(argument, `confusion says twice where errors on ${actual.data} texts go; the rest goes to the third label`);
    confusion[`${actual.data}>${predicted.data}`] = share;
  }
  return confusion;
}

/** In words, for the output: nobody should take these answers for a model's. */
export function describeSimulation({ accuracy, usd, confidence, correlation, confusion }: Simulation, first: string | undefined): string {
  const errors = Object.entries(confusion).map(([pair, share]) => `${Math.round(100 * share)} % of errors ${pair.replace(">", " → ")}`);
  return [
    `${+(100 * accuracy).toFixed(2)} % right, $${usd} a text`,
    confidence === "informative" ? "calibrated confidence" : "a confidence that says nothing",
    ...(errors.length === 0 ? ["errors spread evenly over the other labels"] : errors),
    ...(first === undefined ? [] : [correlation === 0 ? `errors independent of ${first}'s (kinder than life: try correlation=0.3)` : `errors correlated with ${first}'s by ${correlation}`]),
  ].join("; ");
}

function wrong(argument: string, problem: string): CommandError {
  return new CommandError(`--simulate ${argument}: ${problem}. It is written ${FORM}.`, EXIT.usage);
}
