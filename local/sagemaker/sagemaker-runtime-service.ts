import { randomUUID } from "node:crypto";
import { arn } from "../assembly/pseudo-parameters.ts";
import type { S3Engine } from "../s3/s3-engine.ts";
import { type Authorizer, type LocalService, type RequiredPermission, ServiceError, type ServiceRequest, type ServiceResponse } from "../service.ts";
import { type EndpointDefinition, s3Address } from "./endpoint-definition.ts";
import { ModelProcess } from "./model-process.ts";

export interface SageMakerRuntimeOptions {
  endpoints: readonly EndpointDefinition[];
  s3: S3Engine;
  authorizer: Authorizer;
  dataFolder: string;
  log: (line: string) => void;
}

interface Served {
  definition: EndpointDefinition;
  process: ModelProcess;
  underWay: number;
}

// How long SageMaker waits for a container: a real-time or serverless call, and an asynchronous one.
const CALL_MS = 60_000;
const ASYNCHRONOUS_CALL_MS = 3_600_000;

/** SageMaker Runtime: InvokeEndpoint and InvokeEndpointAsync in front of the templates' own containers. */
export class SageMakerRuntimeService implements LocalService {
  readonly signingName = "sagemaker";
  readonly #options: SageMakerRuntimeOptions;
  readonly #served: ReadonlyMap<string, Served>;

  constructor(options: SageMakerRuntimeOptions) {
    this.#options = options;
    this.#served = new Map(
      options.endpoints.map((definition) => [definition.name, { definition, process: new ModelProcess({ endpoint: definition, dataFolder: options.dataFolder, log: options.log }), underWay: 0 }]),
    );
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#served.values()].map(({ process }) => process.stop()));
  }

  requiredPermissions(request: ServiceRequest): RequiredPermission[] {
    const { name, operation } = readPath(request);
    return [{ action: `sagemaker:${operation}`, resource: arn("sagemaker", `endpoint/${name.toLowerCase()}`) }];
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const { name, operation } = readPath(request);
    const served = this.#served.get(name);
    if (served === undefined) throw new ServiceError("ValidationError", `Endpoint ${name} of account not found.`);
    if (served.definition.container === undefined) throw new ServiceError("ServiceUnavailable", `The image or the model of endpoint ${name} is not part of this cloud assembly: nothing serves it on this machine.`, 503);
    const asynchronous = served.definition.hosting === "async";
    if (asynchronous !== (operation === "InvokeEndpointAsync")) {
      throw new ServiceError("ValidationError", `Endpoint ${name} is ${asynchronous ? "asynchronous: call InvokeEndpointAsync" : "not asynchronous: call InvokeEndpoint"}.`);
    }
    return asynchronous ? this.#accept(served, request) : this.#invoke(served, request);
  }

  renderError({ code, message, status }: ServiceError): ServiceResponse {
    return { status, headers: { "content-type": "application/json", "x-amzn-errortype": code }, body: JSON.stringify({ Message: message, message }) };
  }

  async #invoke(served: Served, { body, headers }: ServiceRequest): Promise<ServiceResponse> {
    const { maximumBodyBytes, maximumConcurrency, variant } = served.definition;
    if (body.length > maximumBodyBytes) throw new ServiceError("ValidationError", `The request has ${body.length} bytes; this endpoint takes ${maximumBodyBytes}.`, 413);
    if (served.underWay >= maximumConcurrency) throw new ServiceError("ThrottlingException", "Rate exceeded: the serverless endpoint's concurrency is used up.", 429);
    served.underWay += 1;
    try {
      const answer = await call(served, body, headers["content-type"] ?? "application/octet-stream", CALL_MS);
      if (answer.status === 200) return { status: 200, headers: { "content-type": answer.contentType, "x-amzn-invoked-production-variant": variant }, body: answer.body };
      return modelError(answer);
    } finally {
      served.underWay -= 1;
    }
  }

  /** Takes the call, works on it afterwards, and leaves answer or failure in S3, all with the endpoint's role. */
  #accept(served: Served, { headers }: ServiceRequest): ServiceResponse {
    const { failurePath, outputPath } = served.definition;
    const input = headers["x-amzn-sagemaker-inputlocation"] ?? "";
    if (!input.startsWith("s3://")) throw new ServiceError("ValidationError", `InputLocation must be an S3 URI, not ${input.slice(0, 100)}.`);
    const inferenceId = headers["x-amzn-sagemaker-inference-id"] ?? randomUUID();
    const name = randomUUID();
    const output = `${trimmed(outputPath ?? "")}/${name}.out`;
    const failure = failurePath === undefined ? undefined : `${trimmed(failurePath)}/${name}-error.out`;
    void this.#work(served, { input, output, failure, contentType: headers["x-amzn-sagemaker-content-type"] ?? "application/octet-stream" }).catch((error: unknown) => {
      this.#options.log(`endpoint ${served.definition.name}: asynchronous call ${inferenceId}: ${error instanceof Error ? error.message : String(error)}`);
    });
    return {
      status: 202,
      headers: { "content-type": "application/json", "x-amzn-sagemaker-outputlocation": output, ...(failure === undefined ? {} : { "x-amzn-sagemaker-failurelocation": failure }) },
      body: JSON.stringify({ InferenceId: inferenceId }),
    };
  }

  async #work(served: Served, { contentType, failure, input, output }: { input: string; output: string; failure: string | undefined; contentType: string }): Promise<void> {
    const { s3 } = this.#options;
    const source = s3Address(input);
    this.#authorize(served, "s3:GetObject", source, "kms:Decrypt");
    const answer = await call(served, await s3.get(source.bucket, source.key), contentType, ASYNCHRONOUS_CALL_MS);
    const location = answer.status === 200 ? output : failure;
    if (location === undefined) return;
    const target = s3Address(location);
    this.#authorize(served, "s3:PutObject", target, "kms:GenerateDataKey");
    await s3.put(target.bucket, target.key, answer.body, { contentType: answer.contentType });
  }

  #authorize({ definition }: Served, action: string, { bucket, key }: { bucket: string; key: string }, keyAction: string): void {
    const { kmsKeyArn } = this.#options.s3.bucket(bucket);
    this.#options.authorizer.authorize({ roleArn: definition.roleArn, name: `SageMaker ${definition.name}` }, [
      { action, resource: `arn:aws:s3:::${bucket}/${key}` },
      ...(kmsKeyArn === undefined ? [] : [{ action: keyAction, resource: kmsKeyArn }]),
    ]);
  }
}

