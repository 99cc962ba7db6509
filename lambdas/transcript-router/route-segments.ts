import type { KinesisStreamBatchResponse, KinesisStreamRecord } from "aws-lambda";
import type { Reject } from "../../core/contracts/reject.ts";
import { isVoiceEvent, type SegmentEvent, SegmentEventSchema, utterancesOfSegments, type VoiceEvent } from "../../core/transcripts/contact-lens-segments.ts";
import { type ToldContact, withSegments } from "../../core/transcripts/told-contact.ts";
import { Lanes } from "../shared/in-lanes.ts";
import { type ArrivedRecord, readKinesisRecord, rejectRecord } from "../shared/kinesis-record.ts";
import { describeError, logger, publishCounts, publishRejects } from "../shared/observability.ts";
import { writeRejects } from "../shared/write-rejects.ts";
import { queueUtterances } from "./queue-utterances.ts";
import { readJson } from "./read-json.ts";
import { CONTACT_LENS } from "./route-file.ts";
import type { Stage } from "./stage.ts";
import { readTold, writeTold } from "./told-contacts.ts";
import type { UtteranceCounts } from "./verdict.ts";

/** Contacts at once: they wait for S3 and SQS most of the time. */
const CONTACTS_AT_ONCE = 8;

/** What became of one record; each has exactly one, in the batch's order. */
interface Step {
  record: ArrivedRecord;
  event: VoiceEvent | undefined;
  counts: UtteranceCounts;
  reject?: Reject;
  failure?: string;
}

/**
 * Puts the turns of calls that still run on the text road. Reports exactly the records that could not be handled; Lambda delivers again from the
 * lowest of them on, and what went through behind it makes the same jobs once more.
 */
export async function routeSegments(records: readonly KinesisStreamRecord[], stage: Stage): Promise<KinesisStreamBatchResponse> {
  const { environment, signal } = stage;
  const steps = records.map((record) => readStep(readKinesisRecord(record), environment.POWERTOOLS_SERVICE_NAME));
  const lanes = new Lanes(CONTACTS_AT_ONCE);
  for (const [contactId, its] of byContact(steps)) await lanes.add(() => routeContact(contactId, its, stage));
  await lanes.settled();

  const rejects = steps.flatMap(({ reject }) => reject ?? []);
  const unwritten = await writeRejects(environment.REJECTS_BUCKET, rejects, signal);
  for (const step of steps) {
    const reason = step.reject === undefined ? undefined : unwritten.get(step.reject);
    if (reason !== undefined) step.failure = reason;
  }
  report(steps);
  return { batchItemFailures: steps.filter(({ failure }) => failure !== undefined).map(({ record }) => ({ itemIdentifier: record.sequenceNumber })) };
}

function readStep(record: ArrivedRecord, rejectedBy: string): Step {
  const counts = { queued: 0, empty: 0, passedOver: 0 };
  const read = readJson<SegmentEvent>(SegmentEventSchema, record.data);
  if (!read.ok) return { record, event: undefined, counts, reject: rejectRecord(record, read.isJson ? "invalid_transcript" : "not_json", read.detail, rejectedBy) };
  return { record, event: isVoiceEvent(read.value) ? read.value : undefined, counts };
}

function byContact(steps: readonly Step[]): Map<string, Step[]> {
  const contacts = new Map<string, Step[]>();
  for (const step of steps) {
    if (step.event === undefined) continue;
    const contactId = step.event.ContactId.toLowerCase();
    const its = contacts.get(contactId);
    if (its === undefined) contacts.set(contactId, [step]);
    else its.push(step);
  }
  return contacts;
}

/** All that the batch has of one contact, in order. Never throws: what failed is noted at the records. */
async function routeContact(contactId: string, steps: readonly Step[], stage: Stage): Promise<void> {
  try {
    const before = await readTold(contactId, stage);
    let { told } = before;
    for (const step of steps) told = await routeEvent(contactId, step, told, stage);
    if (told !== before.told) await writeTold(contactId, { told, etag: before.etag }, stage);
  } catch (error) {
    for (const step of steps) if (step.reject === undefined) step.failure = describeError(error);
  }
}

/** @returns what is told of the contact by then. */
async function routeEvent(contactId: string, step: Step, told: ToldContact, stage: Stage): Promise<ToldContact> {
  const event = step.event!;
  const { arrivedAt } = step.record;
  const { passedOver, utterances } = utterancesOfSegments(event, stage.environment.AUDIO_SETTINGS);
  // The file came first, and told all that the segments had not.
  if (told.file !== null) {
    step.counts = { queued: 0, empty: 0, passedOver: passedOver + utterances.length };
    return told;
  }
  const after = withSegments(told, { type: event.EventType, utterances, arrivedAt });
  const queued = await queueUtterances(utterances, { id: contactId, conversationId: contactId, channel: "call", occurredAt: after.startedAt, transcriber: CONTACT_LENS, flags: [], arrivedAt }, stage);
  if (!queued.ok) {
    step.reject = rejectRecord(step.record, "invalid_transcript", queued.detail, stage.environment.POWERTOOLS_SERVICE_NAME);
    return told;
  }
  step.counts = { queued: queued.queued, empty: queued.empty, passedOver };
  return after;
}

/** Rejects and utterances count only before the first failure: Lambda delivers everything from there on again, and then they count. */
function report(steps: readonly Step[]): void {
  const firstFailed = steps.findIndex(({ failure }) => failure !== undefined);
  const settled = firstFailed === -1 ? steps : steps.slice(0, firstFailed);
  const total = (count: keyof UtteranceCounts): number => settled.reduce((sum, { counts }) => sum + counts[count], 0);
  publishCounts({
    RecordsReceived: steps.length,
    RecordsSkipped: settled.filter(({ event, reject }) => event === undefined && reject === undefined).length,
    ContactsFailed: settled.filter(({ event }) => event?.EventType === "FAILED").length,
    JobsQueued: total("queued"),
    UtterancesEmpty: total("empty"),
    UtterancesPassedOver: total("passedOver"),
  });
  publishRejects(settled.flatMap(({ reject }) => reject?.reason ?? []));
  if (firstFailed === -1) return;
  logger.error("Some segments could not be handled; Lambda delivers again from the first of them.", {
    failed: steps.filter(({ failure }) => failure !== undefined).length,
    received: steps.length,
    firstSequenceNumber: steps[firstFailed]?.record.sequenceNumber,
    reasons: [...new Set(steps.flatMap(({ failure }) => failure ?? []))].slice(0, 5),
  });
}
