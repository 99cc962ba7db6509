import { randomUUID } from "node:crypto";
import { ServiceError, type Authorizer, type Caller, type LocalService, type ServiceRequest, type ServiceResponse } from "../service.ts";
import { breakConnection } from "./break-connection.ts";
import { readCredentialScope, renderGatewayError } from "./credential-scope.ts";
import { FaultSource, type FaultKind, type FaultPlan } from "./faults.ts";
import { canFailInPart, handleInPart } from "./partial-failure.ts";
import { listenBothProtocols, type AnyRequest, type AnyResponse } from "./protocol-switch.ts";
import { readBody, readHead, type RequestHead } from "./request-reader.ts";

const HUNG_CALL_MS = 6_000;
const ROUTES_PREFIX = "/_valence/";

/** A request outside the AWS API, e.g. `GET /_valence/status`. */
export type RouteRequest = Omit<ServiceRequest, "caller">;
export type Route = (request: RouteRequest) => Promise<ServiceResponse>;

export interface GatewayOptions {
  /** 0 chooses a free one. */
  port: number;
  services: readonly LocalService[];
  authorizer: Authorizer;
  callerOf: (accessKeyId: string | undefined) => Caller;
  faults?: FaultPlan;
  /** Full paths under `/_valence/`. */
  routes?: Record<string, Route>;
  /** What goes wrong in this program rather than in a request; default: standard error. */
  onInternalError?: (error: unknown, where: string) => void;
}

export interface Gateway {
  port: number;
  url: string;
  /** How many faults of each kind were injected so far. */
  faults: Readonly<Record<FaultKind, number>> | undefined;
  close(): Promise<void>;
}

