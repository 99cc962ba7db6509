/** What Contact Lens writes, made after the documented format. Times in milliseconds from the start of the contact. */
export const CONTACT = "a65c10fe-d2bb-497c-bf5c-152e775681ca";
const INSTANCE = "0a1b2c3d-0000-4000-8000-000000000000";
const PARTICIPANTS = { CUSTOMER: "e9b36a6d-0000-4c21-9745-1881648ecfc8", AGENT: "f36a545d-0000-4fd4-89fb-896136b609a7", SYSTEM: "2b2288b4-0000-4996-8d8e-260fd5a8ac02", SUPERVISOR: "71a2bb01-0000-4d8e-8d8e-360fd5a8ac02" } as const;

export interface MadeTurn {
  role: keyof typeof PARTICIPANTS;
  text: string;
  from: number;
  to: number;
}

export const TURNS: readonly MadeTurn[] = [
  { role: "AGENT", text: "Thank you for calling.", from: 500, to: 2_000 },
  { role: "CUSTOMER", text: "My name is [PII] and my bill is wrong.", from: 2_400, to: 6_000 },
  { role: "SYSTEM", text: "This call is recorded.", from: 6_100, to: 7_000 },
  { role: "AGENT", text: "[PII]", from: 7_200, to: 7_900 },
  { role: "SUPERVISOR", text: "Let me take this one.", from: 8_000, to: 9_500 },
];

export function fileKey(redacted = false, contact = CONTACT): string {
  return redacted ? `connect/i/Analysis/Voice/Redacted/2026/01/28/${contact}_analysis_redacted_2026-01-28T18:40:16Z.json` : `connect/i/Analysis/Voice/2026/01/28/${contact}_analysis_2026-01-28T18:40:16Z.json`;
}

/** The file of a call that is over. */
export function voiceFile(turns: readonly MadeTurn[], more: object = {}): object {
  return {
    Version: "1.1.0",
    AccountId: "123456789012",
    Channel: "VOICE",
    ContentMetadata: { Output: "Raw" },
    JobStatus: "COMPLETED",
    LanguageCode: "en-GB",
    Participants: Object.entries(PARTICIPANTS).map(([ParticipantRole, ParticipantId]) => ({ ParticipantId, ParticipantRole })),
    Categories: { MatchedCategories: [], MatchedDetails: {} },
    ConversationCharacteristics: { TotalConversationDurationMillis: 32_110 },
    CustomModels: [],
    CustomerMetadata: { InputS3Uri: `s3://recordings-test/connect/i/CallRecordings/2026/01/28/${CONTACT}_20260128T18:34_UTC.wav`, ContactId: CONTACT, InstanceId: INSTANCE },
    Transcript: turns.map(({ from, role, text, to }, index) => ({ BeginOffsetMillis: from, Content: text, EndOffsetMillis: to, Id: `turn-${index}`, ParticipantId: PARTICIPANTS[role], Sentiment: "NEUTRAL", LoudnessScore: [78.5], ...(text.includes("[PII]") && { Redaction: { RedactedTimestamps: [{ BeginOffsetMillis: from, EndOffsetMillis: to }] } }) })),
    ...more,
  };
}

/** An event of the stream of real-time segments. */
export function segmentEvent(EventType: "STARTED" | "SEGMENTS" | "COMPLETED" | "FAILED", turns: readonly MadeTurn[] = [], ContactId = CONTACT): object {
  const Segments = turns.flatMap(({ from, role, text, to }, index) => [
    { Utterance: { Id: `part-${from}`, TranscriptId: `turn-${index}`, ParticipantId: role, ParticipantRole: role, PartialContent: text.slice(0, 5), BeginOffsetMillis: from, EndOffsetMillis: to } },
    { Transcript: { Id: `turn-${index}`, ParticipantId: role, ParticipantRole: role, Content: text, BeginOffsetMillis: from, EndOffsetMillis: to, Sentiment: "NEUTRAL", IssuesDetected: [] } },
  ]);
  return {
    Version: "1.0.0",
    Channel: "VOICE",
    AccountId: "123456789012",
    InstanceId: INSTANCE,
    ContactId,
    LanguageCode: "en-GB",
    EventType,
    ...(EventType === "SEGMENTS" && { Segments: [...Segments, { Categories: { MatchedCategories: ["Cancellation"], MatchedDetails: {} } }, { PostContactSummary: { Status: "COMPLETED", Content: "Said nothing." } }] }),
  };
}
