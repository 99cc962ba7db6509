import type { ModelIdentity } from "../../core/contracts/sentiment-result.ts";

const LONGEST_ID = 256;

/**
 * What results call a model on Bedrock: its id or ARN as configured, and the version its id ends in. An ARN that is longer than a result's
 * field keeps its end, which is the part that tells models apart.
 */
export function bedrockIdentity(modelId: string): ModelIdentity {
  return { provider: "bedrock", id: modelId.slice(-LONGEST_ID), version: versionOf(modelId) };
}

function versionOf(modelId: string): string {
  const kind = /:(provisioned-model|custom-model-deployment|custom-model|imported-model|application-inference-profile)\//u.exec(modelId)?.[1];
  if (kind !== undefined) return kind;
  const numbered = /-(?<date>\d{8}-)?(?<version>v\d+(:\d+)?)$/u.exec(modelId)?.groups;
  if (numbered !== undefined) return `${numbered["date"] ?? ""}${numbered["version"]}`;
  return /-(\d{8})$/u.exec(modelId)?.[1] ?? "unversioned";
}
