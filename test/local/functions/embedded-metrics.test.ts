import { expect, test } from "vitest";
import { EmbeddedMetrics } from "../../../local/functions/embedded-metrics.ts";

function line(metrics: Record<string, number | number[]>, dimensions: Record<string, string> = {}): string {
  const directive = { Namespace: "Valence", Dimensions: [["service", ...Object.keys(dimensions)]], Metrics: Object.keys(metrics).map((Name) => ({ Name, Unit: "Count" })) };
  return `${JSON.stringify({ _aws: { Timestamp: 1, CloudWatchMetrics: [directive] }, service: "text-preprocessor", ...dimensions, ...metrics })}\n`;
}

test("metrics are summed over lines, values and ordinary logs around them", () => {
  const metrics = new EmbeddedMetrics();
  metrics.add(`{"level":"INFO"}\n${line({ RecordsReceived: 3 })}plain\n${line({ RecordsReceived: [1, 2], JobsQueued: 5 })}`);
  expect(metrics.sums()).toEqual({ JobsQueued: 5, RecordsReceived: 6 });
});

test("a dimension other than the service is part of the name", () => {
  const metrics = new EmbeddedMetrics();
  metrics.add(line({ RecordsRejected: 2 }, { reason: "not_json" }) + line({ RecordsRejected: 1 }, { reason: "not_utf8" }));
  expect(metrics.sums()).toEqual({ "RecordsRejected{reason=not_json}": 2, "RecordsRejected{reason=not_utf8}": 1 });
});

test("a broken metric line does not pass unnoticed", () => {
  const metrics = new EmbeddedMetrics();
  metrics.add('{"_aws":{}}\n{"_aws": cut');
  expect(metrics.sums()).toEqual({ MalformedMetricLines: 2 });
});
