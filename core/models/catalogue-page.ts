import { type CatalogueModel, type ListPrice, MODEL_CATALOGUE } from "./catalogue.ts";

const HEAD = `# Models

Written from \`core/models\` by \`npx tsx scripts/write-model-catalogue.ts\`; a test compares the two. The synthesis refuses a stage that names a
retired model, and warns of a legacy one. Bedrock's own word on the state in your Region is \`modelLifecycle\` of
\`aws bedrock get-foundation-model\`.

Prices are US dollars per million tokens, input / output, on demand, in us-east-1 or us-east-2, each with the day it was read: at second hand from the AWS Price List API, or,
with †, from published tables. † stands where something
could not be read at its source; the remarks say what. "Forced tool" says whether a call may insist on the answer's form; "temperature" whether one may
be set, which answers by samples need.
`;

/** The catalogue as Markdown: docs/models/catalogue.md. */
export function cataloguePage(models: readonly CatalogueModel[] = MODEL_CATALOGUE): string {
  const vendors = [...new Set(models.map(({ vendor }) => vendor))];
  return [HEAD, ...vendors.map((vendor) => section(vendor, models.filter((model) => model.vendor === vendor)))].join("\n");
}

function section(vendor: string, models: readonly CatalogueModel[]): string {
  const remarks = models.flatMap((model) => remarksOf(model).map((remark) => `- **${model.name}:** ${remark}`));
  const table = [
    "| model | id | state | instead | price | read | context | profiles | bare id | tools | forced tool | temperature |",
    "| --- | --- | --- | --- | ---: | --- | ---: | --- | --- | --- | --- | --- |",
    ...models.map((model) => `| ${cellsOf(model).join(" | ")} |`),
  ].join("\n");
  return `## ${vendor}\n\n${table}\n${remarks.length === 0 ? "" : `\n${remarks.join("\n")}\n`}`;
}

function cellsOf(model: CatalogueModel): string[] {
  const isLanguageModel = model.contextTokens > 0;
  const yesOrNo = (value: boolean): string => (isLanguageModel ? (value ? "yes" : "no") : "");
  return [
    model.name + (model.unverified === undefined ? "" : " †"),
    `\`${model.id}\``,
    stateOf(model),
    model.replacement === undefined ? "" : `\`${model.replacement}\``,
    priceOf(model.price) + (model.globalPrice === undefined ? "" : ` (through global. ${priceOf(model.globalPrice)})`),
    model.price?.readOn ?? "",
    isLanguageModel ? model.contextTokens.toLocaleString("en-US") : "",
    model.inferenceProfiles.map((prefix) => `${prefix}.`).join(" "),
    model.provider === "bedrock" ? bareId(model) : "",
    yesOrNo(model.toolUse),
    yesOrNo(model.forcedToolChoice),
    yesOrNo(model.temperature),
  ];
}

function stateOf({ state }: CatalogueModel): string {
  switch (state.kind) {
    case "active":
      return "active";
    case "legacy":
      return `legacy, ends ${state.endOfLife}`;
    case "retired":
      return `**retired** ${state.since}`;
  }
}

function priceOf(price: ListPrice | undefined): string {
  return price === undefined ? "" : `${price.inputUsdPerMillion} / ${price.outputUsdPerMillion}`;
}

function bareId({ onDemand, onDemandIn }: CatalogueModel): string {
  return onDemand ? (onDemandIn?.join(", ") ?? "yes") : "no";
}

function remarksOf({ instanceType, note, thinks, unverified }: CatalogueModel): string[] {
  return [
    ...(thinks === true ? ["thinks before it answers, and thinking is billed as output."] : []),
    ...(instanceType === undefined ? [] : [`runs on ${instanceType}.`]),
    ...(note === undefined ? [] : [note]),
    ...(unverified === undefined ? [] : [`† not verified: ${unverified}.`]),
  ];
}