interface ContainerAnswer {
  status: number;
  contentType: string;
  body: Buffer;
}

async function call({ definition, process }: Served, body: Buffer, contentType: string, timeoutMs: number): Promise<ContainerAnswer> {
  let url: string;
  try {
    url = await process.url();
  } catch (error) {
    throw new ServiceError("ServiceUnavailable", `Endpoint ${definition.name}: ${error instanceof Error ? error.message : String(error)}`, 503);
  }
  try {
    const answer = await fetch(`${url}/invocations`, { method: "POST", headers: { "content-type": contentType }, body: new Uint8Array(body), signal: AbortSignal.timeout(timeoutMs) });
    return { status: answer.status, contentType: answer.headers.get("content-type") ?? "application/octet-stream", body: Buffer.from(await answer.arrayBuffer()) };
  } catch (error) {
    const timedOut = error instanceof Error && error.name === "TimeoutError";
    return { status: timedOut ? 504 : 502, contentType: "text/plain", body: Buffer.from(timedOut ? "Your invocation timed out while waiting for a response from the container." : "The connection to the container broke.") };
  }
}

/** What SageMaker makes of a container's refusal: status 424, with the container's own inside. */
function modelError({ body, status }: ContainerAnswer): ServiceResponse {
  const original = body.toString("utf8").slice(0, 1_000);
  const message = `Received ${status < 500 ? "client" : "server"} error (${status}) from primary with message "${original}".`;
  return {
    status: 424,
    headers: { "content-type": "application/json", "x-amzn-errortype": "ModelError" },
    body: JSON.stringify({ Message: message, OriginalStatusCode: status, OriginalMessage: original, LogStreamArn: "" }),
  };
}

function readPath({ method, path }: ServiceRequest): { name: string; operation: "InvokeEndpoint" | "InvokeEndpointAsync" } {
  const [, name, kind] = /^\/endpoints\/([^/]+)\/(invocations|async-invocations)$/u.exec(path) ?? [];
  if (method !== "POST" || name === undefined) throw new ServiceError("UnknownOperationException", `The local sagemaker serves InvokeEndpoint and InvokeEndpointAsync, not ${method} ${path}.`, 404);
  return { name: decodeURIComponent(name), operation: kind === "invocations" ? "InvokeEndpoint" : "InvokeEndpointAsync" };
}

function trimmed(path: string): string {
  return path.replace(/\/$/u, "");
}
