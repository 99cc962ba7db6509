import { resolve } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { readConfiguration } from "../../lib/read-configuration.ts";
import { synthesize } from "./synthesized.ts";
import { type Template, validateTemplates } from "./template-validator.ts";

describe("the synthesized templates follow CloudFormation's schemas", () => {
  const stages: Record<string, Record<string, Template>> = {};
  // Here and not in the tests: the first synthesis loads the CDK, which takes a while on a busy machine.
  beforeAll(() => {
    for (const stage of ["dev", "prod", "local"]) stages[stage] = synthesize(stage).plain;
  });

  it.each(["dev", "prod", "local"])("%s", (stage) => {
    const stacks = ["data", ...(stage === "local" ? ["models"] : []), "pipeline", "warehouse"];
    expect(Object.keys(stages[stage] ?? {}).sort()).toEqual(stacks.map((stack) => `valence-${stage}-${stack}`));
    expect(validateTemplates(stages[stage]!)).toEqual([]);
  });

  it.each(["cascade", "voice"])("examples/%s", (name) => {
    const { plain } = synthesize(readConfiguration({ config: resolve(import.meta.dirname, `../../config/examples/${name}.json`) }));

    expect(Object.keys(plain).sort()).toEqual(["data", "models", "pipeline", "warehouse"].map((stack) => `valence-${name}-${stack}`));
    expect(validateTemplates(plain)).toEqual([]);
  });
});

describe("the validator", () => {
  let sound: Record<string, Template>;
  beforeAll(() => {
    sound = synthesize("local").plain;
  });

  /** The templates with one mistake worked into them. */
  function broken(stack: string, breakIt: (template: Template) => void): string[] {
    const templates = structuredClone(sound);
    breakIt(templates[`valence-local-${stack}`]!);
    return validateTemplates(templates);
  }

  // oxlint-disable-next-line typescript/no-explicit-any -- mistakes are put in where the types would forbid them
  type Properties = Record<string, any>;

  function only(template: Template, type: string): { id: string; properties: Properties } {
    const [id, resource] = Object.entries(template.Resources).find(([, { Type }]) => Type === type)!;
    return { id, properties: resource.Properties as Properties };
  }

  const properties = (template: Template, type: string) => only(template, type).properties;
  const mistakes: [string, string, (template: Template) => void, RegExp][] = [
    ["an unknown resource type", "data", (t) => (t.Resources[only(t, "AWS::KMS::Key").id]!.Type = "AWS::KMS::Keyy"), /has the type AWS::KMS::Keyy/u],
    ["an unknown property", "data", (t) => (properties(t, "AWS::Kinesis::Stream")["ShardCounts"] = 2), /\.ShardCounts is not a property/u],
    [
      "an unknown nested property",
      "data",
      (t) => (properties(t, "AWS::KinesisFirehose::DeliveryStream")["ExtendedS3DestinationConfiguration"].BufferingHints.SizeInMB = 64),
      /BufferingHints\.SizeInMB is not a property/u,
    ],
    ["a missing property", "pipeline", (t) => delete properties(t, "AWS::Lambda::Function")["Role"], /\.Role is required and missing/u],
    ["a number as a text", "pipeline", (t) => (properties(t, "AWS::Lambda::Function")["Timeout"] = "60"), /\.Timeout is "60", not a whole number/u],
    ["an object as a text", "pipeline", (t) => (properties(t, "AWS::Lambda::Function")["Environment"] = "none"), /\.Environment is "none", not an object/u],
    ["a value that is not allowed", "data", (t) => (properties(t, "AWS::KinesisFirehose::DeliveryStream")["DeliveryStreamType"] = "Kinesis"), /is "Kinesis", not one of/u],
    ["a reference to nothing", "pipeline", (t) => (properties(t, "AWS::Lambda::Function")["Role"] = { Ref: "Nobody" }), /refers to Nobody/u],
    ["an attribute of nothing", "pipeline", (t) => (properties(t, "AWS::Lambda::Function")["Role"] = { "Fn::GetAtt": ["Nobody", "Arn"] }), /attribute of Nobody/u],
    [
      "an attribute that the type lacks",
      "pipeline",
      (t) => (properties(t, "AWS::Lambda::Function")["Role"] = { "Fn::GetAtt": [only(t, "AWS::IAM::Role").id, "Name"] }),
      /takes Name of .*AWS::IAM::Role does not have/u,
    ],
    ["a substitution of nothing", "pipeline", (t) => (properties(t, "AWS::Lambda::Function")["Role"] = { "Fn::Sub": "arn:${Nobody.Arn}" }), /attribute of Nobody/u],
    ["an import that nobody exports", "pipeline", (t) => (properties(t, "AWS::SQS::Queue")["KmsMasterKeyId"] = { "Fn::ImportValue": "other" }), /imports other/u],
    ["a dependency on nothing", "pipeline", (t) => (t.Resources[only(t, "AWS::SQS::Queue").id]!.DependsOn = "Nobody"), /depends on Nobody/u],
  ];

  it.each(mistakes)("finds %s", (_name, stack, breakIt, expected) => {
    const problems = broken(stack, breakIt);

    expect(problems).toEqual([expect.stringMatching(expected)]);
  });
});
