import type { LocalApplication } from "./assembly/local-application.ts";
import type { EventSource } from "./event-sources/start-event-source.ts";
import type { DeliveryStream } from "./firehose/delivery-stream.ts";
import type { FunctionFleet } from "./functions/function-fleet.ts";
import type { PolicyAuthorizer } from "./iam/policy-authorizer.ts";
import type { RedshiftWarehouse } from "./redshift-warehouse.ts";
import type { LocalStatus } from "./status.ts";
import { queueName, type StorageEngines } from "./storage-engines.ts";

export interface RunningParts {
  application: LocalApplication;
  authorizer: PolicyAuthorizer;
  fleet: FunctionFleet;
  engines: StorageEngines;
  warehouse: RedshiftWarehouse | undefined;
  sources: readonly EventSource[];
  deliveryStreams: readonly DeliveryStream[];
  transcribe: { stats(): { queued: number; running: number } };
}

export async function collectStatus(parts: RunningParts): Promise<LocalStatus> {
  const { application, authorizer, fleet, engines, warehouse, sources, deliveryStreams, transcribe } = parts;
  const streams: LocalStatus["streams"] = Object.fromEntries(
    application.ofType("AWS::Kinesis::Stream").map(({ id }) => [id, { ...engines.kinesis.stats(id), lag: {} }]),
  );
  for (const { mapping, lag } of sources) if (mapping.source === "kinesis") addLag(streams, mapping.sourceName, mapping.functionName, lag());
  for (const delivery of deliveryStreams) addLag(streams, delivery.sourceStream, `firehose ${delivery.name}`, delivery.lag());
  for (const { stream, consumer, lag } of (await warehouse?.lags()) ?? []) addLag(streams, stream, `warehouse ${consumer}`, lag);
  const status: LocalStatus = {
    streams,
    queues: Object.fromEntries(application.ofType("AWS::SQS::Queue").map((queue) => [queueName(queue), engines.sqs.stats(queueName(queue))])),
    consumedQueues: sources.filter(({ mapping }) => mapping.source === "sqs").map(({ mapping }) => mapping.sourceName),
    topics: engines.sns.stats(),
    functions: Object.fromEntries(fleet.hosts.map((host) => [host.definition.name, host.stats()])),
    metrics: fleet.metrics.sums(),
    deliveryStreams: Object.fromEntries(deliveryStreams.map((delivery) => [delivery.name, delivery.stats()])),
    transcriptionJobs: transcribe.stats(),
    denied: authorizer.denied(),
    unusedGrants: authorizer.unusedGrants().map(({ role, statement }) => ({
      role,
      actions: statement.Action ?? [],
      resources: statement.Resource ?? [],
    })),
    settled: false,
  };
  return { ...status, settled: unsettled(status, "all").length === 0 };
}

/** What is under way, in words. `work`: only what functions have to do; `all`: also what waits for the lake and the warehouse. */
export function unsettled(status: LocalStatus, scope: "work" | "all"): string[] {
  const lags = Object.entries(status.streams).flatMap(([stream, { lag }]) =>
    Object.entries(lag)
      .filter(([consumer, records]) => records > 0 && (scope === "all" || consumer in status.functions))
      .map(([consumer, records]) => `${consumer} has ${records} records of ${stream} to do`),
  );
  const queues = status.consumedQueues.flatMap((name) => {
    const { visible = 0, inFlight = 0, delayed = 0 } = status.queues[name] ?? {};
    return visible + inFlight + delayed === 0 ? [] : [`${name} holds ${visible} messages, ${inFlight} in flight, ${delayed} delayed`];
  });
  const { queued, running } = status.transcriptionJobs;
  const transcriptions = queued + running === 0 ? [] : [`${running} transcription jobs are in progress, ${queued} are queued`];
  return [...lags, ...queues, ...transcriptions];
}

function addLag(streams: LocalStatus["streams"], stream: string, consumer: string, records: number): void {
  const entry = streams[stream];
  if (entry !== undefined) entry.lag[consumer] = records;
}
