import { describe, expect, it } from "vitest";
import { compilePattern } from "../../../local/events/event-pattern.ts";

const EVENT = {
  source: "aws.s3",
  "detail-type": "Object Created",
  resources: ["arn:aws:s3:::recordings"],
  detail: { bucket: { name: "recordings" }, object: { key: "connect/CallRecordings/call.wav", size: 1_044 } },
};

describe("an event pattern", () => {
  it.each([
    ["a value", { source: ["aws.s3"] }, true],
    ["one of several values", { source: ["aws.ec2", "aws.s3"] }, true],
    ["another value", { source: ["aws.ec2"] }, false],
    ["a number", { detail: { object: { size: [1_044] } } }, true],
    ["a field that is absent", { detail: { reason: ["PutObject"] } }, false],
    ["two fields, one of which does not match", { source: ["aws.s3"], "detail-type": ["Object Deleted"] }, false],
    ["an element of a list", { resources: ["arn:aws:s3:::recordings"] }, true],
    ["a prefix", { detail: { object: { key: [{ prefix: "connect/" }] } } }, true],
    ["another prefix", { detail: { object: { key: [{ prefix: "valence/" }] } } }, false],
    ["a suffix", { detail: { object: { key: [{ suffix: ".wav" }] } } }, true],
    ["a text in another case", { detail: { bucket: { name: [{ "equals-ignore-case": "Recordings" }] } } }, true],
    ["a number within a range", { detail: { object: { size: [{ numeric: [">", 1_000, "<=", 1_044] }] } } }, true],
    ["a number at a bound that is left out", { detail: { object: { size: [{ numeric: ["<", 1_044] }] } } }, false],
    ["the same number written otherwise", { detail: { object: { size: [{ numeric: ["=", 1044.0] }] } } }, true],
    ["a text where a number is compared", { source: [{ numeric: [">", 0] }] }, false],
    ["one of several patterns", { $or: [{ source: ["aws.ec2"] }, { detail: { bucket: { name: ["recordings"] } } }] }, true],
    ["none of several patterns", { source: ["aws.s3"], $or: [{ source: ["aws.ec2"] }, { detail: { bucket: { name: ["other"] } } }] }, false],
    ["a wildcard", { detail: { object: { key: [{ wildcard: "connect/*/*.wav" }] } } }, true],
    ["a wildcard that takes a dot literally", { detail: { object: { key: [{ wildcard: "*call?wav" }] } } }, false],
    ["anything but a value", { source: [{ "anything-but": "aws.ec2" }] }, true],
    ["anything but this value", { source: [{ "anything-but": ["aws.ec2", "aws.s3"] }] }, false],
    ["anything but a prefix", { detail: { object: { key: [{ "anything-but": { prefix: "valence/" } }] } } }, true],
    ["anything but this prefix", { detail: { object: { key: [{ "anything-but": { prefix: ["valence/", "connect/"] } }] } } }, false],
    ["anything but, of a field that is absent", { detail: { reason: [{ "anything-but": "x" }] } }, false],
    ["a field that is there", { detail: { object: { key: [{ exists: true }] } } }, true],
    ["a field that is not there", { detail: { reason: [{ exists: false }] } }, true],
  ])("with %s", (_, pattern, expected) => {
    expect(compilePattern(pattern)(EVENT)).toBe(expected);
  });

  it.each([
    ["an operator nobody knows", { detail: { object: { size: [{ cidr: "10.0.0.0/8" }] } } }, /detail\.object\.size.*"cidr"/u],
    ["two operators in one", { source: [{ prefix: "a", suffix: "b" }] }, /one operator/u],
    ["a bare value", { source: "aws.s3" }, /a list of values/u],
    ["$or without patterns", { $or: [] }, /\$or/u],
  ])("stops at %s", (_, pattern, message) => {
    expect(() => compilePattern(pattern as Record<string, unknown>)).toThrow(message);
  });
});
