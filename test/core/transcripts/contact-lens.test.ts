import { describe, expect, it } from "vitest";
import { analysedRecording, ContactLensFileSchema, isOfVoice, utterancesOfFile, type ContactLensVoiceFile } from "../../../core/transcripts/contact-lens-file.ts";
import { isVoiceEvent, SegmentEventSchema, utterancesOfSegments, type VoiceEvent } from "../../../core/transcripts/contact-lens-segments.ts";
import { NOTHING_TOLD, untoldOfFile, withSegments } from "../../../core/transcripts/told-contact.ts";
import type { Utterance } from "../../../core/transcripts/utterance.ts";
import { CONTACT, fileKey, segmentEvent, TURNS, voiceFile } from "./contact-lens-files.ts";

const SETTINGS = { speakers: ["customer", "agent"] } as const satisfies { speakers: ["customer", "agent"] };

function fileOf(value: object): ContactLensVoiceFile {
  const file = ContactLensFileSchema.parse(value);
  if (!isOfVoice(file)) throw new Error("expected the file of a call");
  return file;
}

function eventOf(value: object): VoiceEvent {
  const event = SegmentEventSchema.parse(value);
  if (!isVoiceEvent(event)) throw new Error("expected the event of a call");
  return event;
}

describe("Contact Lens's turns", () => {
  const expected = [
    { index: 1_001, startMs: 500, endMs: 2_000, text: "Thank you for calling.", speaker: "agent", channel: 1, language: "en-GB" },
    { index: 4_800, startMs: 2_400, endMs: 6_000, text: "My name is [PII] and my bill is wrong.", speaker: "customer", channel: 0, language: "en-GB", redactions: { PII: 1 } },
    { index: 14_401, startMs: 7_200, endMs: 7_900, text: "[PII]", speaker: "agent", channel: 1, language: "en-GB", redactions: { PII: 1 } },
    { index: 16_001, startMs: 8_000, endMs: 9_500, text: "Let me take this one.", speaker: "agent", channel: 1, language: "en-GB" },
  ];

  it("are the same utterances from a file and from segments, without the system's", () => {
    expect(utterancesOfFile(fileOf(voiceFile(TURNS)), SETTINGS)).toEqual({ utterances: expected, passedOver: 1 });
    expect(utterancesOfSegments(eventOf(segmentEvent("SEGMENTS", TURNS)), SETTINGS)).toEqual({ utterances: expected, passedOver: 1 });
  });

  it("have the same index however the segments are grouped and ordered, and two who begin at once have two", () => {
    const shuffled = [...TURNS].reverse().flatMap((turn) => utterancesOfSegments(eventOf(segmentEvent("SEGMENTS", [turn])), SETTINGS).utterances);
    const both = utterancesOfSegments(eventOf(segmentEvent("SEGMENTS", [{ role: "AGENT", text: "Hello.", from: 900, to: 1_400 }, { role: "CUSTOMER", text: "Hello?", from: 900, to: 1_500 }])), SETTINGS);

    expect(shuffled.reverse()).toEqual(expected);
    expect(both.utterances.map(({ index, text }) => [index, text])).toEqual([[1_800, "Hello?"], [1_801, "Hello."]]);
  });

  it("of one person at one begin are one utterance: nothing is lost", () => {
    const { utterances } = utterancesOfFile(fileOf(voiceFile([{ role: "AGENT", text: "I am [PII].", from: 900, to: 1_400 }, { role: "AGENT", text: "From [PII].", from: 900, to: 2_000 }])), SETTINGS);

    expect(utterances).toMatchObject([{ text: "I am [PII]. From [PII].", endMs: 2_000, redactions: { PII: 2 } }]);
  });

  it("are of no channel where the stage's two are the same person's", () => {
    expect(utterancesOfSegments(eventOf(segmentEvent("SEGMENTS", TURNS)), { speakers: ["agent", "agent"] }).utterances.every(({ channel }) => channel === undefined)).toBe(true);
  });
});

