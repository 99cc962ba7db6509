import { createHash } from "node:crypto";
import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createHttp2Server, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { type AddressInfo, createServer, type Socket } from "node:net";

/** One call as it arrived, in wire form. */
export interface ReceivedCall {
  /** `SendMessageBatch`, `ChangeMessageVisibilityBatch`, `PutRecords`, `PutEvents` or `PutObject`. */
  operation: string;
  /** From 0, within the operation. */
  number: number;
  httpVersion: string;
  headers: Record<string, string>;
  /** What was handed over: SQS bodies or receipts (with the time until they count again as their delay), Kinesis data (decoded), events' details (with their bus) or one S3 body. */
  entries: { content: string; name: string; delaySeconds?: number }[];
}

/** What goes wrong with one call. `lost_response` takes everything in and then drops the connection. */
export type Fault = "throttle" | "server_error" | "denied" | "reset" | "hang" | "lost_response" | { refuse: (position: number) => boolean };

type Request = IncomingMessage | Http2ServerRequest;
type Response = ServerResponse | Http2ServerResponse;

/**
 * A loopback port that speaks enough of SQS (JSON), S3 (REST) and Kinesis (JSON, also over h2c with prior knowledge) to
 * record what came over the wire and to fail as told.
 */
export class AwsServer {
  readonly calls: ReceivedCall[] = [];
  /** Everything acknowledged or at least taken in: SQS bodies, Kinesis data, S3 objects by `bucket/key`. */
  readonly messages: string[] = [];
  readonly records: { partitionKey: string; data: string }[] = [];
  readonly events: { busName: string; detail: string }[] = [];
  readonly objects = new Map<string, string>();
  faultOf: (call: ReceivedCall) => Fault | undefined = () => undefined;

