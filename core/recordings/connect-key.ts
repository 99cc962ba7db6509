/** What the key of an Amazon Connect recording says. */
export interface ConnectRecording {
  /** The contact's id: the conversation. */
  contactId: string;
  /** A contact may have two recordings: with the agent, and with the automated voice before. */
  part: "agent" | "ivr";
  /** A copy by Contact Lens, personal data silenced. */
  redacted: boolean;
  /** ISO 8601. To the minute for recordings, to the second for redacted ones. */
  startedAt: string;
}

const CONTACT_ID = "(?<contactId>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})";
const DAY_FOLDERS = String.raw`\d{4}/\d{2}/\d{2}/`;

/**
 * `<prefix>/CallRecordings/2024/01/26/<contact>_20240126T03:07_UTC.wav`, with `ivr/` before the day for the automated voice, and
 * `<prefix>/Analysis/Voice/Redacted/2024/01/26/<contact>_call_recording_redacted_2024-01-26T03:07:16Z.wav` of Contact Lens. The prefix is the
 * instance's own setting. Source: Amazon Connect administrator guide, "Set up recording behavior" and "Output file locations".
 */
const RECORDING = new RegExp(`(?:^|/)CallRecordings/(?<ivr>ivr/)?${DAY_FOLDERS}${CONTACT_ID}_(?<time>\\d{8}T\\d{2}:\\d{2})_UTC\\.wav$`, "iu");
const REDACTED = new RegExp(`(?:^|/)Analysis/Voice/(?<first>ivr/)?Redacted/(?<second>ivr/)?${DAY_FOLDERS}${CONTACT_ID}_call_recording_redacted_(?<time>\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2})Z\\.wav$`, "iu");

/** `<prefix>/Analysis/Voice/2024/01/26/<contact>_analysis_2024-01-26T03:07:16Z.json`, with `Redacted/` before the day and `_redacted` where it was. */
const TRANSCRIPT = new RegExp(`(?:^|/)Analysis/(?:Voice|Chat|Email)/(?:(?:ivr|Redacted)/)*${DAY_FOLDERS}${CONTACT_ID}_analysis_[^/]+\\.json$`, "iu");

/** Whether the key is of a transcript of Contact Lens, which lie in the bucket of the recordings, one or two a contact. */
export function isContactLensTranscript(key: string): boolean {
  return TRANSCRIPT.test(key);
}

/** @returns undefined for a key of any other layout, or one whose time is none. */
export function readConnectKey(key: string): ConnectRecording | undefined {
  const recording = RECORDING.exec(key)?.groups;
  if (recording !== undefined) {
    const time = recording["time"]?.replace(/^(\d{4})(\d{2})(\d{2})T/u, "$1-$2-$3T");
    return connectRecording(recording["contactId"], recording["ivr"] === undefined ? "agent" : "ivr", false, `${time}:00Z`);
  }
  const redacted = REDACTED.exec(key)?.groups;
  return redacted === undefined ? undefined : connectRecording(redacted["contactId"], redacted["first"] === undefined && redacted["second"] === undefined ? "agent" : "ivr", true, `${redacted["time"]}Z`);
}

function connectRecording(contactId: string | undefined, part: ConnectRecording["part"], redacted: boolean, startedAt: string): ConnectRecording | undefined {
  if (contactId === undefined || Number.isNaN(Date.parse(startedAt))) return undefined;
  return { contactId: contactId.toLowerCase(), part, redacted, startedAt };
}
