import { describe, expect, it } from "vitest";
import type { StageToEstimate } from "../../../core/costs/stage-to-estimate.ts";
import { voiceLines } from "../../../core/costs/voice-lines.ts";

const HOURS = 730;
const realtime = (instanceType: string, maximum: number) => ({ kind: "realtime" as const, instanceType, instances: { minimum: 2, maximum } });

type Voice = NonNullable<StageToEstimate["audio"]>;

function linesOf(audio: Pick<Voice, "stream" | "models"> | null): [string, number][] {
  return voiceLines({ audio } as StageToEstimate).map(({ item, service, usd }) => [`${service}: ${item}`, usd]);
}

describe("what a voice road costs while nobody speaks", () => {
  it("is nothing where there is none", () => {
    expect(linesOf(null)).toEqual([]);
  });

  it("is its stream and its queues, whatever serverless endpoints there are", () => {
    expect(linesOf({ stream: { mode: "provisioned", shards: 2, retentionHours: 24 }, models: [{ name: "a", hosting: { kind: "serverless" } }] })).toEqual([
      ["Kinesis: audio stream", 2 * HOURS * 0.015],
      ["SQS: requests, audio queues", 3.25 * 0.4],
    ]);
  });

  it("is the least instances of real-time endpoints, and the alarms of what scales", () => {
    const models = [
      { name: "fixed", hosting: realtime("ml.c5.xlarge", 2) },
      { name: "scaled", hosting: realtime("ml.unheard-of.xlarge", 4) },
      { name: "waits", hosting: { kind: "async" as const } },
    ];
    const lines = linesOf({ stream: { mode: "on-demand", retentionHours: 168 }, models });

    expect(lines).toEqual([
      ["Kinesis: audio stream", HOURS * 0.04],
      ["SQS: requests, audio queues", 3.25 * 0.4],
      ["SageMaker: endpoint fixed", expect.closeTo(2 * HOURS * 0.204, 8)],
      ["SageMaker: endpoint scaled", 0],
      ["CloudWatch: alarms of endpoints", 0.5],
    ]);
  });

  it("shows an instance whose price nobody knows as such", () => {
    const lines = voiceLines({ audio: { stream: { mode: "on-demand", retentionHours: 24 }, models: [{ name: "new", hosting: realtime("ml.unheard-of.xlarge", 2) }] } } as unknown as StageToEstimate);

    expect(lines.at(-1)).toMatchObject({ item: "endpoint new", quantity: 2 * HOURS, unit: "ml.unheard-of.xlarge hours", unitUsd: undefined, unverified: true });
  });
});
