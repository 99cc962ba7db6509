import { execFile } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

const CALLER = new URL("../support/traced-call.ts", import.meta.url).pathname;

let daemon: Socket;
let sqs: Server;
let segments: Record<string, unknown>[];
let traceHeaders: (string | undefined)[];
/** The message with which SQS refuses; undefined where it takes everything. */
let refusal: string | undefined;

beforeEach(async () => {
  refusal = undefined;
  segments = [];
  traceHeaders = [];
  daemon = createSocket("udp4").on("message", (datagram) => segments.push(JSON.parse(datagram.toString().split("\n")[1] ?? "") as Record<string, unknown>));
  sqs = createServer((request, response) => {
    traceHeaders.push(request.headers["x-amzn-trace-id"] as string | undefined);
    request.resume().on("end", () => {
      if (refusal !== undefined) {
        response.writeHead(400, { "content-type": "application/x-amz-json-1.0" }).end(JSON.stringify({ __type: "com.amazonaws.sqs#InvalidMessageContents", message: refusal }));
        return;
      }
      const answer = { Successful: [{ Id: "0", MessageId: "m", MD5OfMessageBody: "99914b932bd37a50b983c5e7c90ae93b" }] };
      response.setHeader("content-type", "application/x-amz-json-1.0").end(JSON.stringify(answer));
    });
  });
  await Promise.all([
    new Promise<void>((resolve) => {
      daemon.bind(0, "127.0.0.1", resolve);
    }),
    new Promise<void>((resolve) => {
      sqs.listen(0, "127.0.0.1", resolve);
    }),
  ]);
});

afterEach(() => {
  daemon.close();
  sqs.close();
});

async function call(variables: Record<string, string>): Promise<{ xrayIsLoaded: boolean; failures: string[] }> {
  const endpoint = `http://127.0.0.1:${(sqs.address() as AddressInfo).port}`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--import", "tsx", CALLER, `${endpoint}/123456789012/jobs`], {
    env: {
      PATH: process.env["PATH"],
      HOME: "/nonexistent",
      LAMBDA_TASK_ROOT: "/var/task",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
      AWS_ENDPOINT_URL: endpoint,
      AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}`,
      POWERTOOLS_SERVICE_NAME: "text-preprocessor",
      ...variables,
    },
  });
  return JSON.parse(stdout) as { xrayIsLoaded: boolean; failures: string[] };
}

describe("tracing", () => {
  test("sends a subsegment of each call under the invocation's own segment, as Lambda names it", async () => {
    expect(await call({})).toEqual({ xrayIsLoaded: true, failures: [] });
    expect(segments).toEqual([
      expect.objectContaining({ name: "SQS", trace_id: "1-5759e988-bd862e3fe1be46a994272793", parent_id: "53995c3f42cd8ad8", type: "subsegment" }),
    ]);
    expect(traceHeaders).toEqual([expect.stringContaining("Root=1-5759e988-bd862e3fe1be46a994272793;")]);
  });

  test("writes no service's message into a trace: it may quote a customer", async () => {
    refusal = "Value 'my card was stolen' at 'text' failed to satisfy constraint";
    const { failures } = await call({});
    expect(failures).toEqual([`InvalidMessageContents: ${refusal}`]);
    expect(segments).toEqual([expect.objectContaining({ name: "SQS", cause: expect.objectContaining({ exceptions: [expect.objectContaining({ type: "InvalidMessageContents", remote: true })] }) as object })]);
    expect(JSON.stringify(segments)).not.toContain("stolen");
  });

  test("leaves X-Ray's SDK out of the process where tracing is off", async () => {
    expect(await call({ POWERTOOLS_TRACE_ENABLED: "false" })).toEqual({ xrayIsLoaded: false, failures: [] });
    expect(traceHeaders).toEqual([undefined]);
    expect(segments).toEqual([]);
  });
});
