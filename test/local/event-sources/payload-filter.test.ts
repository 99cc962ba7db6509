import { describe, expect, it } from "vitest";
import { eventSourceMapping } from "../../../local/event-sources/event-source-mapping.ts";
import type { LocalResource } from "../../../local/assembly/local-application.ts";

const TRACKER = '{"data":{"modality":["text","audio"],"scope":["turn","segment"]}}';

function mappingWith(patterns: readonly string[] | undefined, arn = "arn:aws:kinesis:us-east-1:123456789012:stream/results") {
  return eventSourceMapping({
    stackName: "pipeline",
    logicalId: "Source",
    type: "AWS::Lambda::EventSourceMapping",
    id: "3dab5bca-24d0-4a16-8f92-ffc587cca7d4",
    properties: {
      FunctionName: "tracker",
      EventSourceArn: arn,
      ...(patterns === undefined ? {} : { FilterCriteria: { Filters: patterns.map((Pattern) => ({ Pattern })) } }),
    },
    attribute: () => undefined,
  } satisfies LocalResource);
}

describe("an event source's filters", () => {
  it.each([
    ['{"modality":"audio","scope":"segment","id":"r1"}', true],
    ['{"modality":"text","scope":"turn"}', true],
    ['{"modality":"fused","scope":"turn"}', false],
    ['{"modality":"text"}', false],
    ["not JSON", false],
    ["7", false],
    ["[]", false],
  ])("judge the data %s of a stream: %s", (data, passes) => {
    expect(mappingWith([TRACKER])?.wants?.(data)).toBe(passes);
  });

  it("let through what one of several lets through", () => {
    const wants = mappingWith(['{"data":{"a":[1]}}', '{"data":{"b":[{"exists":true}]}}'])?.wants;
    expect(['{"a":1}', '{"b":null}', '{"a":2}'].map((data) => wants?.(data))).toEqual([true, true, false]);
  });

  it("judge the body of a queue's message", () => {
    const wants = mappingWith(['{"body":{"rule":[{"prefix":"customer_"}]}}'], "arn:aws:sqs:us-east-1:123456789012:alerts")?.wants;
    expect(['{"rule":"customer_negative"}', '{"rule":"drop"}'].map((body) => wants?.(body))).toEqual([true, false]);
  });

  it.each([[undefined], [[]]])("are none where the criteria are %j", (patterns) => {
    expect(mappingWith(patterns)?.wants).toBeUndefined();
  });

  it.each([
    ["metadata", '{"partitionKey":["a"]}'],
    ["plain text", '{"data":["a"]}'],
    ["the field of the other source", '{"body":{"a":[1]}}'],
    ["no JSON", "{"],
    ["an unknown operator", '{"data":{"a":[{"cidr":"10.0.0.0/8"}]}}'],
    ["a comparison without a number", '{"data":{"a":[{"numeric":[">"]}]}}'],
  ])("stop the start when they ask for %s", (_, pattern) => {
    expect(() => mappingWith([pattern])).toThrow(/pipeline: event source mapping Source: filter 1/u);
  });
});
