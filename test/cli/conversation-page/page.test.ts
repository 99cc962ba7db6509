import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { conversationPage } from "../../../cli/conversation-page/page.ts";
import { type Conversation, conversationOf, TURN_COLUMNS } from "../../../cli/conversation-turns.ts";
import type { Cell } from "../../../cli/table.ts";

const HOSTILE = `</td></table><script>alert(1)</script><img src="https://example.com/x" onerror='alert(2)'> & "quoted"`;
const ADDRESS = "s3://recordings/call.wav";
const SOUND = { address: ADDRESS, dataUri: "data:audio/wav;base64,UklGRg==" };

const row = (changes: Partial<Record<(typeof TURN_COLUMNS)[number], Cell>>): Cell[] => {
  const cells: Partial<Record<string, Cell>> = {
    id: "r", segment_index: 0, channel: "call", speaker: "customer", role_inferred: false, language: "en", occurred_at: "2026-03-01 10:00:00+00", start_ms: 0, end_ms: 2_000, text: "Hello",
    modality: "fused", label: "negative", positive: 0.1, neutral: 0.2, negative: 0.7, low_confidence: false,
    text_label: "positive", text_positive: 0.8, text_neutral: 0.1, text_negative: 0.1, voice_label: "negative", voice_positive: 0.1, voice_neutral: 0.1, voice_negative: 0.8,
    disagreement: 0.7, modalities_disagree: true, recording: ADDRESS, transcriber: "sidecar", ...changes,
  };
  return TURN_COLUMNS.map((name) => cells[name] ?? null);
};

const call = (rows: Cell[][] = [row({}), row({ segment_index: 1, speaker: "agent", start_ms: 5_000, end_ms: 9_000, modalities_disagree: false, disagreement: 0.1 })], id = "call"): Conversation => conversationOf(id, rows, false, 3);

describe("the page of a conversation", () => {
  it("lets nothing but its own script run and asks nobody for anything", () => {
    const page = conversationPage(call(), [SOUND]);
    const policy = /<meta http-equiv="Content-Security-Policy" content="([^"]+)">/u.exec(page)?.[1];
    const script = /<script>([^]*?)<\/script>/u.exec(page)?.[1] ?? "";
    expect(policy).toBe(`default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${createHash("sha256").update(script).digest("base64")}'; media-src data:; base-uri 'none'; form-action 'none'`);
    expect(page).not.toMatch(/https?:\/\//u);
    expect(page.match(/\s(?:src|href)="/gu)).toEqual([' src="']);
  });

  it("shows hostile words, names and addresses as text", () => {
    const page = conversationPage(call([row({ text: HOSTILE, language: '"><script>', transcriber: HOSTILE, recording: `s3://b/${HOSTILE}` })], HOSTILE), [{ address: `s3://b/${HOSTILE}`, missing: HOSTILE }]);
    expect(page.match(/<script/gu)).toHaveLength(1);
    expect(page).not.toContain("<img");
    expect(page.match(/<\/table>/gu)).toHaveLength(1);
    expect(page.split("&lt;script&gt;alert(1)&lt;/script&gt;").length).toBeGreaterThan(4);
  });

  it("marks disagreement by shape in the drawing and in words, and only where it is", () => {
    const page = conversationPage(call(), []);
    const turns = [...page.matchAll(/<g class="turn" data-turn="(\d)">[^]*?<\/g>/gu)];
    expect(turns.map(([drawn, number]) => [number, drawn.includes('class="disagrees"'), drawn.includes("words and voice disagree")])).toEqual([["1", true, true], ["2", false, false]]);
    expect(page).toContain('<td class="disagreement">◆ 0.70</td>');
  });

  it("says in the table all that the drawing shows", () => {
    const page = conversationPage(call(), []);
    const rows = [...page.matchAll(/<tr id="turn-\d"[^]*?<\/tr>/gu)].map(([text]) => text);
    expect(rows).toHaveLength(2);
    for (const part of ['<th scope="row">0:00.0</th>', "customer", "Hello", "+0.70", "−0.70", "−0.60", "negative"]) expect(rows[0]).toContain(part);
  });

  it("plays a turn from its start where the recording is there, and says why where it is not", () => {
    const heard = conversationPage(call(), [SOUND]);
    expect(heard).toContain(`<audio controls preload="metadata" aria-labelledby="recording-0" src="${SOUND.dataUri}">`);
    expect(heard).toContain('<button type="button" data-turn="2" aria-label="Play turn 2 from 0:05.0">');
    expect(heard).toContain('data-player="0" data-from="5" data-to="9"');
    const silent = conversationPage(call(), [{ address: ADDRESS, missing: "NoSuchKey: it was deleted" }]);
    expect(silent).not.toContain("<audio");
    expect(silent).not.toContain("<button");
    expect(silent).toContain(`The recording ${ADDRESS} is not in this page: NoSuchKey: it was deleted.`);
  });

  it("numbers players as they stand in the page, also where a recording before is missing", () => {
    const two = call([row({ recording: "s3://r/1.wav" }), row({ id: "s", recording: "s3://r/2.wav", occurred_at: "2026-03-01 11:00:00+00" })]);
    const page = conversationPage(two, [{ address: "s3://r/1.wav", missing: "gone" }, { address: "s3://r/2.wav", dataUri: "data:audio/wav;base64,UklGRg==" }]);
    expect(page.match(/<tr id="turn-\d" data-turn="\d"[^>]*>/gu)).toEqual(['<tr id="turn-1" data-turn="1">', '<tr id="turn-2" data-turn="2" data-player="0" data-from="0" data-to="2">']);
  });

  it("has one opinion a message where nothing was heard", () => {
    const silent = { modality: "text", voice_label: null, disagreement: null, modalities_disagree: false, recording: null, start_ms: null, end_ms: null, channel: "chat" } as const;
    const page = conversationPage(call([row(silent), row({ ...silent, segment_index: 1 })]), []);
    expect(page).toContain('<th scope="col">opinion</th>');
    expect(page).not.toContain("how the voice sounds");
    expect(page).not.toContain("NaN");
  });

  it("stays readable for a call of three hours: no number is lost, the drawing grows to the side", () => {
    const long = Array.from({ length: 2_000 }, (_, index) => row({ segment_index: index, start_ms: index * 5_400, end_ms: index * 5_400 + 5_000, speaker: index % 2 === 0 ? "customer" : "agent" }));
    const page = conversationPage(call(long), []);
    expect(page.match(/<g class="turn"/gu)).toHaveLength(2_000);
    expect(page).not.toContain("NaN");
    expect(Number(/viewBox="0 0 (\d+) /u.exec(page)?.[1])).toBeGreaterThan(10_000);
  });
});
