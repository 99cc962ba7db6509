import type { Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { BedrockSpecification } from "../core/classification/classifier-specification.ts";
import { readModelReference } from "../core/models/catalogue.ts";
import type { Access } from "./classifier-access.ts";

/*
 * From AWS's pages on inference profiles ("Prerequisites for inference profiles", "Geographic cross-Region inference" and "Global
 * cross-Region inference" of the Bedrock user guide): a call through a profile is authorized twice, on the profile in the caller's region
 * and on the foundation model in the region that the call ends up in. Converse needs bedrock:InvokeModel, as InvokeModel does.
 */

const ROUTED = "The regions that an inference profile routes to are AWS's choice and change; the condition admits the model through this profile only.";
const ANY_MODEL = "Which model an application inference profile stands for is not in its ARN; the condition admits models through this profile only.";

/** What calling the model, and its guardrail, takes. */
export function bedrockAccess({ guardrail, model }: BedrockSpecification, stack: Stack): Access {
  const access = model.startsWith("arn:") ? accessByArn(model, stack) : accessById(model, stack);
  if (guardrail === undefined) return access;
  const guardrailArn = guardrail.id.startsWith("arn:") ? guardrail.id : `arn:${stack.partition}:bedrock:${stack.region}:${stack.account}:guardrail/${guardrail.id}`;
  return { ...access, statements: [...access.statements, new PolicyStatement({ actions: ["bedrock:ApplyGuardrail"], resources: [guardrailArn] })] };
}

function accessById(written: string, stack: Stack): Access {
  const { id, profile } = readModelReference(written);
  if (profile === undefined) return { statements: [invoke([foundationModel(id, stack.region, stack)])], wildcards: {} };
  return accessThroughProfile(`arn:${stack.partition}:bedrock:${stack.region}:${stack.account}:inference-profile/${written}`, profile, id, stack);
}

function accessByArn(arn: string, stack: Stack): Access {
  const { id, profile } = readModelReference(arn);
  if (profile !== undefined) return accessThroughProfile(arn, profile, id, stack);
  if (!arn.includes(":application-inference-profile/")) return { statements: [invoke([arn])], wildcards: {} };
  return {
    statements: [invoke([arn]), invoke([foundationModel("*", "*", stack)], { StringEquals: { "bedrock:InferenceProfileArn": arn } })],
    wildcards: { "foundation-model/*": ANY_MODEL },
  };
}

function accessThroughProfile(profileArn: string, profile: string, model: string, stack: Stack): Access {
  const throughProfile = { "bedrock:InferenceProfileArn": profileArn };
  if (profile === "global") {
    return {
      statements: [
        invoke([profileArn]),
        invoke([foundationModel(model, stack.region, stack)], { StringEquals: throughProfile }),
        // The global model has no region, in its ARN nor in the request.
        invoke([foundationModel(model, "", stack)], { StringEquals: { ...throughProfile, "aws:RequestedRegion": "unspecified" } }),
      ],
      wildcards: {},
    };
  }
  return {
    statements: [invoke([profileArn]), invoke([foundationModel(model, "*", stack)], { StringEquals: throughProfile })],
    wildcards: { [`foundation-model/${model}`]: ROUTED },
  };
}

function invoke(resources: string[], conditions?: Record<string, unknown>): PolicyStatement {
  return new PolicyStatement({ actions: ["bedrock:InvokeModel"], resources, ...(conditions === undefined ? {} : { conditions }) });
}

function foundationModel(model: string, region: string, stack: Stack): string {
  return `arn:${stack.partition}:bedrock:${region}::foundation-model/${model}`;
}
