import { NOTHING_TOLD, type ToldContact, toldContactKey, ToldContactSchema } from "../../core/transcripts/told-contact.ts";
import { getObject, putObject } from "../shared/s3-objects.ts";
import type { Stage } from "./stage.ts";

/** As it was read: it is written only over that, because segments and a file of one contact may come at once. */
export interface KeptContact {
  told: ToldContact;
  /** Undefined where nothing was kept. */
  etag: string | undefined;
}

/** @param id of the recording. */
export async function readTold(id: string, { environment, signal }: Stage): Promise<KeptContact> {
  const stored = await getObject(environment.AUDIO_BUCKET, toldContactKey(id), signal);
  return stored === undefined ? { told: NOTHING_TOLD, etag: undefined } : { told: ToldContactSchema.parse(JSON.parse(Buffer.from(stored.bytes).toString())), etag: stored.etag };
}

/** @param etag of what was read. @throws ObjectChangedError when somebody else told of the contact since: what came is to be seen again. */
export async function writeTold(id: string, { etag, told }: KeptContact, { environment, signal }: Stage): Promise<void> {
  const over = etag === undefined ? { ifAbsent: true } : { ifMatch: etag };
  await putObject(environment.AUDIO_BUCKET, toldContactKey(id), JSON.stringify(told), { contentType: "application/json", ...over }, signal);
}
