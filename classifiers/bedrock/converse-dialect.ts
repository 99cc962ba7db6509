import { findModel } from "../../core/models/catalogue.ts";
import type { AnswerForm } from "../prompting/prompt.ts";

/** What a model takes of the Converse API. Not all take all of it, and none says so before it is asked. */
export interface Dialect {
  form: AnswerForm;
  /** How the tool is urged upon the model; undefined leaves it the choice. */
  toolChoice: "tool" | "any" | undefined;
  systemPrompt: boolean;
  temperature: boolean;
  /** Whether the model thinks unasked, which is billed as output and counts towards its limit. */
  thinks: boolean;
  /** Whether it can be told to think little. */
  effort: boolean;
}

/**
 * What to try first, by the catalogue. Where that knows nothing: imported models answer in JSON, because their chat templates seldom know tools, and
 * all others get the whole API. What is guessed wrong, `concede` puts right.
 */
export function dialectOf(modelId: string): Dialect {
  const model = findModel(modelId);
  const hasTools = model?.toolUse ?? !modelId.includes(":imported-model/");
  const canBeForced = model?.forcedToolChoice ?? true;
  return {
    form: hasTools ? "tool" : "json",
    // "Any" is all that the Converse API documents for Mistral's models.
    toolChoice: canBeForced ? "tool" : model?.vendor === "Mistral AI" ? "any" : undefined,
    systemPrompt: !/mixtral|mistral-7b|titan/iu.test(model?.id ?? modelId),
    temperature: model?.temperature ?? true,
    // Claude stopped taking a temperature about when it began to think unasked; for those that do not, it only means a higher limit.
    thinks: model?.vendor === "Anthropic" && !model.temperature,
    effort: true,
  };
}

const NOT_TAKEN = /support|deprecated|may not be|not (allowed|enabled|permitted)/iu;

/**
 * The dialect without what a ValidationException objects to; undefined when it objects to something else. Newer Claude models refuse a
 * temperature, models that think refuse a forced tool, and more will differ: asking again without it spares a new release for each.
 */
export function concede(dialect: Dialect, error: unknown): Dialect | undefined {
  const { name, message } = error as { name?: string; message?: string };
  if (name !== "ValidationException" || message === undefined || !NOT_TAKEN.test(message)) return undefined;
  if (dialect.temperature && /\btemperature\b/iu.test(message)) return { ...dialect, temperature: false };
  if (dialect.thinks && dialect.effort && /output_config|\beffort\b|additionalModelRequestFields/iu.test(message)) return { ...dialect, effort: false };
  if (dialect.form === "tool") {
    if (dialect.toolChoice !== undefined && /tool_?choice/iu.test(message)) return { ...dialect, toolChoice: dialect.toolChoice === "tool" ? "any" : undefined };
    if (/tool use|toolConfig/iu.test(message)) return { ...dialect, form: "json" };
  }
  if (dialect.systemPrompt && /\bsystem\b/iu.test(message)) return { ...dialect, systemPrompt: false };
  return undefined;
}

/**
 * Whether the model began a tool call that the service could not read, as Amazon's Nova models now and then do. It would do so again for the same
 * texts: neither a fault of the service nor one that passes.
 */
export function stumblesOverTool(error: unknown): boolean {
  const { name, message = "" } = error as { name?: string; message?: string };
  return name === "ModelErrorException" && /invalid sequence as part of tool ?use/iu.test(message);
}
