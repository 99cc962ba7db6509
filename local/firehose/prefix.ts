/**
 * Evaluates a prefix as Firehose does: `!{timestamp:…}` in UTC of the oldest record in the file, and
 * `!{firehose:error-output-type}`. A prefix without a timestamp gets `yyyy/MM/dd/HH/` at its end.
 * @throws naming an expression that is not known here.
 */
export function evaluatePrefix(prefix: string, arrivedAt: Date, errorOutputType?: string): string {
  const evaluated = prefix.replaceAll(/!\{([^:}]+):([^}]*)\}/gu, (expression, namespace: string, value: string) => {
    if (namespace === "timestamp") return formatTimestamp(value, arrivedAt);
    if (namespace === "firehose" && value === "error-output-type" && errorOutputType !== undefined) return errorOutputType;
    throw new Error(`Firehose prefix ${prefix}: the local run does not know ${expression}`);
  });
  return prefix.includes("!{timestamp:") ? evaluated : `${evaluated}${formatTimestamp("yyyy/MM/dd/HH/", arrivedAt)}`;
}

function formatTimestamp(pattern: string, moment: Date): string {
  const iso = moment.toISOString();
  const parts: Record<string, string> = {
    yyyy: iso.slice(0, 4),
    MM: iso.slice(5, 7),
    dd: iso.slice(8, 10),
    HH: iso.slice(11, 13),
    mm: iso.slice(14, 16),
    ss: iso.slice(17, 19),
  };
  return pattern.replaceAll(/'([^']*)'|[A-Za-z]+/gu, (token, literal: string | undefined) => {
    if (literal !== undefined) return literal;
    const value = parts[token];
    if (value === undefined) throw new Error(`Firehose timestamp pattern ${pattern}: the local run knows ${Object.keys(parts).join(", ")}, not ${token}`);
    return value;
  });
}
