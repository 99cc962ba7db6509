import { describe, expect, it } from "vitest";
import { readConnectKey } from "../../../core/recordings/connect-key.ts";
import { readObjectMetadata } from "../../../core/recordings/object-metadata.ts";
import { identityOfObject } from "../../../core/recordings/recording-identity.ts";
import { isNoRecording, RecordingMessageSchema } from "../../../core/recordings/recording-message.ts";

const CONTACT = "a65c10fe-d2bb-497c-bf5c-152e775681ca";
const PUT_AT = "2026-03-02T10:00:00Z";

describe("an Amazon Connect key", () => {
  it.each([
    [`connect/our-instance/CallRecordings/2026/01/28/${CONTACT}_20260128T18:34_UTC.wav`, "agent", false, "2026-01-28T18:34:00Z"],
    [`CallRecordings/2026/01/28/${CONTACT}_20260128T18:34_UTC.wav`, "agent", false, "2026-01-28T18:34:00Z"],
    [`connect/our-instance/CallRecordings/ivr/2026/08/20/${CONTACT}_20260820T03:07_UTC.wav`, "ivr", false, "2026-08-20T03:07:00Z"],
    [`connect/our-instance/Analysis/Voice/Redacted/2026/02/04/${CONTACT}_call_recording_redacted_2026-02-04T21:14:16Z.wav`, "agent", true, "2026-02-04T21:14:16Z"],
    [`Analysis/Voice/ivr/Redacted/2026/02/04/${CONTACT}_call_recording_redacted_2026-02-04T21:14:16Z.wav`, "ivr", true, "2026-02-04T21:14:16Z"],
  ])("says contact, part and time: %s", (key, part, redacted, startedAt) => {
    expect(readConnectKey(key)).toEqual({ contactId: CONTACT, part, redacted, startedAt });
  });

  it.each([
    `CallRecordings/2026/01/28/${CONTACT}_20260128T18:34_UTC.mp3`,
    `CallRecordings/2026/01/28/somebody_20260128T18:34_UTC.wav`,
    `CallRecordings/2026/13/40/${CONTACT}_20261340T18:34_UTC.wav`,
    `MyCallRecordings/2026/01/28/${CONTACT}_20260128T18:34_UTC.wav`,
    "calls/2026/monday.wav",
  ])("is not taken for one: %s", (key) => {
    expect(readConnectKey(key)).toBeUndefined();
  });
});

describe("the identity of an object", () => {
  it("is the contact's, whose recordings do not overwrite each other", () => {
    const key = (part: string): string => `connect/i/CallRecordings/${part}2026/01/28/${CONTACT}_20260128T18:34_UTC.wav`;

    expect(identityOfObject(key(""), PUT_AT, {})).toEqual({ id: CONTACT, conversationId: CONTACT, channel: "call", occurredAt: "2026-01-28T18:34:00Z" });
    expect(identityOfObject(key("ivr/"), PUT_AT, {})).toMatchObject({ id: `${CONTACT}/ivr`, conversationId: CONTACT });
  });

  it("is the key, or the key's hash where it makes no identifier", () => {
    expect(identityOfObject("calls/monday 1.wav", PUT_AT, {})).toEqual({ id: "calls/monday 1.wav", conversationId: "calls/monday 1.wav", channel: "call", occurredAt: PUT_AT });
    expect(identityOfObject("x".repeat(129), PUT_AT, {}).id).toMatch(/^[0-9a-f]{32}$/u);
    expect(identityOfObject("a\nb", PUT_AT, {}).id).toMatch(/^[0-9a-f]{32}$/u);
  });

  it("is the metadata's before anything else", () => {
    const read = readObjectMetadata({
      "valence-id": "r-1",
      "valence-conversation-id": "=?UTF-8?B?Q29udmVyc2HDp8OjbyA=?= =?UTF-8?Q?n=C2=BA_7?=",
      "Valence-Channel": "ticket",
      "valence-speaker": "agent",
      "valence-language": "pt-BR",
      "valence-occurred-at": "2026-01-01T00:00:00+01:00",
      "valence-route": "both",
      "somebody-else": "\u0000",
    });

    expect(read.ok && identityOfObject(`CallRecordings/2026/01/28/${CONTACT}_20260128T18:34_UTC.wav`, PUT_AT, read.metadata)).toEqual({ id: "r-1", conversationId: "Conversação nº 7", channel: "ticket", speaker: "agent", language: "pt-BR", occurredAt: "2026-01-01T00:00:00+01:00", route: "both" });
  });

  it("is not guessed where the metadata is wrong", () => {
    expect(readObjectMetadata({ "valence-channel": "telegraph", "valence-route": "sideways" })).toEqual({ ok: false, detail: expect.stringMatching(/^x-amz-meta-valence-channel: .*; x-amz-meta-valence-route: /u) });
  });
});

