interface WithResponse {
  $response?: { headers?: Record<string, string> };
}

/**
 * What an answer's Retry-After asks for, in milliseconds from now (RFC 9110, 10.2.3: seconds or a date); undefined without one or with one that
 * cannot be read. The SDK keeps the answer on the error it throws.
 */
export function retryAfterMs(error: unknown, now: number = Date.now()): number | undefined {
  const headers = (error as WithResponse | null | undefined)?.$response?.headers;
  if (headers === undefined) return undefined;
  const value = Object.entries(headers).find(([name]) => name.toLowerCase() === "retry-after")?.[1]?.trim();
  if (value === undefined) return undefined;
  if (/^\d{1,6}(\.\d{1,6})?$/u.test(value)) return Number(value) * 1_000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