describe("a file's recording", () => {
  it("is what the file says it was made of", () => {
    expect(analysedRecording(fileOf(voiceFile([])), fileKey(), "2026-01-28T19:00:00Z")).toEqual({ id: CONTACT, recording: `s3://recordings-test/connect/i/CallRecordings/2026/01/28/${CONTACT}_20260128T18:34_UTC.wav`, occurredAt: "2026-01-28T18:34:00Z" });
  });

  it("is the contact's, at the time in the key or when it was put, where the file does not say", () => {
    const file = fileOf(voiceFile([], { CustomerMetadata: { ContactId: CONTACT.toUpperCase() } }));

    expect(analysedRecording(file, fileKey(true), "2026-01-28T19:00:00Z")).toEqual({ id: CONTACT, recording: undefined, occurredAt: "2026-01-28T18:40:16Z" });
    expect(analysedRecording(file, "Analysis/Voice/ivr/2026/01/28/x.json", "2026-01-28T19:00:00Z")).toEqual({ id: `${CONTACT}/ivr`, recording: undefined, occurredAt: "2026-01-28T19:00:00Z" });
  });

  it("is not looked for in chats, and a file of another shape is refused", () => {
    expect(isOfVoice(ContactLensFileSchema.parse({ Channel: "CHAT", Transcript: [{ AbsoluteTime: "2026-01-28T18:40:16Z" }] }))).toBe(false);
    expect(ContactLensFileSchema.safeParse(voiceFile(TURNS, { Channel: "SMOKE" })).success).toBe(false);
    expect(ContactLensFileSchema.safeParse({ ...voiceFile(TURNS), Transcript: [{ Content: "x", ParticipantId: "AGENT", BeginOffsetMillis: "500", EndOffsetMillis: 2_000 }] }).success).toBe(false);
  });
});

describe("what of a contact is told", () => {
  const at = "2026-01-28T18:35:00.000Z";
  const utterance = (startMs: number, endMs: number): Utterance => ({ index: 2 * startMs, startMs, endMs, text: "x" });
  const file = [utterance(0, 1_000), utterance(2_000, 4_000), utterance(4_500, 6_000), utterance(8_000, 9_000)];

  it("by nobody: all of a file is to be told", () => {
    expect(untoldOfFile(file, NOTHING_TOLD)).toEqual(file);
  });

  it("by segments from start to end: nothing of a file is", () => {
    const told = ([["STARTED", []], ["SEGMENTS", [utterance(2_000, 4_100)]], ["COMPLETED", []]] as const).reduce((before, [type, utterances]) => withSegments(before, { type, utterances, arrivedAt: at }), NOTHING_TOLD);

    expect(untoldOfFile(file, told)).toEqual([]);
  });

  it("by segments that broke off: the rest of a file is", () => {
    const told = ([["STARTED", []], ["SEGMENTS", [utterance(2_000, 4_100)]], ["FAILED", []]] as const).reduce((before, [type, utterances]) => withSegments(before, { type, utterances, arrivedAt: at }), NOTHING_TOLD);

    expect(untoldOfFile(file, told).map(({ startMs }) => startMs)).toEqual([4_500, 8_000]);
  });

  it("by segments that were only heard from the middle on: the beginning of a file is", () => {
    const told = ([["SEGMENTS", [utterance(4_400, 6_100)]], ["COMPLETED", []]] as const).reduce((before, [type, utterances]) => withSegments(before, { type, utterances, arrivedAt: at }), NOTHING_TOLD);

    expect(untoldOfFile(file, told).map(({ startMs }) => startMs)).toEqual([0, 2_000]);
  });

  it("keeps to the start that its first event let be told", () => {
    const first = withSegments(NOTHING_TOLD, { type: "SEGMENTS", utterances: [utterance(2_000, 4_000)], arrivedAt: at });
    const second = withSegments(first, { type: "SEGMENTS", utterances: [utterance(8_000, 9_000)], arrivedAt: "2026-01-28T18:35:07.000Z" });

    expect([first.startedAt, second.startedAt]).toEqual(["2026-01-28T18:34:56.000Z", "2026-01-28T18:34:56.000Z"]);
  });
});
