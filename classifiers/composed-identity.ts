import { createHash } from "node:crypto";
import type { ModelIdentity } from "../core/contracts/sentiment-result.ts";

const LONGEST_ID = 256;
const VERSION_CHARACTERS = 16;

/**
 * The identity of a classifier made of others: their ids in order, and as version a digest of all that changes answers, such as prompts and
 * thresholds, so that results of two configurations are never taken for one another.
 */
export function composedIdentity(provider: string, members: readonly ModelIdentity[], settings: unknown = [], separator = " > "): ModelIdentity {
  const parts = members.map((member) => [member.provider, member.id, member.version, member.promptVersion ?? null]);
  const version = createHash("sha256").update(JSON.stringify([parts, settings])).digest("hex").slice(0, VERSION_CHARACTERS);
  return { provider, id: shorten(members.map(({ id }) => id).join(separator)), version };
}

function shorten(id: string): string {
  return id.length <= LONGEST_ID ? id : `${id.slice(0, LONGEST_ID - 1)}…`;
}
