import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readCloudAssembly } from "./assembly/cloud-assembly.ts";
import { type LocalApplication, resolveApplication } from "./assembly/local-application.ts";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "./assembly/pseudo-parameters.ts";
import { CloudFormationService } from "./cloudformation/cloudformation-service.ts";
import { CustomResourceState } from "./custom-resources/custom-resource-state.ts";
import { ANSWER_ROUTE, CustomResourceDeployment, customResources } from "./custom-resources/deploy-custom-resources.ts";
import { DynamoDbService } from "./dynamodb/dynamodb-service.ts";
import { tableDefinitions } from "./dynamodb/table-definition.ts";
import { TableStore } from "./dynamodb/table-store.ts";
import { lockDataFolder } from "./data-folder-lock.ts";
import { CheckpointStore } from "./event-sources/checkpoint-store.ts";
import { eventSourceMapping } from "./event-sources/event-source-mapping.ts";
import { pollingPermissions } from "./event-sources/polling-permissions.ts";
import { type EventSource, startEventSource } from "./event-sources/start-event-source.ts";
import { deliveryStreamDefinition } from "./firehose/delivery-stream-definition.ts";
import { DeliveryStream } from "./firehose/delivery-stream.ts";
import { openEventBuses } from "./events/event-buses.ts";
import { EventsService } from "./events/events-service.ts";
import { freePort } from "./free-port.ts";
import { FunctionFleet } from "./functions/function-fleet.ts";
import type { FaultPlan } from "./gateway/faults.ts";
import { startGateway } from "./gateway/gateway.ts";
import { PolicyAuthorizer } from "./iam/policy-authorizer.ts";
import { requirePermissions } from "./iam/require-permissions.ts";
import { secretKeyPermissions } from "./iam/secret-keys.ts";
import { synthesizedRoles } from "./iam/synthesized-roles.ts";
import { KinesisService } from "./kinesis/kinesis-service.ts";
import { RedshiftWarehouse } from "./redshift-warehouse.ts";
import { notifyEventBus } from "./events/notify-event-bus.ts";
import { S3Service } from "./s3/s3-service.ts";
import { endpointDefinition } from "./sagemaker/endpoint-definition.ts";
import { SageMakerRuntimeService } from "./sagemaker/sagemaker-runtime-service.ts";
import { openTranscribe } from "./transcribe/open-transcribe.ts";
import { ScheduleRunner } from "./scheduler/schedule-runner.ts";
import { scheduleDefinition } from "./scheduler/schedule-definition.ts";
import type { Caller, LocalService, ServiceResponse } from "./service.ts";
import { SqsService } from "./sqs/sqs-service.ts";
import { openStorageEngines } from "./storage-engines.ts";
import type { LocalStatus } from "./status.ts";
import { collectStatus, unsettled } from "./collect-status.ts";
import { StsService } from "./sts/sts-service.ts";

export interface LocalCloudOptions {
  /** A synthesized cloud assembly, `cdk.out`. */
  assemblyFolder: string;
  /** Everything the run keeps: streams, queues, buckets, warehouse, checkpoints, logs. */
  dataFolder: string;
  /** 0 chooses a free one. */
  port: number;
  faults?: FaultPlan;
  /** The most worker threads of one function; default: the machine's processors but one, which the services themselves keep busy. */
  concurrency?: number;
  /** Stand-ins for services that a run does not have itself, such as hosted models: reached and judged by the roles' policies like the others. */
  furtherServices?: readonly LocalService[];
  /** Transcription jobs in progress at a time; default: Transcribe's own quota, 250. */
  transcriptionQuota?: number;
  /** A file with Whisper's weights: it writes down what has no transcript beside it. */
  whisperModel?: string;
  log?: (line: string) => void;
}

export interface LocalCloud {
  endpoint: string;
  /** CloudFormation outputs of all stacks. */
  outputs: Record<string, string>;
  status(): Promise<LocalStatus>;
  /**
   * Waits until every stream is read, every queue with a consumer empty, Firehose flushed and the views refreshed.
   * @throws after the time-out (default two minutes), naming what is still under way.
   */
  settled(options?: { timeoutMs?: number }): Promise<LocalStatus>;
  stop(): Promise<void>;
}

const OWNER: Caller = { roleArn: null, name: "the owner" };
const SETTLE_TIMEOUT_MS = 120_000;
const SETTLE_INTERVAL_MS = 100;

