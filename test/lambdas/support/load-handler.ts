import { vi } from "vitest";

/** What Lambda would set, with the clients pointed at `endpoint`. */
export function functionEnvironment(endpoint: string, own: Record<string, string>): Record<string, string> {
  return {
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "AKIAEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "example",
    POWERTOOLS_METRICS_NAMESPACE: "Valence",
    POWERTOOLS_LOG_LEVEL: "INFO",
    ...own,
  };
}

/** Loads a module as a cold start would: its environment is read anew, its clients are built anew. */
export async function coldStart<Module>(environment: Record<string, string>, load: () => Promise<Module>): Promise<Module> {
  vi.resetModules();
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  return load();
}

interface MetricLine {
  /** CloudWatch's embedded metric format. */
  _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string; Unit: string }[] }[] };
  [name: string]: unknown;
}

/** Listens to what a function writes: EMF lines and log lines apart. */
export function captureOutput(): { metrics: () => Record<string, number>; metricLines: () => MetricLine[]; text: () => string } {
  let written = "";
  // Powertools has consoles of its own, so that only the streams themselves see everything.
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      written += String(chunk);
      return true;
    });
  }
  const metricLines = (): MetricLine[] =>
    written.split("\n").flatMap((line) => {
      if (!line.startsWith("{")) return [];
      const value = JSON.parse(line) as MetricLine;
      return "_aws" in value ? [value] : [];
    });
  return {
    text: () => written,
    metricLines,
    /** `RecordsRejected{reason=not_json}` → sum. */
    metrics: () => {
      const sums: Record<string, number> = {};
      for (const line of metricLines()) {
        for (const { Metrics, Dimensions } of line["_aws"].CloudWatchMetrics) {
          const reason = Dimensions[0]?.includes("reason") === true ? `{reason=${String(line["reason"])}}` : "";
          for (const { Name } of Metrics) sums[`${Name}${reason}`] = (sums[`${Name}${reason}`] ?? 0) + Number(line[Name]);
        }
      }
      return sums;
    },
  };
}
