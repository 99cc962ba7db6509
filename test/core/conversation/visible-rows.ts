import type { SentimentResult } from "../../../core/contracts/sentiment-result.ts";
import type { FusedRow } from "../../../core/conversation/fused-row.ts";

/** As valence.results: of each resultId the highest revision, of equals the newest delivery; withdrawn ones left out. */
export function visibleRows(sent: readonly SentimentResult[]): Map<string, SentimentResult> {
  const best = new Map<string, SentimentResult>();
  for (const row of sent) {
    const other = best.get(row.resultId);
    if (other === undefined || (row.revision ?? 0) >= (other.revision ?? 0)) best.set(row.resultId, row);
  }
  return new Map([...best].filter(([, row]) => row.withdrawn !== true));
}

/** What of a row is the same whichever way it came about. */
export function withoutRevision(row: SentimentResult): FusedRow {
  const { revision: _, ...rest } = row;
  return rest;
}