/**
 * Runs the synthesized application on this machine: the composition root of `local/`. Goes on where an earlier run on the
 * same data folder ended, however it ended.
 * @throws when a template holds what cannot run here, a role lacks what the services do in its name, a custom resource
 * fails, the port is taken or the data folder is in use.
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const dataFolder = resolve(options.dataFolder);
  const closers: (() => void | Promise<void>)[] = [lockDataFolder(dataFolder)];
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    stopping ??= (async () => {
      for (const close of closers.reverse()) await close();
    })();
    await stopping;
  };
  try {
    return await start({ ...options, dataFolder }, closers, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** @param closers gets how to end each part, in the order of their start. */
async function start(options: LocalCloudOptions, closers: (() => void | Promise<void>)[], stop: () => Promise<void>): Promise<LocalCloud> {
  const { dataFolder } = options;
  const log = options.log ?? ((line: string) => console.error(line));
  const port = await freePort(options.port);
  const endpoint = `http://127.0.0.1:${port}`;
  const customState = new CustomResourceState(join(dataFolder, "custom-resources.json"));
  const application = resolveApplication(readCloudAssembly(options.assemblyFolder), {
    endpoint,
    customAttribute: (stackName, logicalId, attribute) => customState.get(stackName, logicalId)?.data[attribute],
  });
  const authorizer = new PolicyAuthorizer(synthesizedRoles(application), secretKeyPermissions(application));

  const mappings = application.ofType("AWS::Lambda::EventSourceMapping").flatMap((resource) => eventSourceMapping(resource) ?? []);
  const custom = customResources(application);
  const fleet = new FunctionFleet({
    application,
    invoked: invokedFunctions(application, mappings.map((mapping) => mapping.functionName), custom.map(({ properties }) => String(properties["ServiceToken"]))),
    authorizer,
    endpoint,
    dataFolder,
    concurrency: options.concurrency ?? Math.max(1, availableParallelism() - 1),
  });
  closers.push(() => fleet.stop());
  for (const mapping of mappings) {
    const { roleArn, name } = fleet.host(mapping.functionName).definition;
    requirePermissions(authorizer, { roleArn, name }, pollingPermissions(mapping, application));
  }
  const deliveries = application.ofType("AWS::KinesisFirehose::DeliveryStream").map((resource) => deliveryStreamDefinition(resource, application));
  for (const { roleArn, name, permissions } of deliveries) {
    authorizer.expectRole(roleArn, `Firehose ${name}`);
    requirePermissions(authorizer, { roleArn, name: `Firehose ${name}` }, permissions);
  }
  const schedules = application.ofType("AWS::Scheduler::Schedule").flatMap((resource) => scheduleDefinition(resource) ?? []);
  for (const { roleArn, name } of schedules) authorizer.expectRole(roleArn, `Scheduler ${name}`);

  const engines = openStorageEngines(application, dataFolder);
  closers.push(() => {
    engines.kinesis.close();
    engines.sqs.close();
  });
  const tables = tableDefinitions(application);
  const tableStore = tables.length === 0 ? undefined : await TableStore.open(join(dataFolder, "dynamodb"), tables);
  if (tableStore !== undefined) closers.push(() => tableStore.close());
  const { serviceEvents, buses } = openEventBuses(application, engines);
  notifyEventBus(serviceEvents, engines.s3, application);
  const endpoints = application.ofType("AWS::SageMaker::Endpoint").map((resource) => endpointDefinition(resource, application));
  for (const { roleArn, name, permissions } of endpoints) {
    authorizer.expectRole(roleArn, `SageMaker ${name}`);
    requirePermissions(authorizer, { roleArn, name: `SageMaker ${name}` }, permissions);
  }
  const sageMaker = new SageMakerRuntimeService({ endpoints, s3: engines.s3, authorizer, dataFolder, log });
  closers.push(() => sageMaker.stop());
  const { transcriptionQuota: quota, whisperModel } = options;
  const { service: transcribe, close: closeTranscribe } = openTranscribe({ application, authorizer, dataFolder, log, publish: (event) => serviceEvents.publish(event), quota, s3: engines.s3, whisperModel });
  closers.push(closeTranscribe);
  const warehouse = await RedshiftWarehouse.open(application, engines.kinesis, authorizer, dataFolder);
  if (warehouse !== undefined) closers.push(() => warehouse.engine.close());

  const deployment = new CustomResourceDeployment(customState);
  const sources: EventSource[] = [];
  const deliveryStreams: DeliveryStream[] = [];
  const parts = { application, authorizer, fleet, engines, warehouse, sources, deliveryStreams, transcribe };
  // The gateway answers before the event sources read: the migrations need it. Until then nothing is settled.
  let started = false;
  const status = async (): Promise<LocalStatus> => {
    const collected = await collectStatus(parts);
    return { ...collected, settled: started && collected.settled };
  };
  const settled = async ({ timeoutMs = SETTLE_TIMEOUT_MS }: { timeoutMs?: number } = {}): Promise<LocalStatus> => {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      // While the functions are at work, flushing would only make many small files.
      if (started && unsettled(await status(), "work").length === 0) {
        for (const delivery of deliveryStreams) await delivery.flush();
        await warehouse?.refresh();
      }
      const now = await status();
      if (now.settled) return now;
      if (Date.now() > deadline) throw new NotSettledError(timeoutMs, started ? unsettled(now, "all") : ["the deployment is still under way"]);
      await delay(SETTLE_INTERVAL_MS);
    }
  };
  const gateway = await startGateway({
    port,
    services: [
      new KinesisService(engines.kinesis),
      new SqsService(engines.sqs),
      new EventsService(buses),
      new S3Service(engines.s3, authorizer),
      ...(tableStore === undefined ? [] : [new DynamoDbService(tableStore, tables)]),
      sageMaker,
      transcribe,
      new StsService({ accountId: LOCAL_ACCOUNT_ID }),
      new CloudFormationService({
        stacks: Object.entries(application.stackOutputs).map(([name, outputs]) => ({ name, outputs })),
        region: LOCAL_REGION,
        accountId: LOCAL_ACCOUNT_ID,
      }),
      ...(warehouse === undefined ? [] : [warehouse.dataApi, warehouse.controlApi]),
      ...(options.furtherServices ?? []),
    ],
    authorizer,
    callerOf: (accessKeyId) => fleet.callerOf(accessKeyId) ?? OWNER,
    ...(options.faults === undefined ? {} : { faults: options.faults }),
    routes: {
      "/_valence/status": async () => json(await status()),
      "/_valence/settle": ({ body }) => settleRoute(settled, body),
      [ANSWER_ROUTE]: (request) => deployment.answer(request),
    },
    onInternalError: (error, where) => log(`gateway: ${where}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  });
  closers.push(() => gateway.close());

  for (const resource of custom) await deployment.deploy(resource, endpoint, (token) => fleet.hostByArn(token));
  // A deployment's helpers have nothing to do until the next one; their threads would only hold memory.
  for (const { properties } of custom) await fleet.hostByArn(String(properties["ServiceToken"]))?.retire();
  for (const mapping of mappings) {
    const source = startEventSource({ mapping, host: fleet.host(mapping.functionName), engines, application, authorizer, dataFolder, log });
    sources.push(source);
    closers.push(() => source.stop());
  }
  for (const definition of deliveries) {
    const caller = { roleArn: definition.roleArn, name: `Firehose ${definition.name}` };
    const delivery = new DeliveryStream({
      definition,
      kinesis: engines.kinesis,
      s3: engines.s3,
      checkpoints: new CheckpointStore(join(dataFolder, "checkpoints", `firehose.${definition.name}.json`)),
      temporaryFolder: join(dataFolder, "firehose", definition.name),
      authorize: (permissions) => authorizer.authorize(caller, permissions),
      log,
    });
    deliveryStreams.push(delivery);
    closers.push(() => delivery.stop());
  }
  if (warehouse !== undefined) {
    for (const definition of schedules) {
      const runner = await ScheduleRunner.start({
        definition,
        service: warehouse.dataApi,
        authorize: (caller, permissions) => authorizer.authorize(caller, permissions),
        sqs: engines.sqs,
        endpoint,
        log,
      });
      closers.push(() => runner.stop());
    }
  }
  started = true;
  return { endpoint, outputs: application.outputs, status, settled, stop };
}

function invokedFunctions(application: LocalApplication, names: readonly string[], serviceTokens: readonly string[]): Set<string> {
  const arns = application
    .ofType("AWS::Lambda::Function")
    .filter((resource) => names.includes(resource.id))
    .map((resource) => String(resource.attribute("Arn")));
  return new Set([...arns, ...serviceTokens]);
}

/** What `settled()` throws when its time is over: the work itself goes on. */
export class NotSettledError extends Error {
  override readonly name = "NotSettledError";

  constructor(timeoutMs: number, underWay: readonly string[]) {
    super(`The local run did not settle within ${timeoutMs / 1000} s: ${underWay.join("; ")}`);
  }
}

async function settleRoute(settled: LocalCloud["settled"], body: Buffer): Promise<ServiceResponse> {
  try {
    return json(await settled(body.length === 0 ? {} : (JSON.parse(body.toString("utf8")) as { timeoutMs?: number })));
  } catch (error) {
    if (error instanceof NotSettledError) return json({ message: error.message }, 504);
    throw error;
  }
}

function json(value: unknown, status = 200): ServiceResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(value) };
}
