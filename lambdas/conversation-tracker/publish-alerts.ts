import { PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { type Alert, ALERT_DETAIL_TYPE, ALERT_SOURCE } from "../../core/contracts/alert.ts";
import { deliverInBatches } from "../shared/deliver-in-batches.ts";
import { eventBridgeClient } from "./eventbridge-client.ts";

/** PutEvents: 10 entries and 1 MiB a call; an alert has a few KiB. */
const LIMITS = { entries: 10, bytes: 1024 * 1024, inFlight: 1 } as const;

interface Entry {
  alert: Alert;
  detail: string;
}

/** @throws Error when the bus did not take an alert; some of the others may be on it. */
export async function publishAlerts(busName: string, alerts: readonly Alert[], signal: AbortSignal): Promise<void> {
  const unpublished = await deliverInBatches<Entry>({
    entries: alerts.map((alert) => ({ alert, detail: JSON.stringify(alert) })),
    bytesOf: ({ detail }) => Buffer.byteLength(detail),
    limits: LIMITS,
    signal,
    call: async (batch, abortSignal) => {
      const Entries = batch.map(({ alert, detail }) => ({ EventBusName: busName, Source: ALERT_SOURCE, DetailType: ALERT_DETAIL_TYPE, Time: new Date(alert.at), Detail: detail }));
      const answer = await (await eventBridgeClient()).send(new PutEventsCommand({ Entries }), { abortSignal });
      // EventBridge answers 200 even when it took nothing: only an event's id says that it was taken.
      return (answer.Entries ?? []).map((entry) => (entry.EventId === undefined ? `${entry.ErrorCode ?? "unknown"}: ${entry.ErrorMessage ?? ""}` : undefined));
    },
  });
  const [reason] = unpublished.values();
  if (reason !== undefined) throw new Error(`an alert is not on the bus ${busName}: ${reason}`);
}
