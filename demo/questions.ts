/** What the demo asks the warehouse. Plain Redshift SQL: each statement can be pasted into `valence query`. */

/** The interactions that came in writing: not the words of calls, which are counted with the calls. */
const WRITTEN = "modality = 'text' AND recording IS NULL";

const COUNTS_BY_LABEL = `COUNT(*) AS row_count,
       SUM(CASE WHEN label = 'positive' THEN 1 ELSE 0 END) AS positive_rows,
       SUM(CASE WHEN label = 'neutral' THEN 1 ELSE 0 END) AS neutral_rows,
       SUM(CASE WHEN label = 'negative' THEN 1 ELSE 0 END) AS negative_rows,
       AVG(confidence) AS mean_confidence`;

export const QUESTIONS = {
  labels: `SELECT ${COUNTS_BY_LABEL}
FROM valence.results`,

  texts: `SELECT COUNT(*) FROM valence.results WHERE ${WRITTEN}`,

  kinds: `SELECT SUM(CASE WHEN ${WRITTEN} THEN 1 ELSE 0 END), SUM(CASE WHEN modality = 'text' AND recording IS NOT NULL THEN 1 ELSE 0 END),
       SUM(CASE WHEN modality = 'audio' THEN 1 ELSE 0 END), SUM(CASE WHEN modality = 'fused' AND scope <> 'conversation' THEN 1 ELSE 0 END),
       SUM(CASE WHEN modality = 'fused' AND scope = 'conversation' THEN 1 ELSE 0 END)
FROM valence.results`,

  delivered: `SELECT COUNT(*) FROM valence.results_stream AS delivered WHERE delivered.payload."modality"::varchar(32) = 'text' AND delivered.payload."recording"::varchar(2048) IS NULL`,

  channels: `SELECT channel, ${COUNTS_BY_LABEL}
FROM valence.results
WHERE ${WRITTEN}
GROUP BY channel
ORDER BY row_count DESC, channel`,

  // en-GB and en-US are one language here.
  languages: `SELECT SPLIT_PART(language, '-', 1) AS primary_language, ${COUNTS_BY_LABEL}
FROM valence.results
WHERE ${WRITTEN}
GROUP BY 1
ORDER BY row_count DESC, 1`,

  flags: `SELECT language,
       SUM(CASE WHEN JSON_SERIALIZE(flags) LIKE '%"low_confidence"%' THEN 1 ELSE 0 END) AS low_confidence,
       SUM(CASE WHEN JSON_SERIALIZE(flags) LIKE '%"redacted"%' THEN 1 ELSE 0 END) AS redacted,
       SUM(CASE WHEN JSON_SERIALIZE(flags) LIKE '%"language_unsupported"%' THEN 1 ELSE 0 END) AS unsupported
FROM valence.results
WHERE ${WRITTEN}
GROUP BY language
ORDER BY language`,

  // The last tenth takes 1 itself.
  confidences: `SELECT CASE WHEN confidence >= 0.9 THEN 9 ELSE FLOOR(confidence * 10) END AS tenth, COUNT(*) AS row_count
FROM valence.results
WHERE ${WRITTEN}
GROUP BY 1
ORDER BY 1`,

  models: `SELECT DISTINCT model_provider, model_id, model_version
FROM valence.results
ORDER BY 1, 2, 3`,

  // Apart, because a mean over many turns is never as low as one angry line.
  negativeConversations: mostNegative("turns > 1", 4),
  negativeMessages: mostNegative("turns = 1", 4),

  labelled: `SELECT JSON_EXTRACT_PATH_TEXT(JSON_SERIALIZE(attributes), 'label') AS given, label AS answered, COUNT(*) AS row_count
FROM valence.results
WHERE ${WRITTEN} AND attributes IS NOT NULL
GROUP BY 1, 2`,

  // The most likely of the model's own labels, beside the three scores.
  voices: `SELECT s.conversation_id, s.track, s.speaker, s.segment_start_ms, s.segment_end_ms, s.label, s.positive, s.neutral, s.negative,
       CASE WHEN JSON_SERIALIZE(r.flags) LIKE '%"low_confidence"%' THEN 1 ELSE 0 END AS unsure, e.emotion
FROM valence.voice_segments AS s
JOIN valence.results AS r ON r.result_id = s.result_id
LEFT JOIN (SELECT result_id, emotion, ROW_NUMBER() OVER (PARTITION BY result_id ORDER BY probability DESC, emotion) AS place
           FROM valence.result_emotions) AS e ON e.result_id = s.result_id AND e.place = 1
ORDER BY s.conversation_id, s.segment_start_ms, s.track`,
} as const;

/** Agents are polite by profession: only what customers (or unnamed speakers) say counts here. */
function mostNegative(condition: string, limit: number): string {
  return `SELECT conversation_id, channel, language, turns, valence, text
FROM (SELECT conversation_id, channel, language, text,
             COUNT(*) OVER (PARTITION BY conversation_id) AS turns,
             AVG(positive - negative) OVER (PARTITION BY conversation_id) AS valence,
             ROW_NUMBER() OVER (PARTITION BY conversation_id ORDER BY negative - positive DESC, id) AS place
      FROM valence.results
      WHERE ${WRITTEN} AND (speaker IS NULL OR speaker = 'customer')) AS ranked
WHERE place = 1 AND valence < 0 AND ${condition}
ORDER BY valence, turns DESC, conversation_id
LIMIT ${limit}`;
}
