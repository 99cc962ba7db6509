import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { parentPort, workerData } from "node:worker_threads";
import dynalite from "dynalite";

// dynalite 4.0.0 ends a query by its iterator's `return`, which LevelDB's iterators do not have: each query would leave one open, 30 KB that
// never come back.
const { Level } = createRequire(createRequire(import.meta.url).resolve("dynalite"))("level");
for (const opening of ["keys", "values"]) {
  const open = Level.prototype[opening];
  Level.prototype[opening] = function openClosable(options) {
    const iterator = open.call(this, options);
    return Object.assign(iterator, { return: () => iterator.close() });
  };
}

// A table that was being made when its process was killed would be in the making for ever. It holds nothing yet: it is made anew.
const left = new Level(workerData.folder, { valueEncoding: "json" });
for await (const [key, { TableStatus }] of left.iterator({ gte: "table~", lt: "table~\uFFFF" })) if (TableStatus !== "ACTIVE") await left.del(key);
await left.close();

/**
 * dynalite in a thread of its own: what it computes keeps nobody else waiting. Requests come as messages and go into its server's
 * handler, so that there is no second port, which would answer anybody, web pages included.
 */
const server = dynalite({ path: workerData.folder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });

// dynalite wants a signed request; who is calling was judged at the gateway.
const SIGNED = {
  "content-type": "application/x-amz-json-1.0",
  "x-amz-date": "20260101T000000Z",
  authorization: "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
};

parentPort.on("message", ({ id, operation, body }) => {
  const request = Object.assign(new EventEmitter(), { method: "POST", url: "/", headers: { ...SIGNED, "x-amz-target": `DynamoDB_20120810.${operation}` } });
  const response = {
    statusCode: 200,
    setHeader: () => undefined,
    end(answer = "") {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
      parentPort.postMessage({ id, status: response.statusCode, body: answer });
    },
  };
  server.emit("request", request, response);
  request.emit("data", Buffer.from(body));
  request.emit("end");
});
