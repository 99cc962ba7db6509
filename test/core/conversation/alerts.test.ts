import { describe, expect, it } from "vitest";
import { AlertSchema, type Alert } from "../../../core/contracts/alert.ts";
import type { AlertRule } from "../../../core/contracts/conversation-settings.ts";
import type { SentimentResult } from "../../../core/contracts/sentiment-result.ts";
import { alertId, alertsOf } from "../../../core/conversation/alerts.ts";
import { conversationOf, merge } from "../../../core/conversation/conversation.ts";
import { opinionOf } from "../../../core/conversation/opinion.ts";
import { ANGRY, at, FLAT, GLAD, message, RULES, type Scores, SETTINGS, voice, words } from "./made-conversation.ts";

const NEGATIVE: AlertRule = { name: "negative", kind: "negative-turns", speaker: "customer", turns: 2, below: -0.5 };
const DROP: AlertRule = { name: "drop", kind: "sharp-drop", speaker: "customer", drop: 0.6, withinTurns: 3 };
const APART: AlertRule = { name: "apart", kind: "disagreement", speaker: "customer", from: 0.6 };

function alerts(rule: AlertRule, results: readonly SentimentResult[], fired: string[] = []): Alert[] {
  const rules = { ...RULES, settings: { ...SETTINGS, trendHalfLifeTurns: 1, alerts: [rule] } };
  const raised = alertsOf(conversationOf(merge(new Map(), results.map((result) => opinionOf(result)!)), false, rules), fired, rules);
  return raised.map((alert) => AlertSchema.parse(alert));
}

const chat = (...scores: Scores[]): SentimentResult[] => scores.map((score, turn) => message(turn, { speaker: "customer", scores: score }));

describe("alertsOf", () => {
  it("counts the speaker's negative turns in a row, whatever others say in between", () => {
    const agent = message(9, { speaker: "agent", scores: GLAD, occurredAt: at(15_000) });

    expect(alerts(NEGATIVE, [...chat(FLAT, ANGRY, ANGRY, ANGRY), agent])).toMatchObject([{ speaker: "customer", turn: { id: "message-2", label: "negative" }, turns: 3, conversationStartedAt: at(0) }]);
    expect(alerts(NEGATIVE, chat(ANGRY, FLAT, ANGRY))).toEqual([]);
    expect(alerts({ ...NEGATIVE, speaker: "agent" }, chat(ANGRY, ANGRY))).toEqual([]);
  });

  it("sees a trend fall within so many turns, and not a slow one", () => {
    expect(alerts(DROP, chat(GLAD, GLAD, ANGRY, ANGRY))).toMatchObject([{ turn: { id: "message-2" } }]);
    expect(alerts({ ...DROP, withinTurns: 2, drop: 1.5 }, chat(GLAD, FLAT, FLAT, ANGRY))).toEqual([]);
    expect(alerts(DROP, chat(ANGRY, FLAT, GLAD))).toEqual([]);
  });

  it("hears words and voice apart, and keeps silent where one of them is missing", () => {
    const said = { speaker: "customer", track: 0 } as const;
    const spoken = [words({ ...said, scores: GLAD }), voice({ ...said, scores: ANGRY })];

    expect(alerts(APART, spoken)).toMatchObject([{ turn: { id: "call-1", index: 0, fusion: { disagreement: expect.any(Number) } }, recording: "s3://recordings-test/call-1.wav" }]);
    expect(alerts(APART, spoken.slice(0, 1))).toEqual([]);
    expect(alerts(APART, spoken.slice(1))).toEqual([]);
    expect(alerts(APART, [words({ scores: GLAD, track: 0 }), voice({ scores: ANGRY, track: 0 })])).toEqual([]);
  });

  it("raises what has fired no more, and names it by rule and conversation", () => {
    expect(alerts(NEGATIVE, chat(ANGRY, ANGRY), ["negative"])).toEqual([]);
    expect(alerts(NEGATIVE, chat(ANGRY, ANGRY))[0]!.alertId).toBe(alertId("negative", "conversation-1"));
    expect(alertId("negative", "conversation-2")).not.toBe(alertId("negative", "conversation-1"));
  });
});
