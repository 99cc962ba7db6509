import type { SentimentResult } from "../../core/contracts/sentiment-result.ts";
import { contactIdOf } from "./contact-id.ts";

/** One conversation result as it came from the stream. */
export interface ArrivedResult {
  result: SentimentResult;
  sequenceNumber: string;
}

/** What becomes of one contact: its newest result of each speaker, as attributes. */
export interface ContactUpdate {
  contactId: string;
  attributes: Record<string, string>;
  /** What a person would notice: attributes that differ only elsewhere are not worth a call. */
  gist: string;
  /** Of the records that it sums up. */
  sequenceNumbers: string[];
}

/** One update a contact, of all speakers together. Conversations that are no contacts have none. */
export function contactUpdates(arrived: readonly ArrivedResult[], prefix: string): ContactUpdate[] {
  const contacts = new Map<string, { newest: Map<string, SentimentResult>; sequenceNumbers: string[] }>();
  for (const { result, sequenceNumber } of arrived) {
    const contactId = contactIdOf(result.conversationId);
    if (contactId === undefined) continue;
    const contact = contacts.get(contactId) ?? { newest: new Map<string, SentimentResult>(), sequenceNumbers: [] };
    contacts.set(contactId, contact);
    contact.sequenceNumbers.push(sequenceNumber);
    const speaker = result.speaker ?? "unknown";
    if ((contact.newest.get(speaker)?.revision ?? -1) <= (result.revision ?? 0)) contact.newest.set(speaker, result);
  }
  return [...contacts].map(([contactId, { newest, sequenceNumbers }]) => {
    const rows = [...newest].sort(([a], [b]) => (a < b ? -1 : 1));
    const attributes = Object.assign({}, ...rows.map(([speaker, result]) => attributesOf(`${prefix}${speaker}_`, result))) as Record<string, string>;
    return { contactId, attributes, gist: JSON.stringify(rows.map(([speaker, result]) => [speaker, result.sentiment.label, trendText(result), result.withdrawn === true, stateOf(result)])), sequenceNumbers };
  });
}

/** Empty texts take an attribute back: Connect has no way to remove one. */
function attributesOf(prefix: string, result: SentimentResult): Record<string, string> {
  const isGone = result.withdrawn === true;
  const values = { sentiment: result.sentiment.label, trend: trendText(result), turns: String(result.turns ?? ""), state: stateOf(result) };
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, isGone ? "" : value]));
}

function stateOf({ flags }: SentimentResult): "running" | "ended" {
  return flags.includes("running") ? "running" : "ended";
}

/** One digit, −1.0 to 1.0, which flows can compare as a number; empty where there is none. */
function trendText({ trend }: SentimentResult): string {
  // Adding 0 takes the sign from −0.
  return trend === undefined ? "" : (Math.round(trend * 10) / 10 + 0).toFixed(1);
}
