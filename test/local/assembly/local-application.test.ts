import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readCloudAssembly } from "../../../local/assembly/cloud-assembly.ts";
import { type LocalApplication, resolveApplication } from "../../../local/assembly/local-application.ts";
import { assemblyOf } from "../support/hand-made-assembly.ts";

/** Writes an assembly of these stacks and resolves it. */
function resolved(stacks: Record<string, object>, assets: Record<string, string> = {}): LocalApplication {
  return resolveApplication(readCloudAssembly(assemblyOf(stacks, assets)), { endpoint: "http://127.0.0.1:4577" });
}

/** One stack with an output of this value; returns what it becomes. */
function output(value: unknown, more: object = {}): unknown {
  const resources = { Text: { Type: "AWS::Kinesis::Stream", Properties: { Name: "text" } }, Jobs: { Type: "AWS::SQS::Queue" } };
  return resolved({ main: { Resources: resources, Outputs: { Value: { Value: value } }, ...more } }).outputs["Value"];
}

test.each([
  ["Ref of a resource", { Ref: "Text" }, "text"],
  ["Ref of a pseudo parameter", { Ref: "AWS::Region" }, "us-east-1"],
  ["Ref of a parameter's default", { Ref: "Version" }, "/cdk-bootstrap/version"],
  ["GetAtt", { "Fn::GetAtt": ["Text", "Arn"] }, "arn:aws:kinesis:us-east-1:123456789012:stream/text"],
  ["GetAtt in its dotted form", { "Fn::GetAtt": "Text.Arn" }, "arn:aws:kinesis:us-east-1:123456789012:stream/text"],
  ["Sub", { "Fn::Sub": "${AWS::Partition}/${Text.Arn}/${Text}/${!Kept}" }, "aws/arn:aws:kinesis:us-east-1:123456789012:stream/text/text/${Kept}"],
  ["Sub with variables", { "Fn::Sub": ["${a}-${AWS::AccountId}", { a: { Ref: "Text" } }] }, "text-123456789012"],
  ["Join", { "Fn::Join": [":", ["a", { Ref: "Text" }]] }, "a:text"],
  ["Select of Split", { "Fn::Select": [1, { "Fn::Split": ["/", { "Fn::GetAtt": ["Text", "Arn"] }] }] }, "text"],
  ["Select of GetAZs", { "Fn::Select": ["2", { "Fn::GetAZs": "" }] }, "us-east-1c"],
  ["FindInMap", { "Fn::FindInMap": ["Sizes", { Ref: "AWS::Region" }, "small"] }, "1"],
  ["If", { "Fn::If": ["IsHere", "yes", "no"] }, "yes"],
  ["conditions within conditions", { "Fn::If": ["IsElsewhere", "yes", "no"] }, "no"],
  ["the URL of a queue, which points here", { Ref: "Jobs" }, expect.stringMatching(/^http:\/\/127\.0\.0\.1:4577\/123456789012\/main-Jobs-[0-9A-F]{12}$/u)],
])("%s", (_case, value, expected) => {
  const more = {
    Parameters: { Version: { Type: "AWS::SSM::Parameter::Value<String>", Default: "/cdk-bootstrap/version" } },
    Mappings: { Sizes: { "us-east-1": { small: "1" } } },
    Conditions: {
      IsHere: { "Fn::Equals": [{ Ref: "AWS::Region" }, "us-east-1"] },
      IsElsewhere: { "Fn::Or": [{ "Fn::Not": [{ Condition: "IsHere" }] }, { "Fn::And": [{ Condition: "IsHere" }, { "Fn::Equals": [1, 2] }] }] },
    },
  };
  expect(output(value, more)).toEqual(expected);
});

test("AWS::NoValue takes its property away, and a list's item", () => {
  const application = resolved({
    main: {
      Resources: { Stream: { Type: "AWS::Kinesis::Stream", Properties: { Name: "a", ShardCount: { Ref: "AWS::NoValue" }, Tags: [{ Ref: "AWS::NoValue" }, "kept"] } } },
    },
  });
  expect(application.resources[0]?.properties).toEqual({ Name: "a", Tags: ["kept"] });
});

