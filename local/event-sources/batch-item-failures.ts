/**
 * Reads a function's answer under `ReportBatchItemFailures`.
 * @param identifiers of the batch, in its order
 * @returns the failed identifiers: none for an empty answer, `"all"` for an answer Lambda would not understand.
 */
export function batchItemFailures(payload: unknown, identifiers: ReadonlySet<string>): ReadonlySet<string> | "all" {
  if (payload === null || payload === undefined) return new Set();
  if (typeof payload !== "object") return "all";
  const failures = (payload as { batchItemFailures?: unknown }).batchItemFailures;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return "all";
  const failed = new Set<string>();
  for (const failure of failures as unknown[]) {
    const identifier = typeof failure === "object" && failure !== null ? (failure as { itemIdentifier?: unknown }).itemIdentifier : undefined;
    if (typeof identifier !== "string" || !identifiers.has(identifier)) return "all";
    failed.add(identifier);
  }
  return failed;
}
