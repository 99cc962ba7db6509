import { writeFileSync } from "node:fs";
import { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import { editDistance } from "../core/nearest-name.ts";
import { CommandError, EXIT, type ExitCode } from "./command-error.ts";
import { conversationOf, RUNNING_QUERY, TURNS_QUERY, type Conversation } from "./conversation-turns.ts";
import { conversationLines, signedText } from "./conversation-timeline.ts";
import { findDeployment, type TargetOptions } from "./deployment.ts";
import { REFRESH_STATEMENT, runQuery, type WarehouseDeployment } from "./run-query.ts";
import { type Cell, type Column, renderTable } from "./table.ts";
import { columnsOf, painter } from "./terminal.ts";

export interface ConversationOptions extends TargetOptions {
  html?: string;
  halfLife: number;
  refresh?: boolean;
}

const WIDTH_OF_A_PIPE = 100;
const LISTED = 20;
const SEARCHED = 1_000;
const LIKE_IT = 5;

/** `valence conversation`: one conversation's turns on the terminal and as a page, or the newest ones to choose from. */
export async function showConversation(id: string | undefined, options: ConversationOptions): Promise<ExitCode> {
  const deployment = await findDeployment(options, ["WarehouseWorkgroupName", "WarehouseDatabase", "WarehouseAdminSecretArn"]);
  const client = new RedshiftDataClient(deployment.clientConfiguration);
  try {
    // The view's owner alone may refresh it.
    if (options.refresh === true) await runQuery(client, deployment, REFRESH_STATEMENT, { secretArn: deployment.outputs.WarehouseAdminSecretArn });
    if (id === undefined) {
      if (options.html !== undefined) throw new CommandError("Which conversation shall the page show? Say its id.", EXIT.usage);
      await listConversations(client, deployment);
      return EXIT.ok;
    }
    const conversation = await readConversation(client, deployment, id, options.halfLife);
    console.log(conversationLines(conversation, columnsOf(process.stdout, WIDTH_OF_A_PIPE), painter(process.stdout)).join("\n"));
    if (options.html !== undefined) await writePage(conversation, options.html, deployment.clientConfiguration);
    return EXIT.ok;
  } finally {
    client.destroy();
  }
}

async function writePage(conversation: Conversation, file: string, clientConfiguration: object): Promise<void> {
  const { readRecordings } = await import("./conversation-page/recordings.ts");
  const { conversationPage } = await import("./conversation-page/page.ts");
  const recordings = await readRecordings(conversation.recordings, clientConfiguration);
  try {
    writeFileSync(file, conversationPage(conversation, recordings));
  } catch (error) {
    throw new CommandError(`The page cannot be written: ${error instanceof Error ? error.message : String(error)}.`, EXIT.inputFailed, { cause: error });
  }
  for (const { address, missing } of recordings) if (missing !== undefined) console.error(`${address} is not in the page: ${missing}`);
  console.error(`Written to ${file}; it needs no network.`);
}

/** @throws CommandError naming conversations of a similar id, where there is none of this one. */
export async function readConversation(client: RedshiftDataClient, deployment: WarehouseDeployment, id: string, halfLifeTurns: number): Promise<Conversation> {
  const parameters = { conversation: id };
  const { rows } = await runQuery(client, deployment, TURNS_QUERY, { parameters });
  if (rows.length === 0) throw await unknownConversation(client, deployment, id);
  const running = (await runQuery(client, deployment, RUNNING_QUERY, { parameters })).rows[0]?.[0];
  return conversationOf(id, rows, typeof running === "boolean" ? running : undefined, halfLifeTurns);
}

export async function unknownConversation(client: RedshiftDataClient, deployment: WarehouseDeployment, id: string): Promise<CommandError> {
  const newest = await runQuery(client, deployment, `SELECT conversation_id FROM valence.results GROUP BY conversation_id ORDER BY MAX(occurred_at) DESC LIMIT ${SEARCHED}`);
  const near = similarIds(id, newest.rows.map(([known]) => String(known)));
  const advice =
    newest.rows.length === 0
      ? "There are no results at all yet. Send something, or see the newest with --refresh."
      : near.length > 0
        ? `Did you mean ${near.join(", ")}?`
        : "`npx valence conversation` lists the newest.";
  return new CommandError(`There is no conversation ${JSON.stringify(id)} in the warehouse. ${advice}`);
}

/** Ids that hold what was written, or the other way round, and those that differ from it by few letters; nearest first. */
export function similarIds(written: string, known: readonly string[]): string[] {
  const wanted = written.toLowerCase();
  const scored = known.flatMap((id) => {
    const other = id.toLowerCase();
    const distance = editDistance(wanted, other);
    const isNear = distance <= Math.max(1, Math.floor(Math.max(wanted.length, other.length) / 3));
    const holds = wanted.length >= 3 && (other.includes(wanted) || (other.length >= 3 && wanted.includes(other)));
    return isNear || holds ? [{ id, distance }] : [];
  });
  return scored.sort((one, other) => one.distance - other.distance).slice(0, LIKE_IT).map(({ id }) => id);
}

/** Ids stand last and are never cut: they are what the list is for. */
async function listConversations(client: RedshiftDataClient, deployment: WarehouseDeployment): Promise<void> {
  const lines = conversationList((await runQuery(client, deployment, NEWEST_QUERY)).rows);
  console.log(lines.join("\n"));
  console.error("Mean and trend: of the customer's turns, −1 negative to +1 positive. Times are UTC.");
}

export const NEWEST_QUERY = `SELECT last_at, channel, turns, customer_net_sentiment, customer_trend, running, conversation_id FROM valence.conversations ORDER BY last_at DESC, conversation_id LIMIT ${LISTED}`;

/** @param rows of `NEWEST_QUERY`. */
export function conversationList(rows: readonly (readonly Cell[])[]): string[] {
  const number = (cell: Cell | undefined): string => (typeof cell === "number" ? signedText(cell) : "–");
  const texts = rows.map(([lastAt = "", channel = "", turns = 0, mean, trend, running, id = ""]) => [String(lastAt).slice(0, "2026-11-22 10:15".length), channel, turns, number(mean), number(trend), running === true ? "running" : "", id]);
  return renderTable(LIST_COLUMNS, texts);
}

const LIST_COLUMNS: readonly Column[] = [
  { name: "last turn", align: "left" },
  { name: "channel", align: "left" },
  { name: "turns", align: "right" },
  { name: "mean", align: "right" },
  { name: "trend", align: "right" },
  { name: "", align: "left" },
  { name: "conversation", align: "left" },
];
