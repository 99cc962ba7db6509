import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { lengthText, signedText } from "../cli/conversation-timeline.ts";
import { cutToWidth, padToWidth } from "../cli/table.ts";
import { type Paint, plural, wrapped } from "../cli/terminal.ts";
import { type Alert, AlertSchema } from "../core/contracts/alert.ts";
import { htmlTable } from "./html-text.ts";

/** A line of the topic's file: what it was sent, an event of the alerts' bus. */
const PublishedSchema = z.object({ message: z.object({ detail: AlertSchema }) });

/** Alerts in the order in which the topic got them, each once: delivery is at least once. */
export function raisedAlerts(dataFolder: string, topicArn: string): Alert[] {
  const file = alertsFile(dataFolder, topicArn);
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").filter((line) => line !== "");
  const alerts = lines.map((line) => PublishedSchema.parse(JSON.parse(line)).message.detail);
  return [...new Map(alerts.map((alert) => [alert.alertId, alert])).values()];
}

export function alertsFile(dataFolder: string, topicArn: string): string {
  return join(dataFolder, "sns", `${topicArn.split(":").at(-1)}.jsonl`);
}

/** Lines of at most `width` columns. */
export function alertLines(alerts: readonly Alert[], file: string, width: number, paint: Paint): string[] {
  const lines = alerts.map((alert) => {
    const [rule = "", conversation = "", when = ""] = alertCells(alert);
    return `${paint("bold", padToWidth(cutToWidth(rule, 20), 22))}${padToWidth(cutToWidth(conversation, 28), 30)}${when}`;
  });
  return [...(lines.length === 0 ? ["No conversation made a rule hold."] : lines), ...wrapped(`${plural(alerts.length, "alert")}, each also a line of ${file}; rules and who is told: docs/alerts.md`, width).map((line) => paint("dim", line))];
}

export function alertsTable(alerts: readonly Alert[]): string {
  return htmlTable(["rule", "conversation", "when"], alerts.map(alertCells));
}

function alertCells({ conversationId, conversationStartedAt, rule, trend, turn, turns }: Alert): string[] {
  const into = Date.parse(turn.occurredAt) - Date.parse(conversationStartedAt);
  return [rule.name, conversationId, `${into > 0 ? `${lengthText(into)} in` : "at the start"}, ${plural(turns, `${rule.speaker} turn`)}, trend ${signedText(trend).trim()}`];
}
