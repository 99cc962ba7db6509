import { beforeAll, expect, it } from "vitest";
import { voiceConfiguration } from "./example-specifications.ts";
import { synthesize } from "./synthesized.ts";

interface Statement {
  Action: string | string[];
  Resource: unknown;
}

let resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
beforeAll(() => {
  resources = synthesize(voiceConfiguration()).template("pipeline").toJSON()["Resources"] as typeof resources;
});

function ofType(type: string): [string, Record<string, unknown>][] {
  return Object.entries(resources).flatMap(([id, { Properties, Type }]) => (Type === type ? [[id, Properties] as [string, Record<string, unknown>]] : []));
}

/** The logical ids that a value refers to. */
function referredTo(value: unknown): string[] {
  return [...JSON.stringify(value ?? null).matchAll(/"(?:Ref":|Fn::GetAtt":\[)"(?<id>[^"]+)"/gu)].map(({ groups }) => groups!["id"]!);
}

function queuesRead(functionId: string): string[] {
  return ofType("AWS::Lambda::EventSourceMapping").flatMap(([, { EventSourceArn, FunctionName }]) => (referredTo(FunctionName).includes(functionId) ? referredTo(EventSourceArn) : []));
}

function queuesWritten(roleId: string): string[] {
  return ofType("AWS::IAM::Policy")
    .filter(([, { Roles }]) => referredTo(Roles).includes(roleId))
    .flatMap(([, { PolicyDocument }]) => (PolicyDocument as { Statement: Statement[] }).Statement)
    .flatMap(({ Action, Resource }) => ([Action].flat().includes("sqs:SendMessage") ? referredTo(Resource) : []));
}

it("functions that put messages for later on their own queue are told from runaway loops, and no others: Lambda would drop a message after some 16 rounds", () => {
  const remindThemselves = ofType("AWS::Lambda::Function").flatMap(([id, { FunctionName, Role }]) => (queuesWritten(referredTo(Role)[0]!).some((queue) => queuesRead(id).includes(queue)) ? [FunctionName] : []));
  const allowed = ofType("AWS::Lambda::Function").flatMap(([, { FunctionName, RecursiveLoop }]) => (RecursiveLoop === "Allow" ? [FunctionName] : []));

  expect(new Set(remindThemselves)).toEqual(new Set(["audio-classifier", "conversation-tracker", "live-audio", "transcript-router"].map((name) => `valence-voice-${name}`)));
  expect(new Set(allowed)).toEqual(new Set(remindThemselves));
});
