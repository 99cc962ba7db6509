import { createHash } from "node:crypto";
import { sentimentOfScores } from "../classification/sentiment-of-scores.ts";
import { ALERT_VERSION, type Alert } from "../contracts/alert.ts";
import type { AlertRule } from "../contracts/conversation-settings.ts";
import type { Conversation } from "./conversation.ts";
import type { SpeakerTrend } from "./conversation-row.ts";
import { type Rules, valenceOf } from "./turns.ts";

/** Of each rule that holds and has not fired: the alert, of the first turn that made it hold. What a turn does not say (its speaker, the other modality) makes no rule hold. */
export function alertsOf(conversation: Conversation, fired: readonly string[], rules: Rules): Alert[] {
  return rules.settings.alerts.flatMap((rule) => {
    const speaker = conversation.speakers.find((one) => one.speaker === rule.speaker);
    if (speaker === undefined || fired.includes(rule.name)) return [];
    const place = firstTurnOf(rule, speaker);
    return place === -1 ? [] : [alertOf(rule, speaker, place, conversation, rules.conversationId)];
  });
}

/** The same for a rule and a conversation, however often it is raised. */
export function alertId(ruleName: string, conversationId: string): string {
  return createHash("sha256").update(JSON.stringify([ruleName, conversationId])).digest("hex").slice(0, 32);
}

/** @returns the place among the speaker's turns, or -1. */
function firstTurnOf(rule: AlertRule, { trend, turns }: SpeakerTrend): number {
  switch (rule.kind) {
    case "negative-turns": {
      let inARow = 0;
      return turns.findIndex((turn) => {
        inARow = valenceOf(turn) <= rule.below ? inARow + 1 : 0;
        return inARow >= rule.turns;
      });
    }
    case "sharp-drop":
      return trend.findIndex((value, place) => Math.max(...trend.slice(Math.max(0, place - rule.withinTurns + 1), place + 1)) - value >= rule.drop);
    case "disagreement":
      return turns.findIndex(({ row }) => row?.fusion?.disagreement !== undefined && row.fusion.disagreement >= rule.from);
  }
}

function alertOf(rule: AlertRule, { speaker, trend, turns }: SpeakerTrend, place: number, conversation: Conversation, conversationId: string): Alert {
  const turn = turns[place]!;
  const { leading, occurredAt, row } = turn;
  const { channel, endMs, id, index, language, startMs } = leading;
  const { recording } = row ?? leading;
  return {
    schema: ALERT_VERSION,
    alertId: alertId(rule.name, conversationId),
    rule,
    conversationId,
    channel,
    ...(speaker !== undefined && { speaker }),
    language,
    at: row?.timings.classifiedAt ?? leading.classifiedAt,
    conversationStartedAt: conversation.turns[0]!.occurredAt,
    turn: {
      id,
      index,
      ...(startMs !== undefined && { startMs }),
      ...(endMs !== undefined && { endMs }),
      occurredAt,
      label: row?.sentiment.label ?? sentimentOfScores(turn.scores, "combined").label,
      scores: turn.scores,
      ...(row?.fusion !== undefined && { fusion: row.fusion }),
      flags: [...(row ?? leading).flags],
      resultId: (row ?? leading).resultId,
    },
    trend: Math.min(1, Math.max(-1, trend[place]!)),
    turns: place + 1,
    ...(recording !== undefined && { recording }),
  };
}
