import type { StartTaskContactRequest } from "@aws-sdk/client-connect";
import type { Alert } from "../../core/contracts/alert.ts";
import { contactIdOf } from "./contact-id.ts";

/** The task that a supervisor gets of an alert. The token makes it one task, however often the alert is delivered. */
export function taskOf(alert: Alert, of: { instanceId: string; flowId: string; attributePrefix: string }): StartTaskContactRequest {
  const { alertId, conversationId, recording, rule, trend, turn } = alert;
  const contactId = contactIdOf(conversationId);
  const attributes = { alert: rule.name, alert_id: alertId, conversation: conversationId, trend: trend.toFixed(2), label: turn.label };
  return {
    InstanceId: of.instanceId,
    ContactFlowId: of.flowId,
    ClientToken: alertId,
    Name: `${rule.name}: ${reasonOf(alert)}`,
    Description: descriptionOf(alert),
    References: {
      Conversation: { Type: "STRING", Value: conversationId },
      ...(recording !== undefined && { Recording: { Type: "STRING", Value: recording } }),
      Result: { Type: "STRING", Value: turn.resultId },
    },
    Attributes: Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`${of.attributePrefix}${name}`, value])),
    // Related, not previous: attributes of the task stay the task's own, and a call may have any number of tasks.
    ...(contactId !== undefined && { RelatedContactId: contactId }),
  };
}

function reasonOf({ rule }: Alert): string {
  switch (rule.kind) {
    case "negative-turns":
      return `the ${rule.speaker} was negative in ${rule.turns === 1 ? "a turn" : `${rule.turns} turns in a row`}`;
    case "sharp-drop":
      return `the ${rule.speaker}'s trend fell by ${rule.drop} or more within ${rule.withinTurns} turns`;
    case "disagreement":
      return `the ${rule.speaker}'s words and voice disagree by ${rule.from} or more`;
  }
}

/** Not the turn's number: messages of a chat all have 0, and Contact Lens's turns a time. */
function descriptionOf(alert: Alert): string {
  const { conversationStartedAt, language, trend, turn, turns } = alert;
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const sides = (["text", "voice"] as const).flatMap((side) => {
    const scores = turn.fusion?.[side];
    return scores === undefined ? [] : [`${side === "text" ? "Words" : "Voice"}: ${percent(scores.positive)} positive, ${percent(scores.negative)} negative.`];
  });
  return [
    `${capitalised(reasonOf(alert))}.`,
    `The turn at ${turn.occurredAt}${turn.startMs === undefined ? "" : ` (${(turn.startMs / 1_000).toFixed(1)} s into the recording)`}: ${turn.label}, ${percent(turn.scores[turn.label])}.`,
    ...sides,
    `Trend ${trend.toFixed(2)} after ${turns} ${turns === 1 ? "turn" : "turns"} (from −1, negative, to 1).`,
    `The conversation began at ${conversationStartedAt}, language ${language}.`,
  ].join(" ");
}

function capitalised(sentence: string): string {
  return `${sentence[0]!.toUpperCase()}${sentence.slice(1)}`;
}
