import { SENTIMENT_RESULT_VERSION } from "../contracts/sentiment-result.ts";
import { redshiftColumns } from "./redshift-columns.ts";
import { resultColumns } from "./result-columns.ts";

export interface ViewDefinition {
  /** With its schema. */
  name: string;
  select: string;
}

/** What the speaker of a record without one is taken for. */
const BY_CUSTOMER = "COALESCE(speaker, 'customer') = 'customer'";
/** A track's result sums its segments up: counting both would count each voice twice. */
const NOT_A_SUM = "scope <> 'conversation'";
const NET = "CASE label WHEN 'positive' THEN 1 WHEN 'negative' THEN -1 ELSE 0 END";

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
    {
      name: "valence.sentiment_by_day",
      select: `SELECT CAST(occurred_at AS date) AS day, channel, language, modality,
  COUNT(*) AS results,
  SUM(CASE WHEN label = 'positive' THEN 1 ELSE 0 END) AS positive,
  SUM(CASE WHEN label = 'neutral' THEN 1 ELSE 0 END) AS neutral,
  SUM(CASE WHEN label = 'negative' THEN 1 ELSE 0 END) AS negative,
  AVG(CAST(${NET} AS double precision)) AS net_sentiment
FROM valence.results
WHERE ${BY_CUSTOMER} AND ${NOT_A_SUM}
GROUP BY 1, 2, 3, 4`,
    },
    {
      name: "valence.conversations",
      select: `SELECT conversation_id,
  MIN(channel) AS channel,
  COUNT(*) AS turns,
  SUM(CASE WHEN by_customer THEN 1 ELSE 0 END) AS customer_turns,
  AVG(CASE WHEN by_customer THEN net END) AS customer_net_sentiment,
  MIN(CASE WHEN by_customer THEN net END) AS lowest_net_sentiment,
  MIN(occurred_at) AS first_at,
  MAX(occurred_at) AS last_at,
  MAX(CASE WHEN by_customer AND recency = 1 THEN label END) AS last_customer_label
FROM (
  SELECT conversation_id, channel, label, occurred_at, ${BY_CUSTOMER} AS by_customer, positive - negative AS net,
    ROW_NUMBER() OVER (PARTITION BY conversation_id, ${BY_CUSTOMER} ORDER BY occurred_at DESC, turn DESC, segment_index DESC, result_id) AS recency
  FROM valence.results
  WHERE ${NOT_A_SUM}
) AS turns_of_conversations
GROUP BY conversation_id`,
    },
  ];
}

/**
 * Exactly one row a result: deliveries repeat, and the newest one counts, because a replay after a mended fault carries
 * the better answer. Records of the stream that are not results of this contract are left out.
 */
function resultsSelect(): string {
  const columns = redshiftColumns(resultColumns(), "delivered.payload");
  return `SELECT ${columns.map(({ name }) => `"${name}"`).join(", ")}, approximate_arrival_timestamp AS published_at
FROM (
  SELECT ${columns.map(({ name, expression }) => `${expression} AS "${name}"`).join(",\n    ")},
    delivered.approximate_arrival_timestamp,
    ROW_NUMBER() OVER (PARTITION BY delivered.payload."resultId"::varchar(32) ORDER BY delivered.approximate_arrival_timestamp DESC, delivered.sequence_number DESC) AS delivery
  FROM valence.results_stream AS delivered
  WHERE delivered.payload."schema"::varchar(32) = '${SENTIMENT_RESULT_VERSION}'
) AS deliveries
WHERE delivery = 1`;
}
