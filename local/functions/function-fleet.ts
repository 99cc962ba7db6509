import { join } from "node:path";
import type { LocalApplication } from "../assembly/local-application.ts";
import { arn } from "../assembly/pseudo-parameters.ts";
import { requirePermissions } from "../iam/require-permissions.ts";
import type { PolicyAuthorizer } from "../iam/policy-authorizer.ts";
import type { Caller } from "../service.ts";
import { EmbeddedMetrics } from "./embedded-metrics.ts";
import { functionDefinition } from "./function-definition.ts";
import { FunctionHost } from "./function-host.ts";
import { FunctionLog } from "./function-log.ts";
import { credentialsOf, functionVariables } from "./function-variables.ts";
import { unpackBundle } from "./unpack-bundle.ts";

export interface FunctionFleetOptions {
  application: LocalApplication;
  /** ARNs of the functions that something here invokes; others (helpers of the CDK, say) never start. */
  invoked: ReadonlySet<string>;
  authorizer: PolicyAuthorizer;
  endpoint: string;
  dataFolder: string;
  /** The most worker threads of one function. */
  concurrency: number;
}

/** All functions of the application that run here, with their logs, their metrics and the keys they sign with. */
export class FunctionFleet {
  readonly metrics = new EmbeddedMetrics();
  readonly #hosts = new Map<string, FunctionHost>();
  readonly #logs: FunctionLog[] = [];
  readonly #callers = new Map<string, Caller>();

  /** @throws for a function that cannot run here, or whose role could not even write its logs. */
  constructor(options: FunctionFleetOptions) {
    const { application, authorizer, dataFolder, endpoint } = options;
    for (const resource of application.ofType("AWS::Lambda::Function")) {
      if (!options.invoked.has(String(resource.attribute("Arn")))) continue;
      const definition = functionDefinition(resource, application);
      const caller = { roleArn: definition.roleArn, name: definition.name };
      authorizer.expectRole(definition.roleArn, definition.name);
      requirePermissions(authorizer, caller, runtimePermissions(definition.logGroup, definition.traced));
      const folder = join(dataFolder, "functions");
      const codeFolder = unpackBundle(definition.codeFolder, folder);
      const log = new FunctionLog(join(dataFolder, "logs", `${definition.name}.log`));
      this.#logs.push(log);
      this.#callers.set(credentialsOf(definition.name).accessKeyId, caller);
      const host = new FunctionHost({
        definition,
        codeFolder,
        variables: functionVariables(definition, endpoint, codeFolder, folder),
        concurrency: options.concurrency,
        onLog: (text) => {
          log.write(text);
          this.metrics.add(text);
        },
      });
      this.#hosts.set(definition.name, host);
    }
  }

  get hosts(): FunctionHost[] {
    return [...this.#hosts.values()];
  }

  /** @throws when nothing of that name runs here. */
  host(name: string): FunctionHost {
    const host = this.#hosts.get(name);
    if (host === undefined) throw new Error(`There is no function ${name} here; there are: ${[...this.#hosts.keys()].join(", ") || "none"}`);
    return host;
  }

  hostByArn(functionArn: string): FunctionHost | undefined {
    return this.hosts.find((host) => host.definition.arn === functionArn);
  }

  callerOf(accessKeyId: string | undefined): Caller | undefined {
    return accessKeyId === undefined ? undefined : this.#callers.get(accessKeyId);
  }

  async stop(): Promise<void> {
    await Promise.all(this.hosts.map((host) => host.stop()));
    for (const log of this.#logs) log.close();
  }
}

/** What Lambda does in the function's name around the handler. Without it, an account would lose the logs without a word. */
function runtimePermissions(logGroup: string, traced: boolean): { action: string; resource: string }[] {
  const stream = arn("logs", `log-group:${logGroup}:log-stream:any`);
  return [
    { action: "logs:CreateLogStream", resource: stream },
    { action: "logs:PutLogEvents", resource: stream },
    ...(traced ? ["xray:PutTraceSegments", "xray:PutTelemetryRecords"].map((action) => ({ action, resource: "*" })) : []),
  ];
}
