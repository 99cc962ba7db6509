import { connect } from "node:net";
import { KinesisClient, PutRecordsCommand } from "@aws-sdk/client-kinesis";
import { expect, test, vi } from "vitest";
import type { FaultKind } from "../../../local/gateway/faults.ts";
import type { GatewayOptions } from "../../../local/gateway/gateway.ts";
import { KinesisEngine } from "../../../local/kinesis/kinesis-engine.ts";
import { KinesisService } from "../../../local/kinesis/kinesis-service.ts";
import { AccessDeniedError, type LocalService } from "../../../local/service.ts";
import { ACCOUNT_ID, clientOptions, FUNCTION_ROLE_ARN, http1Handler, REGION, serve, temporaryFolder } from "./served.ts";

async function start(options: Partial<GatewayOptions> = {}) {
  const engine = new KinesisEngine({ folder: temporaryFolder(), region: REGION, accountId: ACCOUNT_ID });
  engine.createStream({ name: "s", shardCount: 1, retentionHours: 24 });
  const gateway = await serve([new KinesisService(engine)], options);
  const put = (accessKeyId: string, records = 10, transport: "h1" | "h2" = "h2") =>
    new KinesisClient({ ...clientOptions(gateway, accessKeyId), ...(transport === "h1" ? { requestHandler: http1Handler() } : {}) }).send(
      new PutRecordsCommand({ StreamName: "s", Records: Array.from({ length: records }, (_, index) => ({ PartitionKey: "p", Data: Buffer.from(String(index)) })) }),
    );
  return { engine, gateway, put, stored: () => engine.stats("s").records };
}

/** How the two transports of Node report a connection or stream that went away. */
const BROKEN = /ECONNRESET|socket hang up|NGHTTP2_INTERNAL_ERROR/u;

const faults = (kind: FaultKind, rate = 1) => ({ faults: { rate, seed: 7, kinds: [kind] } });

test("a denied call answers what is missing and never reaches the service", async () => {
  const { put, stored } = await start({
    authorizer: {
      authorize: (caller, permissions) => {
        if (caller.roleArn !== null) throw new AccessDeniedError(caller, permissions[0] as never);
      },
    },
  });
  await expect(put("function")).rejects.toMatchObject({ name: "AccessDeniedException", message: expect.stringContaining(`function (${FUNCTION_ROLE_ARN}) is not authorized to perform kinesis:PutRecords`) });
  expect(stored()).toBe(0);
  await put("owner");
  expect(stored()).toBe(10);
});

test("throttling and server errors come as the service's own", async () => {
  await expect((await start(faults("throttle"))).put("function")).rejects.toMatchObject({ name: "ProvisionedThroughputExceededException" });
  await expect((await start(faults("server_error"))).put("function")).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
});

test.each(["h1", "h2"] as const)("over %s, a reset loses the call and a lost response only the answer", async (transport) => {
  const before = await start(faults("reset"));
  await expect(before.put("function", 10, transport)).rejects.toThrow(BROKEN);
  expect(before.stored()).toBe(0);
  const after = await start(faults("lost_response"));
  await expect(after.put("function", 10, transport)).rejects.toThrow(BROKEN);
  expect(after.stored()).toBe(10);
});

test("a hung call ends without an answer", async () => {
  const { put, stored } = await start(faults("timeout"));
  const startedAt = Date.now();
  await expect(put("function")).rejects.toThrow(BROKEN);
  expect(Date.now() - startedAt).toBeGreaterThan(5_000);
  expect(stored()).toBe(0);
}, 15_000);

test("a partial failure stores exactly the records it does not report as failed", async () => {
  const { put, engine, gateway } = await start(faults("partial"));
  const answer = await put("function", 30);
  const kept = (answer.Records ?? []).flatMap((record, index) => (record.ErrorCode === undefined ? [{ index, sequenceNumber: record.SequenceNumber }] : []));
  expect(answer.FailedRecordCount).toBe(30 - kept.length);
  expect(kept.length).toBeGreaterThan(0);
  expect(kept.length).toBeLessThan(30);
  const stored = engine.read("s", "shardId-000000000000", undefined, { records: 100, bytes: 1_000_000 });
  expect(stored.map(({ data, sequenceNumber }) => ({ index: Number(data.toString()), sequenceNumber }))).toEqual(kept);
  expect(gateway.faults?.partial).toBe(1);
});

test("faults leave the owner alone, come at the rate asked for, and repeat with the seed", async () => {
  const outcomes = async (): Promise<string> => {
    const { put } = await start(faults("throttle", 0.3));
    for (let call = 0; call < 20; call += 1) await put("owner", 1);
    let text = "";
    for (let call = 0; call < 60; call += 1) text += await put("function", 1).then(() => ".", () => "x");
    return text;
  };
  const first = await outcomes();
  expect(await outcomes()).toBe(first);
  expect(first.replaceAll(".", "").length).toBeGreaterThan(8);
  expect(first.replaceAll(".", "").length).toBeLessThan(30);
});

test("a plan that cannot be meant is refused", async () => {
  await expect(start({ faults: { rate: 10, seed: 1, kinds: ["reset"] } })).rejects.toThrow("from 0 to 1, not 10");
  await expect(start({ faults: { rate: 0.1, seed: 1, kinds: [] } })).rejects.toThrow("at least one kind");
});

