/** What the speaker of a record without one is taken for. */
export const BY_CUSTOMER = "COALESCE(speaker, 'customer') = 'customer'";
const NET = "CASE label WHEN 'positive' THEN 1 WHEN 'negative' THEN -1 ELSE 0 END";

/** Whether an array of flags holds one. Flags are names of letters and underscores: none is found within another one's quotes. */
const hasFlag = (flag: string): string => `JSON_SERIALIZE(flags) LIKE '%"${flag}"%'`;

const SCORES = ["positive", "neutral", "negative"] as const;

/** The value of one modality's row among the rows of a turn. */
const of = (modality: "fused" | "text" | "audio", column: string): string => `MAX(CASE WHEN modality = '${modality}' THEN ${column} END)`;
/** The fused row's value, or else the words', or else the voice's. */
const standing = (column: string): string => `COALESCE(${of("fused", column)}, ${of("text", column)}, ${of("audio", column)})`;
const told = (column: string): string => `COALESCE(${of("text", column)}, ${of("fused", column)}, ${of("audio", column)})`;
/** What fusion took a side for (calibrated), or else what its model said. */
const side = (fused: "text" | "voice", modality: "text" | "audio"): string[] => SCORES.map((score) => `  COALESCE(${of("fused", `${fused}_${score}`)}, ${of(modality, score)}) AS ${fused}_${score},`);
const labelOf = (scores: "text" | "voice"): string =>
  `CASE WHEN ${scores}_positive IS NULL THEN NULL WHEN ${scores}_negative >= ${scores}_positive AND ${scores}_negative >= ${scores}_neutral THEN 'negative' WHEN ${scores}_positive >= ${scores}_neutral THEN 'positive' ELSE 'neutral' END AS ${scores}_label`;

const TURN_COLUMNS = ["conversation_id", "id", "scope", "segment_index", "turn", "channel", "speaker", "role_inferred", "speaker_confidence", "language", "occurred_at", "start_ms", "end_ms", "text"] as const;
const OPINION_COLUMNS = ["modality", "label", ...SCORES, "confidence", "scores_from"] as const;
const FUSION_COLUMNS = ["disagreement", "modalities_disagree", "text_weight", "voice_weight", "low_confidence", "recording", "track", "transcriber", "transcript_confidence", "result_id"] as const;

/**
 * One row a turn, from one pass over the results (joining the view with itself would read the stream three times). The rows of a turn share record,
 * scope and index: words and what they were fused to; speech without words and what that was fused to. Where a recording has words or
 * fused rows, its other voice segments are heard in those. Of two models' opinions the newest counts.
 */
