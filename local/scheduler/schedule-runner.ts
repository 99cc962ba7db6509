import { AccessDeniedError, type Caller, type RequiredPermission, type ServiceRequest, type ServiceResponse } from "../service.ts";
import type { SqsEngine } from "../sqs/sqs-engine.ts";
import type { ScheduleDefinition } from "./schedule-definition.ts";

export interface ScheduleRunnerOptions {
  definition: ScheduleDefinition;
  /** The Redshift Data API. */
  service: { requiredPermissions(request: ServiceRequest): RequiredPermission[]; handle(request: ServiceRequest): Promise<ServiceResponse> };
  authorize: (caller: Caller, permissions: readonly RequiredPermission[]) => void;
  sqs: SqsEngine;
  endpoint: string;
  log: (line: string) => void;
}

/** Calls a schedule's target at its rate, as the schedule's role. Like the service, it starts with a first call at once. */
export class ScheduleRunner {
  readonly #options: ScheduleRunnerOptions;
  readonly #caller: Caller;
  #timer: NodeJS.Timeout | undefined;

  private constructor(options: ScheduleRunnerOptions) {
    this.#options = options;
    this.#caller = { roleArn: options.definition.roleArn, name: `Scheduler ${options.definition.name}` };
  }

  /** @throws AccessDeniedError when the role may not make the call: an hour later nobody would look. */
  static async start(options: ScheduleRunnerOptions): Promise<ScheduleRunner> {
    const runner = new ScheduleRunner(options);
    await runner.#call().catch((error: unknown) => {
      if (error instanceof AccessDeniedError) throw error;
      runner.#giveUp(error);
    });
    runner.#timer = setInterval(() => {
      void runner.#call().catch((error: unknown) => runner.#giveUp(error));
    }, options.definition.everyMilliseconds);
    return runner;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #call(): Promise<void> {
    const { definition, service, endpoint } = this.#options;
    const request: ServiceRequest = {
      method: "POST",
      path: "/",
      query: new URLSearchParams(),
      headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "RedshiftData.ExecuteStatement" },
      body: Buffer.from(JSON.stringify(definition.input)),
      caller: this.#caller,
      baseUrl: endpoint,
    };
    this.#options.authorize(this.#caller, service.requiredPermissions(request));
    const response = await service.handle(request);
    if (response.status >= 300) throw new Error(`HTTP ${response.status}: ${String(response.body ?? "")}`);
  }

  #giveUp(error: unknown): void {
    const { definition, sqs, log, authorize } = this.#options;
    log(`${definition.name}: the scheduled call failed: ${error instanceof Error ? error.message : String(error)}`);
    if (definition.deadLetterArn === undefined) return;
    try {
      authorize(this.#caller, [{ action: "sqs:SendMessage", resource: definition.deadLetterArn }]);
      sqs.send(sqs.queueNameOf(definition.deadLetterArn), [{ body: JSON.stringify(definition.input) }]);
    } catch (failure) {
      log(`${definition.name}: nor could its failure be kept: ${String(failure)}`);
    }
  }
}
