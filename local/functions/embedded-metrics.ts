import { z } from "zod";

const EmbeddedMetricsSchema = z.looseObject({
  _aws: z.looseObject({
    CloudWatchMetrics: z.array(
      z.looseObject({
        Dimensions: z.array(z.array(z.string())).default([[]]),
        Metrics: z.array(z.looseObject({ Name: z.string() })),
      }),
    ),
  }),
});

/**
 * Sums what functions print in CloudWatch's embedded metric format. A metric is named with its dimensions, `service`
 * left out: `RecordsRejected{reason=not_json}`.
 */
export class EmbeddedMetrics {
  readonly #sums = new Map<string, number>();
  #malformed = 0;

  /** @param text whole lines, of which most are ordinary logs. */
  add(text: string): void {
    if (!text.includes('"_aws"')) return;
    for (const line of text.split("\n")) if (line.includes('"_aws"')) this.#addLine(line);
  }

  sums(): Record<string, number> {
    const sums = Object.fromEntries([...this.#sums].sort(([left], [right]) => left.localeCompare(right)));
    return this.#malformed === 0 ? sums : { ...sums, "MalformedMetricLines": this.#malformed };
  }

  #addLine(line: string): void {
    const parsed = parseLine(line);
    if (parsed === undefined) {
      this.#malformed += 1;
      return;
    }
    for (const { Dimensions, Metrics } of parsed["_aws"].CloudWatchMetrics) {
      for (const dimensionSet of Dimensions.length === 0 ? [[]] : Dimensions) {
        const dimensions = dimensionSet.filter((name) => name !== "service").map((name) => `${name}=${String(parsed[name])}`);
        for (const { Name } of Metrics) {
          const key = dimensions.length === 0 ? Name : `${Name}{${dimensions.join(",")}}`;
          this.#sums.set(key, (this.#sums.get(key) ?? 0) + total(parsed[Name]));
        }
      }
    }
  }
}

function parseLine(line: string): z.infer<typeof EmbeddedMetricsSchema> | undefined {
  try {
    return EmbeddedMetricsSchema.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function total(value: unknown): number {
  return [value].flat().reduce((sum: number, item) => sum + (typeof item === "number" ? item : 0), 0);
}