export function turnsSelect(): string {
  const ownFields = ["conversation_id", "id", "scope", "segment_index", "turn", "channel", "speaker", "language", "occurred_at", "segment_start_ms", "segment_end_ms", "text", ...OPINION_COLUMNS];
  const fusionFields = ["speaker_confidence", ...["text", "voice"].flatMap((name) => [...SCORES, "weight"].map((value) => `${name}_${value}`)), "disagreement", "recording", "track", "transcriber", "transcript_confidence", "result_id"];
  return `SELECT ${[...TURN_COLUMNS, ...OPINION_COLUMNS].join(", ")},
  ${labelOf("text")},
  text_positive, text_neutral, text_negative,
  ${labelOf("voice")},
  voice_positive, voice_neutral, voice_negative,
  ${FUSION_COLUMNS.join(", ")}
FROM (
  SELECT conversation_id, id, scope, segment_index,
${["turn", "channel", "speaker", "language", "recording", "track"].map((column) => `  ${standing(column)} AS ${column},`).join("\n")}
  ${standing("segment_start_ms")} AS start_ms,
  ${standing("segment_end_ms")} AS end_ms,
  COALESCE(${of("text", "role_inferred")}, ${of("fused", "role_inferred")}, 0) = 1 AS role_inferred,
${["text", "speaker_confidence", "transcriber", "transcript_confidence"].map((column) => `  ${of("text", column)} AS ${column},`).join("\n")}
  CASE WHEN scope = 'segment' AND ${of("audio", "id")} IS NOT NULL
    THEN DATEADD(ms, COALESCE(${of("audio", "segment_start_ms")}, 0), ${of("audio", "occurred_at")} AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
    ELSE ${told("occurred_at")} END AS occurred_at,
${OPINION_COLUMNS.map((column) => `  ${standing(column)} AS ${column},`).join("\n")}
${[...side("text", "text"), ...side("voice", "audio")].join("\n")}
${["disagreement", "text_weight", "voice_weight"].map((column) => `  ${of("fused", column)} AS ${column},`).join("\n")}
  COALESCE(${of("fused", "modalities_disagree")}, 0) = 1 AS modalities_disagree,
  ${standing("low_confidence")} = 1 AS low_confidence,
  ${standing("result_id")} AS result_id
  FROM (
    SELECT ${[...ownFields, ...fusionFields].join(", ")},
      ${["role_inferred", "modalities_disagree", "low_confidence"].map((flag) => `CASE WHEN ${hasFlag(flag)} THEN 1 ELSE 0 END AS ${flag}`).join(",\n      ")},
      ROW_NUMBER() OVER (PARTITION BY conversation_id, id, scope, segment_index, modality ORDER BY classified_at DESC, published_at DESC, result_id) AS place,
      MAX(CASE WHEN modality = 'fused' OR transcriber IS NOT NULL THEN 1 ELSE 0 END) OVER (PARTITION BY conversation_id, id) AS speech_has_turns
    FROM valence.results
    WHERE scope <> 'conversation'
  ) AS opinions
  WHERE place = 1
  GROUP BY conversation_id, id, scope, segment_index
  HAVING MAX(CASE WHEN modality <> 'audio' THEN 1 ELSE 0 END) = 1 OR MAX(speech_has_turns) = 0
) AS turns_with_scores`;
}

/** Customers' turns by day: each counted once, under the modality of the opinion that stands for it. */
export function sentimentByDaySelect(): string {
  return `SELECT CAST(occurred_at AS date) AS day, channel, language, modality,
  COUNT(*) AS results,
  SUM(CASE WHEN label = 'positive' THEN 1 ELSE 0 END) AS positive,
  SUM(CASE WHEN label = 'neutral' THEN 1 ELSE 0 END) AS neutral,
  SUM(CASE WHEN label = 'negative' THEN 1 ELSE 0 END) AS negative,
  AVG(CAST(${NET} AS double precision)) AS net_sentiment
FROM valence.turns
WHERE ${BY_CUSTOMER}
GROUP BY 1, 2, 3, 4`;
}

/** Turns summed up, and what the tracker says of the whole: its rows number the speakers 0 customer, 1 agent, 2 unknown. */
export function conversationsSelect(): string {
  const trendOf = (speaker: number): string => `MAX(CASE WHEN segment_index = ${speaker} THEN trend END)`;
  return `SELECT t.conversation_id, t.channel, t.turns, t.customer_turns, t.customer_net_sentiment, t.lowest_net_sentiment, t.first_at, t.last_at, t.last_customer_label,
  c.customer_trend, c.agent_trend, c.running
FROM (
  SELECT conversation_id,
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
    FROM valence.turns
  ) AS turns_of_conversations
  GROUP BY conversation_id
) AS t
LEFT JOIN (
  SELECT conversation_id, COALESCE(${trendOf(0)}, ${trendOf(2)}) AS customer_trend, ${trendOf(1)} AS agent_trend, MAX(is_running) = 1 AS running
  FROM (
    SELECT conversation_id, segment_index, trend, CASE WHEN ${hasFlag("running")} THEN 1 ELSE 0 END AS is_running,
      ROW_NUMBER() OVER (PARTITION BY conversation_id, segment_index ORDER BY classified_at DESC, published_at DESC, result_id) AS place
    FROM valence.results
    WHERE modality = 'fused' AND scope = 'conversation'
  ) AS tracked
  WHERE place = 1
  GROUP BY conversation_id
) AS c ON c.conversation_id = t.conversation_id`;
}