test("SageMaker endpoints have no effect, and names and ARNs as SageMaker gives them", () => {
  const Resources = {
    Model: { Type: "AWS::SageMaker::Model" },
    Configuration: { Type: "AWS::SageMaker::EndpointConfig", Properties: { ProductionVariants: [{ ModelName: { "Fn::GetAtt": ["Model", "ModelName"] } }] } },
    Endpoint: { Type: "AWS::SageMaker::Endpoint", Properties: { EndpointName: "Pilot-Llama", EndpointConfigName: { "Fn::GetAtt": ["Configuration", "EndpointConfigName"] } } },
    Target: { Type: "AWS::ApplicationAutoScaling::ScalableTarget", Properties: { ResourceId: "endpoint/Pilot-Llama/variant/AllTraffic", ScalableDimension: "sagemaker:variant:DesiredInstanceCount", ServiceNamespace: "sagemaker" } },
    Policy: { Type: "AWS::ApplicationAutoScaling::ScalingPolicy", Properties: { ScalingTargetId: { Ref: "Target" } } },
  };
  const { outputs, resources } = resolved({ main: { Resources, Outputs: { Arn: { Value: { Ref: "Endpoint" } } } } });

  expect(outputs["Arn"]).toBe("arn:aws:sagemaker:us-east-1:123456789012:endpoint/pilot-llama");
  expect(resources.find(({ logicalId }) => logicalId === "Endpoint")?.properties["EndpointConfigName"]).toMatch(/^main-Configuration-[0-9A-F]{12}$/u);
  expect(resources.find(({ logicalId }) => logicalId === "Policy")?.properties["ScalingTargetId"]).toBe("endpoint/Pilot-Llama/variant/AllTraffic|sagemaker:variant:DesiredInstanceCount|sagemaker");
});

test("a resource whose condition does not hold is not there", () => {
  const Resources = { Stream: { Type: "AWS::Kinesis::Stream", Condition: "Never" } };
  expect(resolved({ main: { Conditions: { Never: { "Fn::Equals": ["a", "b"] } }, Resources } }).resources).toEqual([]);
});

test("what one stack exports reaches another stack's import, in either order", () => {
  const consumer = { Resources: { Key: { Type: "AWS::KMS::Alias", Properties: { AliasName: "alias/x", TargetKeyId: { "Fn::ImportValue": "data:TextArn" } } } } };
  const producer = {
    Resources: { Text: { Type: "AWS::Kinesis::Stream", Properties: { Name: "text" } } },
    Outputs: { TextArn: { Value: { "Fn::GetAtt": ["Text", "Arn"] }, Export: { Name: { "Fn::Sub": "${AWS::StackName}:TextArn" } } } },
  };
  expect(resolved({ pipeline: consumer, data: producer }).ofType("AWS::KMS::Alias")[0]?.properties["TargetKeyId"]).toBe("arn:aws:kinesis:us-east-1:123456789012:stream/text");
});

test("made-up names are valid and the same in every run", () => {
  const stacks = { "valence-local-data": { Resources: { LakeBucket: { Type: "AWS::S3::Bucket" } } } };
  const [first, second] = [resolved(stacks).resources[0]?.id, resolved(stacks).resources[0]?.id];
  expect(first).toMatch(/^valence-local-data-lakebucket-[0-9a-f]{12}$/u);
  expect(second).toBe(first);
});

test("an asset is found by its object key", () => {
  const folder = assemblyOf({ main: { Resources: {} } }, { "abc.zip": "asset.abc" });
  mkdirSync(join(folder, "asset.abc"));
  expect(resolveApplication(readCloudAssembly(folder), { endpoint: "" }).asset("abc.zip")).toBe(join(folder, "asset.abc"));
});

test.each([
  ["an unknown resource type", { Resources: { Game: { Type: "AWS::GameLift::Fleet" } } }, /main: Game is a AWS::GameLift::Fleet, which the local run does not know/u],
  ["an unknown function", { Resources: {}, Outputs: { A: { Value: { "Fn::Cidr": ["10.0.0.0/16", 2, 8] } } } }, /Fn::Cidr is not known/u],
  ["a reference to nothing", { Resources: {}, Outputs: { A: { Value: { Ref: "Missing" } } } }, /refers to Missing/u],
  ["an unknown attribute", { Resources: { S: { Type: "AWS::Kinesis::Stream" } }, Outputs: { A: { Value: { "Fn::GetAtt": ["S", "Colour"] } } } }, /attribute Colour of S/u],
  ["an import nobody exports", { Resources: {}, Outputs: { A: { Value: { "Fn::ImportValue": "x" } } } }, /No stack of this assembly exports x/u],
  ["a parameter without a value", { Parameters: { P: { Type: "String" } }, Resources: {}, Outputs: { A: { Value: { Ref: "P" } } } }, /parameter P has no default/u],
  [
    "a circle",
    { Resources: { A: { Type: "AWS::Kinesis::Stream", Properties: { Name: { Ref: "B" } } }, B: { Type: "AWS::Kinesis::Stream", Properties: { Name: { Ref: "A" } } } } },
    /references go in a circle/u,
  ],
])("%s stops the start", (_case, template, message) => {
  expect(() => resolved({ main: template })).toThrow(message);
});

test("a folder that is no assembly is named", () => {
  expect(() => readCloudAssembly(tmpdir())).toThrow(/is no cloud assembly/u);
});