describe("a message of the recordings queue", () => {
  const event = (key: string, name = "recordings-test"): unknown => ({
    version: "0",
    id: "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": "Object Created",
    source: "aws.s3",
    account: "123456789012",
    time: "2026-03-02T10:00:00Z",
    region: "us-east-1",
    resources: [`arn:aws:s3:::${name}`],
    detail: { version: "0", bucket: { name }, object: { key, size: 5, etag: "b1946ac92492d2347c6235b4d2611184", sequencer: "0062E99A88DC407460" }, "request-id": "N4N7GDK58NMKJ12R", requester: "123456789012", reason: "PutObject" },
  });

  it("is S3's event, its key as it stands", () => {
    const read = RecordingMessageSchema.parse(event("calls/a+b%20c é.wav"));

    expect(read.kind === "event" && read.event.detail.object.key).toBe("calls/a+b%20c é.wav");
  });

  it.each([
    ["calls/", "recordings-test", true],
    ["valence/live/2026-03-02/x.wav", "recordings-test", true],
    ["valence/live/2026-03-02/x.wav", "calls-of-others", false],
    ["calls/valence/x.wav", "recordings-test", false],
    [`connect/our-instance/Analysis/Voice/2026/02/04/${CONTACT}_analysis_2026-02-04T21:14:16Z.json`, "recordings-test", true],
    [`Analysis/Voice/ivr/2026/02/04/${CONTACT}_analysis_2026-02-04T21:14:16Z.json`, "calls-of-others", true],
    [`connect/our-instance/Analysis/Chat/Redacted/2026/02/04/${CONTACT}_analysis_redacted_2026-02-04T21:14:16Z.json`, "recordings-test", true],
    [`connect/our-instance/Analysis/Email/2026/03/10/${CONTACT}_analysis_20260310T22:35_UTC.json`, "recordings-test", true],
    [`Analysis/Voice/Redacted/2026/02/04/${CONTACT}_call_recording_redacted_2026-02-04T21:14:16Z.wav`, "recordings-test", true],
    ["Analysis/Voice/2026/02/04/our-own_analysis_1.json", "recordings-test", false],
    ["calls/2026/02/04/metadata.json", "recordings-test", false],
  ])("names a folder, a transcript of Contact Lens or one of our own, or not: %s in %s", (key, bucket, expected) => {
    const read = RecordingMessageSchema.parse(event(key, bucket));

    expect(read.kind === "event" && isNoRecording(read.event, "recordings-test")).toBe(expected);
  });

  it("is of one of the two copies that Contact Lens can keep, as the stage says", () => {
    const read = (key: string) => {
      const message = RecordingMessageSchema.parse(event(key));
      if (message.kind !== "event") throw new Error("an event was expected");
      return message.event;
    };
    const original = read(`CallRecordings/2026/01/28/${CONTACT}_20260128T18:34_UTC.wav`);
    const copy = read(`Analysis/Voice/Redacted/2026/01/28/${CONTACT}_call_recording_redacted_2026-01-28T18:34:16Z.wav`);

    expect([original, copy].map((one) => isNoRecording(one, "recordings-test", "original"))).toEqual([false, true]);
    expect([original, copy].map((one) => isNoRecording(one, "recordings-test", "redacted"))).toEqual([true, false]);
    expect(identityOfObject(copy.detail.object.key, PUT_AT, {}).id).toBe(CONTACT);
  });

  it.each([{}, { schema: "valence.recording/1" }, { ...(event("a.wav") as object), "detail-type": "Object Deleted" }])("is nothing else", (message) => {
    expect(RecordingMessageSchema.safeParse(message).success).toBe(false);
  });
});
