import { KinesisClient } from "@aws-sdk/client-kinesis";
import { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import type { SentimentResult } from "../core/contracts/sentiment-result.ts";
import { CommandError, EXIT, type ExitCode } from "./command-error.ts";
import { unknownConversation } from "./conversation.ts";
import { printable } from "./conversation-words.ts";
import { findDeployment, type TargetOptions } from "./deployment.ts";
import { printRows } from "./print-rows.ts";
import { putRecords } from "./put-records.ts";
import { REFRESH_STATEMENT, runQuery, type WarehouseDeployment } from "./run-query.ts";
import { corrected, type Correction, isSpoken, OPINIONS_QUERY, resultOf, type Speaker, type TurnKey } from "./speakers-correction.ts";
import { plural } from "./terminal.ts";

export interface SpeakersOptions extends TargetOptions {
  swap?: boolean;
  turns?: readonly number[];
  is?: Speaker;
  dryRun?: boolean;
  refresh?: boolean;
}

export interface SpeakersClients {
  warehouse: RedshiftDataClient;
  kinesis: KinesisClient;
}

/** `valence speakers`: who speaks in which turn, and, told better, the same results with the right speaker. */
export async function correctSpeakers(id: string, options: SpeakersOptions): Promise<ExitCode> {
  if ((options.turns === undefined) !== (options.is === undefined)) throw new CommandError("--turns says which turns, --is who speaks in them: give both, or --swap.", EXIT.usage);
  const deployment = await findDeployment(options, ["WarehouseWorkgroupName", "WarehouseDatabase", "WarehouseAdminSecretArn", "ResultsStreamName"]);
  const clients = { warehouse: new RedshiftDataClient(deployment.clientConfiguration), kinesis: new KinesisClient(deployment.clientConfiguration) };
  try {
    // The view's owner alone may refresh it.
    if (options.refresh === true) await runQuery(clients.warehouse, deployment, REFRESH_STATEMENT, { secretArn: deployment.outputs.WarehouseAdminSecretArn });
    return await correctWith(clients, deployment, id, options);
  } finally {
    clients.warehouse.destroy();
    clients.kinesis.destroy();
  }
}

export async function correctWith(
  { kinesis, warehouse }: SpeakersClients,
  deployment: WarehouseDeployment & { outputs: { ResultsStreamName: string } },
  id: string,
  { dryRun, is, swap, turns }: Pick<SpeakersOptions, "swap" | "turns" | "is" | "dryRun">,
  now: () => number = Date.now,
): Promise<ExitCode> {
  const parameters = { conversation: id };
  const { rows } = await runQuery(warehouse, deployment, OPINIONS_QUERY, { parameters });
  if (rows.length === 0) throw await unknownConversation(warehouse, deployment, id);
  const results = rows.map(resultOf);
  if (!results.some((result) => result.modality === "text" && isSpoken(result))) {
    throw new CommandError(`Nothing in ${JSON.stringify(id)} was transcribed: who wrote a message is what its producer said. Send the record again under its id with another speaker.`, EXIT.usage);
  }
  const keys = await turnKeys(warehouse, deployment, id);
  const correction: Correction | undefined = swap === true ? { kind: "swap" } : turns !== undefined && is !== undefined ? { kind: "turns", turns: turns.map((number) => keyOf(keys, number)), speaker: is } : undefined;
  if (correction === undefined) {
    printSpeakers(results, new Map(), keys);
    return EXIT.ok;
  }
  const changed = corrected(results, correction, now());
  if (changed.length === 0) {
    console.error("Nothing to correct: it is so already, or these turns have no words.");
    return EXIT.ok;
  }
  const after = new Map(changed.map((result) => [result.resultId, result]));
  printSpeakers(results, after, keys);
  const voices = changed.filter(({ modality }) => modality === "audio").length;
  const what = `${plural(changed.length - voices, "turn")}${voices > 0 ? ` and ${plural(voices, "result")} of voices` : ""}`;
  if (dryRun === true) {
    console.error(`${what} would be corrected. Leave out --dry-run to do it.`);
    return EXIT.ok;
  }
  // All that is known of the conversation, not only what changed: a tracker that has forgotten it (rememberDays) begins anew and needs both modalities.
  const sent = results.flatMap((result) => (result.scope === "conversation" && !after.has(result.resultId) ? [] : [after.get(result.resultId) ?? result]));
  const records = sent.map((result) => ({ data: Buffer.from(JSON.stringify(result)), partitionKey: result.conversationId, origin: `${result.id} ${result.segment.index}` }));
  const { failed } = await putRecords(kinesis, records, { stream: deployment.outputs.ResultsStreamName, onFailure: ({ origin }, reason) => console.error(`${origin}: ${reason}`) });
  if (failed > 0) throw new CommandError(`${plural(failed, "result")} could not be sent: run the command again, what was sent is not harmed by it.`);
  console.error(`${what} corrected. The conversation is fused anew in a moment; the views show it after their next refresh.`);
  return EXIT.ok;
}

/** The turns' keys in the order in which `valence conversation` numbers them, from 1. */
async function turnKeys(client: RedshiftDataClient, deployment: WarehouseDeployment, id: string): Promise<TurnKey[]> {
  const { rows } = await runQuery(client, deployment, TURN_KEYS_QUERY, { parameters: { conversation: id } });
  return rows.map(([record, index, scope]) => ({ id: String(record), index: scope === "turn" ? Number(index) : -1 }));
}

const TURN_KEYS_QUERY = "SELECT id, segment_index, scope FROM valence.turns WHERE conversation_id = :conversation ORDER BY occurred_at, turn, id, segment_index";

function keyOf(keys: readonly TurnKey[], number: number): TurnKey {
  const key = keys[number - 1];
  if (key === undefined) throw new CommandError(`There is no turn ${number}: the conversation has ${plural(keys.length, "turn")}.`, EXIT.usage);
  if (key.index < 0) throw new CommandError(`Turn ${number} has no words, so nobody was taken for its speaker by them.`, EXIT.usage);
  return key;
}

function printSpeakers(results: readonly SentimentResult[], after: ReadonlyMap<string, SentimentResult>, keys: readonly TurnKey[]): void {
  const numbers = new Map(keys.map(({ id, index }, position) => [JSON.stringify([id, index]), position + 1]));
  const shown = results
    .filter((result) => result.modality === "text" && isSpoken(result) && (after.size === 0 || after.has(result.resultId)))
    .map((result) => ({ result, number: numbers.get(JSON.stringify([result.id, result.segment.index])) }))
    .sort((one, other) => (one.number ?? 0) - (other.number ?? 0));
  const rows = shown.map(({ number, result }) => {
    const { flags, resultId, speaker = "unknown", text = "", transcript } = result;
    const told = result.speaker === undefined ? "not known" : flags.includes("role_inferred") ? `inferred${transcript?.speakerConfidence === undefined ? "" : `, ${transcript.speakerConfidence.toFixed(2)}`}` : "known";
    return [number ?? null, speaker, ...(after.size === 0 ? [told] : [after.get(resultId)?.speaker ?? speaker]), printable(text)];
  });
  printRows(
    [
      { name: "turn", align: "right" },
      { name: after.size === 0 ? "speaker" : "was", align: "left" },
      { name: after.size === 0 ? "told" : "is", align: "left" },
      { name: "words", align: "left" },
    ],
    rows,
    "table",
  );
}
