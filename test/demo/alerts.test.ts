import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import type { Alert } from "../../core/contracts/alert.ts";
import { alertLines, alertsTable, raisedAlerts } from "../../demo/alerts.ts";

const TOPIC = "arn:aws:sns:us-east-1:123456789012:valence-local-alerts";
const folder = mkdtempSync(join(tmpdir(), "valence-demo-alerts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ALERT: Alert = {
  schema: "valence.alert/1",
  alertId: "0".repeat(32),
  rule: { name: "customer-negative", kind: "negative-turns", speaker: "customer", turns: 3, below: -0.3 },
  conversationId: "chat <7>",
  channel: "chat",
  speaker: "customer",
  language: "en",
  at: "2026-03-02T10:00:00Z",
  conversationStartedAt: "2026-03-02T09:00:00Z",
  turn: { id: "message-3", index: 0, occurredAt: "2026-03-02T09:01:30Z", label: "negative", scores: { positive: 0.1, neutral: 0.2, negative: 0.7 }, flags: [], resultId: "1".repeat(32) },
  trend: -0.4,
  turns: 3,
};

describe("the demo's alerts", () => {
  it("are those of the topic's file, one of each", () => {
    expect(raisedAlerts(folder, TOPIC)).toEqual([]);
    mkdirSync(join(folder, "sns"));
    const line = JSON.stringify({ messageId: "m", publishedAt: "2026-03-02T10:00:01Z", message: { version: "0", detail: ALERT } });
    writeFileSync(join(folder, "sns", "valence-local-alerts.jsonl"), `${line}\n${line}\n`);
    expect(raisedAlerts(folder, TOPIC)).toEqual([ALERT]);
  });

  it("say which rule, where, and how far into the conversation", () => {
    expect(alertLines([ALERT], "alerts.jsonl", 90, (_, text) => text)).toEqual([
      "customer-negative     chat <7>                      1 min 30 s in, 3 customer turns, trend −0.40",
      "1 alert, each also a line of alerts.jsonl; rules and who is told: docs/alerts.md",
    ]);
    expect(alertsTable([{ ...ALERT, conversationStartedAt: ALERT.turn.occurredAt }])).toContain("<td>at the start, 3 customer turns");
    expect(alertLines([], "alerts.jsonl", 90, (_, text) => text)[0]).toBe("No conversation made a rule hold.");
    expect(alertsTable([ALERT])).toContain("<td>chat &lt;7&gt;</td>");
  });
});