/** Starts the one endpoint of all local services, open to this machine only. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const gateway = new RunningGateway(options);
  const server = await listenBothProtocols(options.port, (request, response) => void gateway.serve(request, response));
  return { port: server.port, url: `http://127.0.0.1:${server.port}`, faults: gateway.faults?.injected, close: () => server.close() };
}

class RunningGateway {
  readonly faults: FaultSource | undefined;
  readonly #options: GatewayOptions;
  readonly #services: ReadonlyMap<string, LocalService>;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#services = new Map(options.services.map((service) => [service.signingName, service]));
    this.faults = options.faults === undefined ? undefined : new FaultSource(options.faults);
  }

  /** Never rejects: whatever goes wrong becomes an answer or a broken connection. */
  async serve(request: AnyRequest, response: AnyResponse): Promise<void> {
    const requestId = randomUUID();
    response.on("error", () => undefined);
    request.on("error", () => undefined);
    try {
      const answer = await this.#answer(request);
      if (answer === undefined) return;
      respond(response, answer, requestId);
    } catch (error) {
      // A client that hung up in the middle of its body is no fault of this program.
      if (request.readableAborted || response.destroyed) return;
      this.#report(error, `${request.method} ${request.url}`);
      respond(response, { status: 500, headers: { "content-type": "text/plain" }, body: "The local gateway failed; its log says why." }, requestId);
    }
  }

  /** Undefined when the connection was broken on purpose. */
  async #answer(request: AnyRequest): Promise<ServiceResponse | undefined> {
    let head: RequestHead | undefined;
    let service: LocalService | undefined;
    let read: ServiceRequest | undefined;
    try {
      head = readHead(request);
      if (head.path.startsWith(ROUTES_PREFIX)) return await this.#serveRoute(head, await readBody(request, "route"));
      const scope = readCredentialScope(head.headers, head.query);
      service = this.#serviceOf(scope.service);
      const caller = this.#options.callerOf(scope.accessKeyId);
      read = { ...head, body: await readBody(request, scope.service), caller };
      return await this.#handle(request, service, read);
    } catch (error) {
      if (!(error instanceof ServiceError)) {
        if (service === undefined || read === undefined) throw error;
        this.#report(error, `${service.signingName} ${read.headers["x-amz-target"] ?? `${read.method} ${read.path}`}`);
      }
      const rendered = error instanceof ServiceError ? error : new ServiceError("InternalFailure", `The local service failed: ${String(error)}`, 500);
      // The rest of a body that is too large is not read: the answer goes out and the connection closes.
      if (service === undefined || read === undefined) return renderGatewayError(rendered, head?.headers ?? {});
      return service.renderError(rendered, read);
    }
  }

  async #handle(request: AnyRequest, service: LocalService, read: ServiceRequest): Promise<ServiceResponse | undefined> {
    // The owner's own calls stay whole: faults show what the functions make of trouble.
    const fault = read.caller.roleArn === null ? undefined : this.faults?.draw(service.signingName, canFailInPart(read));
    if (fault === "throttle") throw throttlingError(service.signingName);
    if (fault === "server_error") throw new ServiceError(service.signingName === "s3" ? "InternalError" : "InternalFailure", "A fault on purpose.", 500);
    if (fault === "reset") {
      breakConnection(request);
      return undefined;
    }
    if (fault === "timeout") {
      setTimeout(() => breakConnection(request), HUNG_CALL_MS).unref();
      return undefined;
    }
    this.#options.authorizer.authorize(read.caller, service.requiredPermissions(read));
    if (fault === "partial") return handleInPart(service, read, (this.faults as FaultSource).random);
    const response = await service.handle(read);
    if (fault !== "lost_response") return response;
    breakConnection(request);
    return undefined;
  }

  #serviceOf(signingName: string): LocalService {
    const service = this.#services.get(signingName);
    if (service === undefined) {
      throw new ServiceError("UnknownService", `There is no local ${signingName}. Here are: ${[...this.#services.keys()].sort().join(", ")}.`, 501);
    }
    return service;
  }

  async #serveRoute(head: RequestHead, body: Buffer): Promise<ServiceResponse> {
    // A web page must not reach customers' words through the visitor's browser; browsers send this header, tools do not.
    if (head.headers["origin"] !== undefined || head.headers["sec-fetch-site"] === "cross-site") {
      throw new ServiceError("Forbidden", "Requests of web pages are not answered.", 403);
    }
    const route = this.#options.routes?.[head.path];
    if (route === undefined) {
      throw new ServiceError("NotFound", `There is no ${head.path}. There are: ${Object.keys(this.#options.routes ?? {}).join(", ") || "no routes"}.`, 404);
    }
    return route({ ...head, body });
  }

  #report(error: unknown, where: string): void {
    if (this.#options.onInternalError === undefined) console.error(`local gateway: ${where}:`, error);
    else this.#options.onInternalError(error, where);
  }
}

/** What each service answers when it is asked too often; the SDKs retry these. */
function throttlingError(service: string): ServiceError {
  const message = "Rate exceeded (a fault on purpose).";
  if (service === "kinesis") return new ServiceError("ProvisionedThroughputExceededException", message);
  if (service === "sqs") return new ServiceError("RequestThrottled", message, 403);
  if (service === "s3") return new ServiceError("SlowDown", message, 503);
  return new ServiceError("ThrottlingException", message);
}

function respond(response: AnyResponse, answer: ServiceResponse, requestId: string): void {
  if (response.headersSent || response.destroyed) return;
  const body = typeof answer.body === "string" ? Buffer.from(answer.body) : answer.body;
  // A HEAD answer brings the length of the body it does not send.
  const length = body === undefined ? {} : { "content-length": String(body.length) };
  const closing = answer.status === 413 && response.req.httpVersionMajor === 1 ? { connection: "close" } : {};
  const headers = { "x-amzn-requestid": requestId, "x-amz-request-id": requestId, ...length, ...closing, ...answer.headers };
  // Both kinds of response share this call; their types differ only in what they return.
  (response as { writeHead(status: number, headers: Record<string, string>): unknown }).writeHead(answer.status, headers);
  (response as { end(body?: Buffer): unknown }).end(body);
}
