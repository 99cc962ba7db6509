import { UpdateContactAttributesCommand } from "@aws-sdk/client-connect";
import type { KinesisStreamBatchResponse, KinesisStreamRecord } from "aws-lambda";
import { SentimentResultSchema } from "../../core/contracts/sentiment-result.ts";
import { Lanes } from "../shared/in-lanes.ts";
import { readKinesisRecord } from "../shared/kinesis-record.ts";
import { describeError, logger, publishCounts } from "../shared/observability.ts";
import { readJob } from "../shared/read-job.ts";
import { connectClient, isRefusal } from "./connect-client.ts";
import { type ArrivedResult, type ContactUpdate, contactUpdates } from "./contact-updates.ts";
import { RememberedGists } from "./remember-gists.ts";
import type { Stage } from "./stage.ts";

const remembered = new RememberedGists();
/** More calls at once only meet Connect's limit sooner. */
const LANES = 2;

/**
 * Conversation results → the attributes of their contacts, one call a contact. Reports the records whose contact could not be written and may be later;
 * a contact that Connect does not know, or takes nothing for any more, is counted and left.
 */
export async function writeAttributes(records: readonly KinesisStreamRecord[], { environment, signal }: Stage): Promise<KinesisStreamBatchResponse> {
  const arrived = records.map(readResult).filter((result) => result !== undefined);
  const updates = contactUpdates(arrived, environment.ATTRIBUTE_PREFIX);
  const outcomes: { update: ContactUpdate; failure?: string; refused?: true; unchanged?: true }[] = [];
  const lanes = new Lanes(LANES);
  for (const update of updates) {
    await lanes.add(async () => {
      if (remembered.has(update.contactId, update.gist, Date.now())) {
        outcomes.push({ update, unchanged: true });
        return;
      }
      try {
        const command = new UpdateContactAttributesCommand({ InstanceId: environment.CONNECT_INSTANCE_ID, InitialContactId: update.contactId, Attributes: update.attributes });
        await (await connectClient()).send(command, { abortSignal: signal });
        remembered.add(update.contactId, update.gist, Date.now());
        outcomes.push({ update });
      } catch (error) {
        if (isRefusal(error)) logger.warn("Amazon Connect takes no attributes for a contact.", { contactId: update.contactId, reason: describeError(error) });
        outcomes.push(isRefusal(error) ? { update, refused: true } : { update, failure: describeError(error) });
      }
    });
  }
  await lanes.settled();
  const failed = outcomes.filter(({ failure }) => failure !== undefined);
  publishCounts({
    RecordsReceived: records.length,
    ResultsUnreadable: records.length - arrived.length,
    ConversationsWithoutContact: new Set(arrived.map(({ result }) => result.conversationId)).size - updates.length,
    ContactsUpdated: outcomes.filter(({ failure, refused, unchanged }) => failure === undefined && !refused && !unchanged).length,
    ContactsUnchanged: outcomes.filter(({ unchanged }) => unchanged).length,
    ContactsRefused: outcomes.filter(({ refused }) => refused).length,
    ContactsFailed: failed.length,
  });
  if (failed.length > 0) logger.error("Some contacts could not be written; Lambda delivers their records again.", { failed: failed.length, received: records.length, reasons: [...new Set(failed.map(({ failure }) => failure))].slice(0, 5) });
  return { batchItemFailures: failed.flatMap(({ update }) => update.sequenceNumbers.map((itemIdentifier) => ({ itemIdentifier }))) };
}

function readResult(record: KinesisStreamRecord): ArrivedResult | undefined {
  const { data, sequenceNumber } = readKinesisRecord(record);
  const read = readJob(SentimentResultSchema, data.toString("utf8"));
  if (read.ok) return { result: read.job, sequenceNumber };
  // The row itself is in the lake and the warehouse: nothing is lost but the attributes.
  logger.error("A conversation result cannot be read; its contact is left as it is.", { sequenceNumber, problem: read.detail });
  return undefined;
}
