import { type BedrockSpecification, type ClassifierSpecification, type SingleSpecification } from "../classification/classifier-specification.ts";
import { nearestName } from "../nearest-name.ts";
import { callableIds, type CatalogueModel, findModel, MODEL_CATALOGUE, type ModelReference, readModelReference } from "./catalogue.ts";

export interface Problem {
  /** From the specification's root. */
  path: (string | number)[];
  /** What, which value, and what to write instead. */
  message: string;
}

export interface SpecificationProblems {
  errors: Problem[];
  warnings: Problem[];
}

type Level = "error" | "warning";
type Report = (level: Level, path: Problem["path"], message: string) => void;

/**
 * What the catalogue has against a specification. Errors would fail every call or cost nobody knows what: a retired or unknown model, a
 * missing inference profile, samples of a model without a temperature, an ARN without a price. Warnings pass today: a legacy model, an id
 * that only some Regions serve, a model without tools. What no model has part in (an endpoint's classes) is checked elsewhere.
 */
export function checkSpecification(specification: ClassifierSpecification): SpecificationProblems {
  const problems: SpecificationProblems = { errors: [], warnings: [] };
  const report: Report = (level, path, message) => problems[level === "error" ? "errors" : "warnings"].push({ path, message });
  for (const { path, single } of locate(specification)) {
    if (single.kind === "bedrock") checkBedrock(single, path, report);
  }
  return problems;
}

/** Every single model, with the place it is written at. */
function locate(specification: ClassifierSpecification): { path: Problem["path"]; single: SingleSpecification }[] {
  if (specification.kind === "fallback") return specification.links.map((single, index) => ({ path: ["links", index], single }));
  if (specification.kind !== "cascade") return [{ path: [], single: specification }];
  return [
    ...specification.stages.map(({ classifier: single }, index) => ({ path: ["stages", index, "classifier"], single })),
    ...locate(specification.last).map(({ path, single }) => ({ path: ["last", ...path], single })),
  ];
}

function checkBedrock(specification: BedrockSpecification, path: Problem["path"], report: Report): void {
  const place = [...path, "model"];
  const reference = readModelReference(specification.model);
  const model = findModel(specification.model);
  if (model === undefined || model.provider !== "bedrock") {
    checkUnknown(specification, reference, model, path, report);
    return;
  }
  const { state } = model;
  if (state.kind === "retired") {
    report("error", place, `${specification.model} (${model.name}) is retired since ${state.since}, every call to it fails: write ${successors(model, reference)}`);
    return;
  }
  if (state.kind === "legacy") report("warning", place, `${specification.model} (${model.name}) is legacy and ends on ${state.endOfLife}: move to ${successors(model, reference)} before`);
  checkWayOfCalling(model, reference, place, report);
  if (!model.toolUse) {
    report("warning", place, `${model.name} takes no tools through the Converse API, so it answers in JSON of its own making, which has to be asked for again more often: better write ${successors(model, reference)}`);
  }
  if (!model.temperature && specification.scores.from === "samples") {
    report("error", [...path, "scores"], `${model.name} takes no temperature, so its samples would all be alike: write {"from": "stated"}`);
  }
  if (model.price === undefined && specification.price === undefined) report("error", [...path, "price"], unknownPrice(specification.model));
}

/** Bare ids that only a profile reaches, and profiles that the model does not have. */
function checkWayOfCalling(model: CatalogueModel, { arn, profile }: ModelReference, place: Problem["path"], report: Report): void {
  if (profile !== undefined) {
    if (!model.inferenceProfiles.includes(profile) && profile !== "us-gov") {
      report("error", place, `${model.name} has no inference profile ${profile}.: write ${oneOf(callableIds(model))}`);
    }
    return;
  }
  if (arn) return;
  if (!model.onDemand) {
    report("error", place, `${model.name} can only be called through an inference profile: write ${oneOf(callableIds(model))}`);
  } else if (model.onDemandIn !== undefined) {
    const elsewhere = model.inferenceProfiles.length === 0 ? "no other Region has it" : `elsewhere write ${oneOf(model.inferenceProfiles.map((prefix) => `${prefix}.${model.id}`))}`;
    report("warning", place, `${model.id} by itself is served only in ${model.onDemandIn.join(", ")}; ${elsewhere}`);
  }
}

/** What the Converse API takes as `modelId` beside what the catalogue can read; a bare custom model has to be deployed first. */
const CALLABLE_RESOURCES = ["provisioned-model", "custom-model-deployment", "imported-model", "application-inference-profile"] as const;
const CALLABLE_ARN = new RegExp(`^arn:aws[a-z-]*:bedrock:[a-z0-9-]+:\\d{12}:(?:${CALLABLE_RESOURCES.join("|")})/[a-zA-Z0-9:.-]+$`, "u");

function checkUnknown(specification: BedrockSpecification, reference: ModelReference, model: CatalogueModel | undefined, path: Problem["path"], report: Report): void {
  const place = [...path, "model"];
  const { model: written } = specification;
  if (model !== undefined) {
    report("error", place, `${written} is no model of Bedrock: ${model.provider === "jumpstart" ? "deploy it on SageMaker (textModels) and write a specification of kind \"sagemaker-llm\"" : `write a specification of kind ${JSON.stringify(model.provider)}`}`);
    return;
  }
  if (reference.arn && reference.id === written) {
    if (!CALLABLE_ARN.test(written)) {
      report("error", place, `${written} is no ARN that can be asked: write that of a ${CALLABLE_RESOURCES.slice(0, -1).join(", ")} or ${CALLABLE_RESOURCES.at(-1)}, or a model's id from docs/models/catalogue.md`);
      return;
    }
    // A provisioned, custom or imported model, or an application inference profile: only its owner knows what is behind it.
    if (specification.price === undefined) report("error", [...path, "price"], unknownPrice(written));
    return;
  }
  const live = MODEL_CATALOGUE.filter(({ provider, state }) => provider === "bedrock" && state.kind !== "retired");
  // An id cut short (no date, no version) is nearer to its whole than to any other of about its length.
  const meant = live.find(({ id }) => reference.id.length > 8 && id.startsWith(reference.id)) ?? live.find(({ id }) => id === nearestName(reference.id, live.map((model) => model.id)));
  const advice = meant === undefined ? "write an id from docs/models/catalogue.md" : `did you mean ${oneOf(preferring(callableIds(meant), reference))}?`;
  report("error", place, `${written} is not in the model catalogue: ${advice}`);
}

function unknownPrice(written: string): string {
  return `what ${written} costs is not in the model catalogue: write its price, such as {"inputUsdPerMillion": 0.8, "outputUsdPerMillion": 3.2}, or zeros where you pay by the hour`;
}

/** The live successors, found through successors that are retired or take no tools themselves. */
function successors(model: CatalogueModel, reference: ModelReference): string {
  const next = model.replacement === undefined ? undefined : MODEL_CATALOGUE.find(({ id }) => id === model.replacement);
  return next === undefined ? "another id from docs/models/catalogue.md" : oneOf(preferring(callableIds(next), reference));
}

/** Whoever wrote `eu.` wants to stay in that geography. */
function preferring(ids: readonly string[], { profile }: ModelReference): readonly string[] {
  const same = profile === undefined ? [] : ids.filter((id) => readModelReference(id).profile === profile);
  return same.length > 0 ? same : ids;
}

function oneOf(ids: readonly string[]): string {
  return ids.length <= 1 ? (ids[0] ?? "another model") : `${ids.slice(0, -1).join(", ")} or ${ids.at(-1)}`;
}
