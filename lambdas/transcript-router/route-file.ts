import type { SQSRecord } from "aws-lambda";
import { isContactLensTranscript } from "../../core/recordings/connect-key.ts";
import type { ObjectCreated } from "../../core/recordings/recording-message.ts";
import { analysedRecording, ContactLensFileSchema, isOfVoice, utterancesOfFile } from "../../core/transcripts/contact-lens-file.ts";
import { untoldOfFile } from "../../core/transcripts/told-contact.ts";
import { rejectOf } from "../shared/read-job.ts";
import { getObject } from "../shared/s3-objects.ts";
import { queueUtterances } from "./queue-utterances.ts";
import { readJson } from "./read-json.ts";
import type { Stage } from "./stage.ts";
import { readTold, writeTold } from "./told-contacts.ts";
import type { Outcome } from "./verdict.ts";

export const CONTACT_LENS = "contact-lens";

const REDACTED_FILES = /(?:^|\/)Analysis\/Voice\/(?:ivr\/)?Redacted\//iu;

/** Contact Lens writes one file a call, or two: as it was said, and with personal data taken out. One of the two is read. */
export async function routeFile(record: SQSRecord, { detail, time }: ObjectCreated, stage: Stage): Promise<Outcome> {
  const { environment, signal } = stage;
  const { bucket, object: { key } } = detail;
  const { CONTACT_LENS_FILES: files, RECORDINGS_BUCKET } = environment;
  const isRead = files !== "none" && bucket.name === RECORDINGS_BUCKET && isContactLensTranscript(key) && REDACTED_FILES.test(key) === (files === "redacted");
  if (!isRead) return { kind: "skipped" };

  const reject = (problem: string): Outcome => ({ kind: "reject", reject: rejectOf(record, "invalid_transcript", problem, environment.POWERTOOLS_SERVICE_NAME) });
  const stored = await getObject(bucket.name, key, signal);
  if (stored === undefined) return reject(`there is no object s3://${bucket.name}/${key}`);
  const read = readJson(ContactLensFileSchema, stored.bytes);
  if (!read.ok) return reject(read.detail);
  if (!isOfVoice(read.value)) return { kind: "skipped" };

  const recording = analysedRecording(read.value, key, time);
  const { etag, told } = await readTold(recording.id, stage);
  if (told.file !== null) return { kind: "repeated" };
  const { passedOver, utterances } = utterancesOfFile(read.value, environment.AUDIO_SETTINGS);
  const untold = untoldOfFile(utterances, told);
  const queued = await queueUtterances(untold, { ...recording, occurredAt: told.startedAt ?? recording.occurredAt, conversationId: read.value.CustomerMetadata.ContactId.toLowerCase(), channel: "call", transcriber: CONTACT_LENS, flags: [], arrivedAt: time }, stage);
  if (!queued.ok) return reject(queued.detail);
  await writeTold(recording.id, { told: { ...told, file: key }, etag }, stage);
  return { kind: "routed", utterances: { queued: queued.queued, empty: queued.empty, passedOver: passedOver + utterances.length - untold.length } };
}
