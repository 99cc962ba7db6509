import type { AudioRoute } from "../contracts/audio-record.ts";
import { IdentifierSchema } from "../contracts/identity.ts";
import type { RecordingNotice } from "../contracts/recording-notice.ts";
import { readConnectKey } from "./connect-key.ts";
import type { RecordingMetadata } from "./object-metadata.ts";
import { hash } from "./storage-keys.ts";

/** Who a recording is of and when; `language` and `route` only where something says so. */
export type RecordingIdentity = Pick<RecordingNotice, "id" | "channel" | "speaker" | "turn" | "language" | "occurredAt" | "attributes"> & {
  conversationId: string;
  route?: AudioRoute | undefined;
};

/** As the notice says it: the record on the stream did. */
export function identityOfNotice({ audio: _audio, schema: _schema, arrivedAt: _arrivedAt, ...identity }: RecordingNotice): RecordingIdentity {
  return { ...identity, conversationId: identity.conversationId ?? identity.id };
}

/**
 * Of a recording that only lies in a bucket: what its metadata says, then what the key of an Amazon Connect recording says, then the key itself.
 *
 * @param createdAt ISO 8601: when the object was put.
 */
export function identityOfObject(key: string, createdAt: string, metadata: RecordingMetadata): RecordingIdentity {
  const connect = readConnectKey(key);
  // A contact's recordings are one conversation and must not overwrite each other's results; a redacted copy is the same recording, and one of both is heard.
  const connectId = connect === undefined || connect.part === "agent" ? connect?.contactId : `${connect.contactId}/${connect.part}`;
  const id = metadata["valence-id"] ?? connectId ?? identifierOfKey(key);
  const speaker = metadata["valence-speaker"];
  const language = metadata["valence-language"];
  const route = metadata["valence-route"];
  return {
    id,
    conversationId: metadata["valence-conversation-id"] ?? connect?.contactId ?? id,
    channel: metadata["valence-channel"] ?? "call",
    occurredAt: metadata["valence-occurred-at"] ?? connect?.startedAt ?? createdAt,
    ...(speaker !== undefined && { speaker }),
    ...(language !== undefined && { language }),
    ...(route !== undefined && { route }),
  };
}

/** The key, or where it is too long for an identifier or holds control characters, its hash. */
function identifierOfKey(key: string): string {
  return IdentifierSchema.safeParse(key).success ? key : hash(key);
}