  readonly #http = createHttpServer((request, response) => void this.#serve(request, response));
  readonly #http2 = createHttp2Server((request, response) => void this.#serve(request, response));
  readonly #sockets = new Set<Socket>();
  readonly #port = createServer((socket) => {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => undefined);
    // Both protocols meet on one port, as they do on a gateway; the first bytes tell them apart.
    socket.once("readable", () => {
      const first = socket.read() as Buffer | null;
      if (first === null) return;
      socket.unshift(first);
      (first.toString("latin1", 0, 3) === "PRI" ? this.#http2 : this.#http).emit("connection", socket);
    });
  });

  async start(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#port.listen(0, "127.0.0.1", resolve);
    });
    return `http://127.0.0.1:${(this.#port.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => {
      this.#port.close(resolve);
    });
  }

  callsOf(operation: string): ReceivedCall[] {
    return this.calls.filter((call) => call.operation === operation);
  }

  async #serve(request: Request, response: Response): Promise<void> {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const call = this.#read(request, Buffer.concat(chunks));
    this.calls.push(call);
    const fault = this.faultOf(call);
    if (fault === "hang") return;
    if (fault === "reset") return reset(request);
    if (fault === "throttle") return fail(response, call, 400, call.operation === "PutObject" ? "SlowDown" : "ThrottlingException");
    if (fault === "server_error") return fail(response, call, 500, "InternalFailure");
    if (fault === "denied") return fail(response, call, call.operation === "PutObject" ? 403 : 400, "AccessDeniedException");
    const answer = this.#take(call, typeof fault === "object" ? fault.refuse : () => false);
    if (fault === "lost_response") return reset(request);
    response.statusCode = 200;
    response.setHeader("content-type", "application/x-amz-json-1.1");
    response.end(answer);
  }

  #read(request: Request, body: Buffer): ReceivedCall {
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const operation = headers["x-amz-target"]?.split(".")[1] ?? (request.method === "PUT" ? "PutObject" : "unknown");
    return {
      operation,
      number: this.callsOf(operation).length,
      httpVersion: request.httpVersion,
      headers,
      entries: entriesOf(operation, decodeURIComponent((request.url ?? "").split("?")[0] ?? "").slice(1), body, headers),
    };
  }

  #take(call: ReceivedCall, refuse: (position: number) => boolean): string {
    const { entries, operation } = call;
    if (operation === "PutObject") {
      for (const { name, content } of entries) this.objects.set(name, content);
      return "";
    }
    if (operation === "SendMessageBatch") {
      const Successful = entries.flatMap(({ name, content }, position) => {
        if (refuse(position)) return [];
        this.messages.push(content);
        return [{ Id: name, MessageId: `m-${this.messages.length}`, MD5OfMessageBody: createHash("md5").update(content).digest("hex") }];
      });
      const Failed = entries.flatMap(({ name }, position) =>
        refuse(position) ? [{ Id: name, Code: "InternalError", Message: "try again", SenderFault: false }] : [],
      );
      return JSON.stringify({ Successful, ...(Failed.length > 0 && { Failed }) });
    }
    if (operation === "ChangeMessageVisibilityBatch") {
      const Failed = entries.flatMap(({ name }, position) => (refuse(position) ? [{ Id: name, Code: "ReceiptHandleIsInvalid", Message: "too late", SenderFault: true }] : []));
      return JSON.stringify({ Successful: entries.flatMap(({ name }, position) => (refuse(position) ? [] : [{ Id: name }])), ...(Failed.length > 0 && { Failed }) });
    }
    if (operation === "PutEvents") {
      const Entries = entries.map(({ name, content }, position) => {
        if (refuse(position)) return { ErrorCode: "ThrottlingException", ErrorMessage: "Rate exceeded" };
        this.events.push({ busName: name, detail: content });
        return { EventId: `event-${this.events.length}` };
      });
      return JSON.stringify({ FailedEntryCount: Entries.filter((entry) => "ErrorCode" in entry).length, Entries });
    }
    const Records = entries.map(({ name, content }, position) => {
      if (refuse(position)) return { ErrorCode: "ProvisionedThroughputExceededException", ErrorMessage: "Rate exceeded for shard shardId-000000000000" };
      this.records.push({ partitionKey: name, data: content });
      return { ShardId: "shardId-000000000000", SequenceNumber: String(this.records.length) };
    });
    return JSON.stringify({ FailedRecordCount: Records.filter((record) => "ErrorCode" in record).length, Records });
  }
}

function entriesOf(operation: string, path: string, body: Buffer, headers: Record<string, string>): ReceivedCall["entries"] {
  switch (operation) {
    case "SendMessageBatch":
      return (JSON.parse(body.toString()) as { Entries: { Id: string; MessageBody: string; DelaySeconds?: number }[] }).Entries.map(({ Id, MessageBody, DelaySeconds }) => ({
        name: Id,
        content: MessageBody,
        ...(DelaySeconds !== undefined && { delaySeconds: DelaySeconds }),
      }));
    case "ChangeMessageVisibilityBatch":
      return (JSON.parse(body.toString()) as { Entries: { Id: string; ReceiptHandle: string; VisibilityTimeout: number }[] }).Entries.map(({ Id, ReceiptHandle, VisibilityTimeout }) => ({
        name: Id,
        content: ReceiptHandle,
        delaySeconds: VisibilityTimeout,
      }));
    case "PutRecords":
      return (JSON.parse(body.toString()) as { Records: { Data: string; PartitionKey: string }[] }).Records.map((record) => ({
        name: record.PartitionKey,
        content: Buffer.from(record.Data, "base64").toString(),
      }));
    case "PutEvents":
      return (JSON.parse(body.toString()) as { Entries: { EventBusName: string; Detail: string }[] }).Entries.map(({ Detail, EventBusName }) => ({ name: EventBusName, content: Detail }));
    case "PutObject":
      // Chunked signing would put framing into the object; the clients here send short bodies whole.
      if (headers["content-encoding"]?.includes("aws-chunked") === true) throw new Error("aws-chunked bodies are not read by this server");
      return [{ name: path, content: body.toString() }];
    default:
      throw new Error(`This server does not know the operation ${operation}.`);
  }
}

function reset(request: Request): void {
  if ("stream" in request) request.stream.session?.destroy();
  else request.socket.resetAndDestroy();
}

function fail(response: Response, call: ReceivedCall, status: number, code: string): void {
  response.statusCode = status;
  if (call.operation === "PutObject") {
    response.setHeader("content-type", "application/xml");
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>${code} by test</Message></Error>`);
    return;
  }
  response.setHeader("content-type", "application/x-amz-json-1.1");
  response.setHeader("x-amzn-errortype", code);
  response.end(JSON.stringify({ __type: code, message: `${code} by test` }));
}