test("unsigned requests and services that are not here are told what is", async () => {
  const { gateway } = await start();
  const unsigned = await fetch(`${gateway.url}/`, { method: "POST", body: "{}", headers: { "x-amz-target": "Kinesis_20131202.ListStreams" } });
  expect(unsigned.status).toBe(403);
  expect(await unsigned.json()).toMatchObject({ __type: "MissingAuthenticationToken", message: expect.stringContaining("AWS_ACCESS_KEY_ID") });
  const authorization = "AWS4-HMAC-SHA256 Credential=k/20261122/us-east-1/email/aws4_request, SignedHeaders=host, Signature=0";
  const unknown = await fetch(`${gateway.url}/`, { headers: { authorization, accept: "application/json" } });
  expect(await unknown.json()).toMatchObject({ __type: "UnknownService", message: "There is no local email. Here are: kinesis." });
  const malformed = await fetch(`${gateway.url}/`, { headers: { authorization: "AWS4-HMAC-SHA256 Credential=nonsense" } });
  expect(await malformed.text()).toContain("IncompleteSignature");
});

test("a presigned URL names its service too", async () => {
  const { gateway } = await start();
  const answer = await fetch(`${gateway.url}/?X-Amz-Credential=k%2F20261122%2Fus-east-1%2Fkinesis%2Faws4_request`, { method: "POST", headers: { "x-amz-target": "Kinesis_20131202.ListStreams" }, body: "{}" });
  expect(await answer.json()).toMatchObject({ StreamNames: ["s"] });
  expect(answer.headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/u);
});

test("S3's older presigned URLs are told to be S3's", async () => {
  const { gateway } = await start();
  const answer = await fetch(`${gateway.url}/bucket/key?AWSAccessKeyId=k&Signature=s&Expires=1`, { headers: { accept: "application/json" } });
  expect(await answer.json()).toMatchObject({ message: "There is no local s3. Here are: kinesis." });
});

test("routes answer tools, not web pages", async () => {
  const { gateway } = await start({ routes: { "/_valence/status": async () => ({ status: 200, body: '{"settled":true}' }) } });
  expect(await (await fetch(`${gateway.url}/_valence/status`)).json()).toEqual({ settled: true });
  expect((await fetch(`${gateway.url}/_valence/status`, { headers: { origin: "https://example.org" } })).status).toBe(403);
  const absent = await fetch(`${gateway.url}/_valence/other`);
  expect([absent.status, await absent.text()]).toEqual([404, expect.stringContaining("/_valence/status")]);
});

test("a body too large is refused before it is read", async () => {
  const { gateway } = await start();
  const authorization = "AWS4-HMAC-SHA256 Credential=k/20261122/us-east-1/kinesis/aws4_request, SignedHeaders=host, Signature=0";
  const head = ["POST / HTTP/1.1", "host: x", `authorization: ${authorization}`, "x-amz-target: Kinesis_20131202.PutRecords", "content-length: 99999999999", "", ""].join("\r\n");
  const answer = await new Promise<string>((resolve, reject) => {
    const socket = connect(gateway.port, "127.0.0.1", () => socket.write(head));
    let text = "";
    socket.on("data", (chunk) => (text += chunk.toString()));
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
  expect(answer).toMatch(/^HTTP\/1.1 413 /u);
  expect(answer).toContain("at most 64 MiB");
});

test("first bytes that come one by one, garbage and silence do not stop the others", async () => {
  const { gateway, put } = await start();
  const slow = connect(gateway.port, "127.0.0.1");
  const answered = new Promise<string>((resolve) => {
    slow.once("data", (chunk) => resolve(chunk.toString()));
  });
  slow.setNoDelay(true);
  for (const character of "PUT / HTTP/1.1\r\nhost: x\r\n\r\n") {
    slow.write(character);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(await answered).toMatch(/^HTTP\/1.1 403 /u);
  slow.destroy();
  const silent = connect(gateway.port, "127.0.0.1");
  const garbage = connect(gateway.port, "127.0.0.1", () => garbage.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\u0000\u0000garbage that is no frame"));
  garbage.on("error", () => undefined);
  const closed = new Promise((resolve) => {
    garbage.once("close", resolve);
  });
  garbage.resume();
  expect((await put("owner")).FailedRecordCount).toBe(0);
  await closed;
  silent.destroy();
});

test("a service that breaks is a 500 in its own protocol, reported and not retried into silence", async () => {
  const broken: LocalService = {
    signingName: "kinesis",
    requiredPermissions: () => [],
    handle: () => Promise.reject(new TypeError("no such property")),
    renderError: (error) => ({ status: error.status, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify({ __type: error.code, message: error.message }) }),
  };
  const onInternalError = vi.fn<(error: unknown, where: string) => void>();
  const gateway = await serve([broken], { onInternalError });
  const client = new KinesisClient(clientOptions(gateway));
  await expect(client.send(new PutRecordsCommand({ StreamName: "s", Records: [] }))).rejects.toMatchObject({ name: "InternalFailure", $metadata: { httpStatusCode: 500 } });
  expect(onInternalError).toHaveBeenCalledWith(expect.any(TypeError), "kinesis Kinesis_20131202.PutRecords");
});

test("a taken port is named", async () => {
  const { gateway } = await start();
  await expect(serve([], { port: gateway.port })).rejects.toThrow(`Port ${gateway.port} of 127.0.0.1 is taken`);
});
