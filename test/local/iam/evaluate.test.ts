import { expect, test } from "vitest";
import { evaluatePermission } from "../../../local/iam/evaluate.ts";
import { parsePolicyDocument } from "../../../local/iam/policy-document.ts";

const PUT = { action: "kinesis:PutRecords", resource: "arn:aws:kinesis:us-east-1:123456789012:stream/results" };
const CONTEXT = { "aws:securetransport": "true", "aws:requestedregion": "us-east-1" };

function allowed(statements: object[], permission = PUT): boolean {
  return evaluatePermission(parsePolicyDocument({ Statement: statements }, "test"), permission, CONTEXT).allowed;
}

const allow = (more: object): object => ({ Effect: "Allow", Action: PUT.action, Resource: PUT.resource, ...more });
const deny = (more: object): object => ({ Effect: "Deny", Action: "*", Resource: "*", ...more });
const notAction = { Effect: "Allow", NotAction: ["kinesis:Put*"], Resource: "*" };
const notResource = { Effect: "Allow", Action: "*", NotResource: ["arn:aws:kinesis:*:*:stream/results"] };

test.each<[string, object[], boolean]>([
  ["nothing granted", [], false],
  ["the exact grant", [allow({})], true],
  ["another action", [allow({ Action: "kinesis:PutRecord" })], false],
  ["an action in other case", [allow({ Action: "KINESIS:putrecords" })], true],
  ["an action pattern", [allow({ Action: ["s3:*", "kinesis:Put*"] })], true],
  ["a pattern is anchored", [allow({ Action: "kinesis:Put" })], false],
  ["a question mark is one character", [allow({ Action: "kinesis:PutRecord?" })], true],
  ["another resource", [allow({ Resource: `${PUT.resource}-2` })], false],
  ["a resource in other case", [allow({ Resource: PUT.resource.replace("results", "Results") })], false],
  ["a resource pattern", [allow({ Resource: "arn:aws:kinesis:*:*:stream/*" })], true],
  ["a dot is only a dot", [allow({ Resource: PUT.resource.replace("stream", "s.ream") })], false],
  ["an explicit denial wins", [allow({}), deny({})], false],
  ["a denial of something else", [allow({}), deny({ Action: "s3:*" })], true],
  ["NotAction that covers it", [notAction], false],
  ["NotResource that covers it", [notResource], false],
  ["StringEquals that holds", [allow({ Condition: { StringEquals: { "aws:RequestedRegion": ["eu-west-1", "us-east-1"] } } })], true],
  ["StringEquals that does not", [allow({ Condition: { StringEquals: { "aws:RequestedRegion": "eu-west-1" } } })], false],
  ["StringLike", [allow({ Condition: { StringLike: { "aws:RequestedRegion": "us-*" } } })], true],
  ["StringNotLike", [allow({ Condition: { StringNotLike: { "aws:RequestedRegion": "us-*" } } })], false],
  ["Bool", [allow({ Condition: { Bool: { "aws:SecureTransport": true } } })], true],
  ["a denial of plain HTTP", [allow({}), deny({ Condition: { Bool: { "aws:SecureTransport": "false" } } })], true],
  ["all of several conditions", [allow({ Condition: { Bool: { "aws:SecureTransport": "true" }, StringEquals: { "aws:RequestedRegion": "x" } } })], false],
  ["a key that cannot be judged", [allow({ Condition: { StringEquals: { "aws:SourceVpc": "vpc-1" } } })], false],
  ["…IfExists of a key that is not there", [allow({ Condition: { StringEqualsIfExists: { "aws:SourceVpc": "vpc-1" } } })], true],
  ["an operator that cannot be judged", [allow({ Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } })], false],
])("%s", (_case, statements, expected) => {
  expect(allowed(statements)).toBe(expected);
});

test("NotAction and NotResource grant what they leave out", () => {
  expect(allowed([notAction], { action: "kinesis:GetRecords", resource: PUT.resource })).toBe(true);
  expect(allowed([notResource], { action: PUT.action, resource: "arn:aws:kinesis:us-east-1:123456789012:stream/text" })).toBe(true);
});

test("what could not be judged is named", () => {
  const statements = parsePolicyDocument({ Statement: [allow({ Condition: { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } } })] }, "test");
  expect(evaluatePermission(statements, PUT, CONTEXT).unjudged).toEqual(["IpAddress aws:SourceIp"]);
});

test.each([
  ["no effect", { Action: "*", Resource: "*" }],
  ["neither Action nor NotAction", { Effect: "Allow", Resource: "*" }],
  ["both Resource and NotResource", { Effect: "Allow", Action: "*", Resource: "*", NotResource: "*" }],
  ["a misspelt element", { Effect: "Allow", Actions: ["*"], Resource: "*" }],
])("a statement with %s is refused with the policy's name", (_case, statement) => {
  expect(() => parsePolicyDocument({ Statement: statement }, "Broken")).toThrow(/Policy Broken is no identity-based policy document/u);
});
