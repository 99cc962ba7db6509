import type { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { ComprehendSpecification, SingleSpecification } from "../core/classification/classifier-specification.ts";
import { bedrockAccess } from "./bedrock-access.ts";
import type { TextClassifierConfiguration } from "./configuration.ts";
import { specificationPlaces } from "./specification-places.ts";

/** Statements for a role, and why they may hold wildcards, as `acknowledgeWildcards` takes it. */
export interface Access {
  statements: PolicyStatement[];
  wildcards: Readonly<Record<string, string>>;
}

export const COMPREHEND_WILDCARD = "Comprehend's own models are no resources: the actions that ask them know none.";

/** What the text-classifier calls, model by model: nothing for the embedded one. */
export function classifierAccess({ model, personalData }: Pick<TextClassifierConfiguration, "model" | "personalData">, stack: Stack): Access {
  const parts = [
    ...specificationPlaces(model).map(({ specification }) => accessTo(specification, stack)),
    ...(personalData === "comprehend" ? [comprehendModels(["DetectPiiEntities"])] : []),
  ];
  return { statements: parts.flatMap(({ statements }) => statements), wildcards: Object.assign({}, ...parts.map(({ wildcards }) => wildcards)) as Access["wildcards"] };
}

function accessTo(specification: SingleSpecification, stack: Stack): Access {
  switch (specification.kind) {
    case "embedded":
      return { statements: [], wildcards: {} };
    case "bedrock":
      return bedrockAccess(specification, stack);
    case "comprehend":
      return comprehendAccess(specification);
    case "sagemaker-llm":
    case "sagemaker-encoder":
      return { statements: [new PolicyStatement({ actions: ["sagemaker:InvokeEndpoint"], resources: [endpointArn(specification.endpoint, stack)] })], wildcards: {} };
  }
}

function comprehendAccess({ detectLanguage, endpointArn }: ComprehendSpecification): Access {
  const models = [...(endpointArn === undefined ? ["BatchDetectSentiment"] : []), ...(detectLanguage ? ["BatchDetectDominantLanguage"] : [])];
  const own = models.length === 0 ? { statements: [], wildcards: {} } : comprehendModels(models);
  if (endpointArn === undefined) return own;
  return { ...own, statements: [...own.statements, new PolicyStatement({ actions: ["comprehend:ClassifyDocument"], resources: [endpointArn] })] };
}

function comprehendModels(actions: readonly string[]): Access {
  return { statements: [new PolicyStatement({ actions: actions.map((action) => `comprehend:${action}`), resources: ["*"] })], wildcards: { "*": COMPREHEND_WILDCARD } };
}

/** SageMaker writes the names in its ARNs in lower case, whatever the endpoint was called; policies compare letter by letter. */
export function endpointArn(name: string, stack: Stack): string {
  return `arn:${stack.partition}:sagemaker:${stack.region}:${stack.account}:endpoint/${name.toLowerCase()}`;
}
