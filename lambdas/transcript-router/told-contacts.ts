import { NOTHING_TOLD, type ToldContact, toldContactKey, ToldContactSchema } from "../../core/transcripts/told-contact.ts";
import { getObject, putObject } from "../shared/s3-objects.ts";
import type { Stage } from "./stage.ts";

/** @param id of the recording. */
export async function readTold(id: string, { environment, signal }: Stage): Promise<ToldContact> {
  const stored = await getObject(environment.AUDIO_BUCKET, toldContactKey(id), signal);
  return stored === undefined ? NOTHING_TOLD : ToldContactSchema.parse(JSON.parse(Buffer.from(stored.bytes).toString()));
}

export async function writeTold(id: string, told: ToldContact, { environment, signal }: Stage): Promise<void> {
  await putObject(environment.AUDIO_BUCKET, toldContactKey(id), JSON.stringify(told), { contentType: "application/json" }, signal);
}
