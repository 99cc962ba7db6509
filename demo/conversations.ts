import type { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import type { Deployment } from "../cli/deployment.ts";
import { runQuery } from "../cli/run-query.ts";
import type { Cell } from "../cli/table.ts";

/** One turn of a call on which words and voice may differ; valences are positive less negative, -1 to 1. */
export interface FusedTurn {
  conversationId: string;
  startMs: number;
  endMs: number;
  /** Undefined where nobody said who speaks. */
  speaker: string | undefined;
  /** As stored: redacted. Undefined for speech that no words cover. */
  words: string | undefined;
  text: number | undefined;
  voice: number | undefined;
  fused: number;
  /** Half the distance of the two valences; undefined where one is missing. */
  disagreement: number | undefined;
  /** From the stage's `disagreementFrom` on. */
  disagrees: boolean;
}

/** What the conversation tracker made of the calls. */
export interface FusedCalls {
  turns: FusedTurn[];
  /** Utterances in the transcripts, and those of them with a fused turn: they must agree. */
  utterances: number;
  fusedUtterances: number;
  /** Who wrote the words down. */
  transcribers: string[];
  /** Conversations, of calls and of chats, with a result for the whole of each speaker. */
  conversations: number;
  /** Of them, those that still count as running: none once all is settled. */
  running: number;
}

const FLAG = (flag: string): string => `CASE WHEN JSON_SERIALIZE(f.flags) LIKE '%"${flag}"%' THEN 1 ELSE 0 END`;

const TURNS = `SELECT f.conversation_id, f.segment_start_ms, f.segment_end_ms, f.speaker, w.text,
       f.text_positive - f.text_negative AS text_valence, f.voice_positive - f.voice_negative AS voice_valence,
       f.positive - f.negative AS fused_valence, f.disagreement, ${FLAG("modalities_disagree")} AS disagrees
FROM valence.results AS f
LEFT JOIN valence.results AS w ON w.modality = 'text' AND f.scope = 'turn' AND w.conversation_id = f.conversation_id AND w.id = f.id AND w.segment_index = f.segment_index
WHERE f.modality = 'fused' AND f.scope <> 'conversation'
ORDER BY f.conversation_id, f.segment_start_ms, f.track`;

const UTTERANCES = `SELECT COUNT(*), SUM(CASE WHEN f.result_id IS NULL THEN 0 ELSE 1 END)
FROM valence.results AS w
LEFT JOIN valence.results AS f ON f.modality = 'fused' AND f.scope = 'turn' AND f.conversation_id = w.conversation_id AND f.id = w.id AND f.segment_index = w.segment_index
WHERE w.modality = 'text' AND w.recording IS NOT NULL`;

const TRANSCRIBERS = "SELECT DISTINCT transcriber FROM valence.results WHERE transcriber IS NOT NULL ORDER BY 1";

const CONVERSATIONS = `SELECT COUNT(DISTINCT f.conversation_id), SUM(${FLAG("running")})
FROM valence.results AS f
WHERE f.modality = 'fused' AND f.scope = 'conversation'`;

export async function fusedCalls(warehouse: RedshiftDataClient, deployment: Deployment): Promise<FusedCalls> {
  const rows = async (sql: string): Promise<Cell[][]> => (await runQuery(warehouse, deployment, sql)).rows;
  const [[utterances = 0, fusedUtterances = 0] = []] = await rows(UTTERANCES);
  const [[conversations = 0, running = 0] = []] = await rows(CONVERSATIONS);
  return {
    turns: (await rows(TURNS)).map(toTurn),
    utterances: Number(utterances),
    fusedUtterances: Number(fusedUtterances ?? 0),
    transcribers: (await rows(TRANSCRIBERS)).map(([name]) => String(name)),
    conversations: Number(conversations),
    running: Number(running ?? 0),
  };
}

function toTurn([conversationId, startMs, endMs, speaker = null, words = null, text = null, voice = null, fused, disagreement = null, disagrees]: Cell[]): FusedTurn {
  const optional = (value: Cell): number | undefined => (value === null ? undefined : Number(value));
  return {
    conversationId: String(conversationId),
    startMs: Number(startMs),
    endMs: Number(endMs),
    speaker: speaker === null ? undefined : String(speaker),
    words: words === null ? undefined : String(words),
    text: optional(text),
    voice: optional(voice),
    fused: Number(fused),
    disagreement: optional(disagreement),
    disagrees: Number(disagrees) > 0,
  };
}

/** True when each utterance has its fused turn and each conversation has ended. */
export function everyTurnFused({ fusedUtterances, running, utterances }: FusedCalls): boolean {
  return utterances > 0 && utterances === fusedUtterances && running === 0;
}
