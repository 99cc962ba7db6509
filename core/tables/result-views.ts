import { SENTIMENT_RESULT_VERSION } from "../contracts/sentiment-result.ts";
import { redshiftColumns } from "./redshift-columns.ts";
import { resultColumns } from "./result-columns.ts";
import { conversationsSelect, sentimentByDaySelect, turnsSelect } from "./turn-views.ts";

export interface ViewDefinition {
  /** With its schema. */
  name: string;
  select: string;
}

/** The views analysts query, each after those it reads. Redshift SQL that the local engine takes too. */
export function resultViews(): ViewDefinition[] {
  return [
    { name: "valence.results", select: resultsSelect() },
    { name: "valence.result_flags", select: "SELECT r.result_id, f::varchar(64) AS flag\nFROM valence.results AS r, r.flags AS f" },
    {
      name: "valence.result_redactions",
      select: "SELECT r.result_id, t::varchar(64) AS type, c::integer AS pieces\nFROM valence.results AS r, UNPIVOT r.redactions AS c AT t\nWHERE r.redactions IS NOT NULL",
    },
    {
      name: "valence.result_emotions",
      select: "SELECT r.result_id, n::varchar(64) AS emotion, p::double precision AS probability\nFROM valence.results AS r, UNPIVOT r.emotions AS p AT n\nWHERE r.emotions IS NOT NULL",
    },
    {
      name: "valence.voice_segments",
      select: `SELECT result_id, conversation_id, recording, track, speaker, segment_index, segment_start_ms, segment_end_ms, label, positive, neutral, negative, confidence
FROM valence.results
WHERE modality = 'audio' AND scope = 'segment'`,
    },
    { name: "valence.turns", select: turnsSelect() },
    { name: "valence.sentiment_by_day", select: sentimentByDaySelect() },
    { name: "valence.conversations", select: conversationsSelect() },
  ];
}

/**
 * Exactly one row a result: of its revisions the highest counts, of repeated deliveries the newest, because a replay after a mended fault
 * carries the better answer. What its highest revision withdraws has no row. Records of the stream that are not results of this contract are left out.
 */
function resultsSelect(): string {
  const columns = redshiftColumns(resultColumns(), "delivered.payload");
  return `SELECT ${columns.map(({ name }) => `"${name}"`).join(", ")}, approximate_arrival_timestamp AS published_at
FROM (
  SELECT ${columns.map(({ name, expression }) => `${expression} AS "${name}"`).join(",\n    ")},
    delivered.approximate_arrival_timestamp,
    ROW_NUMBER() OVER (PARTITION BY delivered.payload."resultId"::varchar(32) ORDER BY COALESCE(delivered.payload."revision"::bigint, 0) DESC, delivered.approximate_arrival_timestamp DESC, delivered.sequence_number DESC) AS delivery
  FROM valence.results_stream AS delivered
  WHERE delivered.payload."schema"::varchar(32) = '${SENTIMENT_RESULT_VERSION}'
) AS deliveries
WHERE delivery = 1 AND NOT COALESCE(withdrawn, false)`;
}
