import { type AttributeValue, PutItemCommand, QueryCommand } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { merge, type Opinions } from "../../core/conversation/conversation.ts";
import { type Opinion, packOpinion, unpackOpinion } from "../../core/conversation/opinion.ts";
import { dynamoDbClient } from "./dynamodb-client.ts";

/** What a conversation's items say together. */
export interface State {
  /** Of the last item; 0 before the first. */
  version: number;
  opinions: Opinions;
  /** Of the last round. */
  revision: number;
  /** Milliseconds since 1970: when it last learnt something. */
  learntAt: number;
  hasEnded: boolean;
  /** Names of the alert rules that have fired. */
  fired: readonly string[];
}

/** What one round appends: as many items as its opinions need. */
export type Round = Omit<State, "version" | "opinions"> & { learnt: readonly Opinion[] };

export const UNKNOWN: State = { version: 0, opinions: new Map(), revision: 0, learntAt: 0, hasEnded: false, fired: [] };

/** Somebody else wrote the version: load again and decide anew. */
export class ConversationChangedError extends Error {
  override readonly name = "ConversationChangedError";
}

/** Of DynamoDB's 400 KB for an item far away, and small enough that one is written in a moment. */
const OPINIONS_AN_ITEM = 64;
const BYTES_AN_ITEM = 64 * 1024;
const SECONDS_A_DAY = 86_400;

const text = z.object({ S: z.string() });
const number = z.object({ N: z.string().transform(Number).pipe(z.int().min(0)) });
const ItemSchema = z.object({ version: number, revision: number, learntAt: number, hasEnded: z.object({ BOOL: z.boolean() }), fired: z.object({ L: z.array(text) }), opinions: z.object({ L: z.array(text) }) });

/** The journal of conversations in the table: items are appended, never changed. */
export class Journal {
  readonly #table: string;
  readonly #rememberDays: number;

  constructor(table: string, rememberDays: number) {
    this.#table = table;
    this.#rememberDays = rememberDays;
  }

  /** @param known what was read or written before: only what is newer is read. @throws what DynamoDB throws, Error for items of another shape. */
  async read(conversationId: string, known: State, signal: AbortSignal): Promise<State> {
    let state = known;
    let start: Record<string, AttributeValue> | undefined;
    do {
      const command = new QueryCommand({
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: "#conversation = :conversation AND #version > :version",
        ExpressionAttributeNames: { "#conversation": "conversation", "#version": "version" },
        ExpressionAttributeValues: { ":conversation": { S: conversationId }, ":version": { N: String(known.version) } },
        ...(start !== undefined && { ExclusiveStartKey: start }),
      });
      const answer = await (await dynamoDbClient()).send(command, { abortSignal: signal });
      state = withItems(conversationId, state, answer.Items ?? []);
      start = answer.LastEvaluatedKey;
    } while (start !== undefined);
    return state;
  }

  /**
   * @returns the state with the round in it.
   * @throws ConversationChangedError when somebody else appended to it since; items of this round may be written then, which is as good as later.
   */
  async append(conversationId: string, state: State, round: Round, signal: AbortSignal): Promise<State> {
    const { learnt, ...said } = round;
    let { version } = state;
    for (const lines of itemsOf(learnt.map(packOpinion))) {
      version += 1;
      await this.#put(conversationId, version, lines, said, signal);
    }
    return { ...said, version, opinions: merge(state.opinions, learnt) };
  }

  async #put(conversationId: string, version: number, lines: readonly string[], { fired, hasEnded, learntAt, revision }: Omit<Round, "learnt">, signal: AbortSignal): Promise<void> {
    const command = new PutItemCommand({
      TableName: this.#table,
      Item: {
        conversation: { S: conversationId },
        version: { N: String(version) },
        expiresAt: { N: String(Math.ceil(learntAt / 1_000) + this.#rememberDays * SECONDS_A_DAY) },
        revision: { N: String(revision) },
        learntAt: { N: String(learntAt) },
        hasEnded: { BOOL: hasEnded },
        fired: { L: fired.map((name) => ({ S: name })) },
        opinions: { L: lines.map((line) => ({ S: line })) },
      },
      ConditionExpression: "attribute_not_exists(#conversation)",
      ExpressionAttributeNames: { "#conversation": "conversation" },
    });
    try {
      await (await dynamoDbClient()).send(command, { abortSignal: signal });
    } catch (error) {
      if (error instanceof Error && error.name === "ConditionalCheckFailedException") throw new ConversationChangedError(`version ${version} of the conversation is written already`);
      throw error;
    }
  }
}

function withItems(conversationId: string, state: State, items: readonly Record<string, AttributeValue>[]): State {
  const opinions: Opinion[] = [];
  let last: Omit<State, "opinions"> = state;
  for (const item of items) {
    const parsed = ItemSchema.safeParse(item);
    if (!parsed.success) throw new Error(`an item of the conversation ${conversationId} is not one of the tracker's: ${z.prettifyError(parsed.error)}`);
    const { fired, hasEnded, learntAt, opinions: lines, revision, version } = parsed.data;
    last = { version: version.N, revision: revision.N, learntAt: learntAt.N, hasEnded: hasEnded.BOOL, fired: fired.L.map(({ S }) => S) };
    for (const { S } of lines.L) opinions.push(unpackOpinion(S));
  }
  return items.length === 0 ? state : { ...last, opinions: merge(state.opinions, opinions) };
}

/** At least one: an end has no opinions and is written all the same. */
function itemsOf(lines: readonly string[]): string[][] {
  const items: string[][] = [[]];
  let bytes = 0;
  for (const line of lines) {
    const size = Buffer.byteLength(line);
    const item = items.at(-1)!;
    if (item.length > 0 && (item.length >= OPINIONS_AN_ITEM || bytes + size > BYTES_AN_ITEM)) {
      items.push([line]);
      bytes = size;
    } else {
      item.push(line);
      bytes += size;
    }
  }
  return items;
}
