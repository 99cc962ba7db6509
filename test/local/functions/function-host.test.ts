import { afterEach, expect, test } from "vitest";
import type { FunctionHost } from "../../../local/functions/function-host.ts";
import { hostOf } from "./handler-folder.ts";

const hosts: FunctionHost[] = [];
function start(...parameters: Parameters<typeof hostOf>): ReturnType<typeof hostOf> {
  const started = hostOf(...parameters);
  hosts.push(started.host);
  return started;
}

afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop()));
});

test("a CommonJS bundle runs unmodified and returns what its handler returns", async () => {
  const { host } = start("exports.handler = async (event) => ({ doubled: event.value * 2 });");
  expect(await host.invoke('{"value":21}')).toMatchObject({ ok: true, payload: { doubled: 42 } });
});

test("an ES module bundle runs too", async () => {
  const { host } = start("export const handler = async () => import.meta.url.endsWith('index.mjs');", {}, { file: "index.mjs" });
  expect(await host.invoke("{}")).toMatchObject({ ok: true, payload: true });
});

test("a handler meets Lambda's environment and context, and nothing of this process's environment", async () => {
  process.env["VALENCE_TEST_LEAK"] = "leaked";
  const { host } = start(`exports.handler = async (event, context) => ({
    env: process.env, arn: context.invokedFunctionArn, id: context.awsRequestId, left: context.getRemainingTimeInMillis() });`);
  const outcome = await host.invoke("{}");
  delete process.env["VALENCE_TEST_LEAK"];
  expect(outcome).toMatchObject({
    ok: true,
    payload: {
      env: { COLOUR: "green", AWS_REGION: "us-east-1", AWS_LAMBDA_FUNCTION_NAME: "valence-local-probe", AWS_ENDPOINT_URL: "http://127.0.0.1:4577" },
      arn: "arn:aws:lambda:us-east-1:123456789012:function:valence-local-probe",
    },
  });
  const payload = (outcome as { payload: { env: Record<string, string>; id: string; left: number } }).payload;
  expect(payload.env).not.toHaveProperty("VALENCE_TEST_LEAK");
  expect(payload.env["_X_AMZN_TRACE_ID"]).toMatch(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=0$/u);
  expect(payload.left).toBeGreaterThan(1000);
  expect(payload.left).toBeLessThanOrEqual(3000);
});

test("environments are reused, and never more than the limit", async () => {
  const { host } = start(`let calls = 0; exports.handler = async () => { await new Promise((go) => setTimeout(go, 50)); return ++calls; };`);
  const outcomes = await Promise.all(Array.from({ length: 6 }, () => host.invoke("{}")));
  const calls = outcomes.map((outcome) => (outcome.ok ? outcome.payload : undefined)) as number[];
  expect(calls.reduce((sum, call) => sum + call, 0)).toBeGreaterThanOrEqual(12);
  expect(host.stats()).toMatchObject({ invocations: 6, errors: 0, concurrent: 0, environments: 2 });
});

test("reserved concurrency lowers the limit", () => {
  expect(start("exports.handler = async () => 1;", { reservedConcurrency: 1 }).host.limit).toBe(1);
  expect(() => start("", { reservedConcurrency: 0 })).toThrow("reserved concurrency 0");
});

test.each([
  ["a thrown error", "exports.handler = async () => { throw new TypeError('odd'); };", "TypeError", "odd"],
  ["a missing module", "require('no-such-package'); exports.handler = async () => 1;", "Runtime.ImportModuleError", "no-such-package"],
  ["a syntax error", "exports.handler = async () => {", "Runtime.UserCodeSyntaxError", "SyntaxError"],
  ["a missing export", "exports.other = async () => 1;", "Runtime.HandlerNotFound", "index.handler is undefined"],
  ["a process that exits", "exports.handler = async () => { process.exit(7); };", "Runtime.ExitError", "exit status 7"],
  [
    "a rejection nobody handles",
    "exports.handler = () => new Promise(() => { Promise.reject(new RangeError('far')); });",
    "Runtime.UnhandledPromiseRejection",
    "RangeError: far",
  ],
  ["a hang", "exports.handler = () => new Promise(() => {});", "Sandbox.Timedout", "Task timed out after 1.00 seconds"],
  ["an endless loop", "exports.handler = async () => { for (;;); };", "Sandbox.Timedout", "Task timed out after 1.00 seconds"],
])("%s is an outcome, and the next invocation gets a working environment or the same error", async (_case, source, errorType, message) => {
  const { host, printed } = start(source, { timeoutSeconds: 1 });
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const outcome = await host.invoke("{}");
    expect(outcome).toMatchObject({ ok: false, error: { errorType } });
    expect((outcome as { error: { errorMessage: string } }).error.errorMessage).toContain(message);
  }
  expect(host.stats()).toMatchObject({ invocations: 2, errors: 2, concurrent: 0 });
  expect(printed.join("")).toContain(errorType);
});

test("a crash costs one invocation, not the next", async () => {
  const { host } = start("exports.handler = async (event) => { if (event.die) process.exit(1); return 'alive'; };", {}, { concurrency: 1 });
  const [crashed, next] = await Promise.all([host.invoke('{"die":true}'), host.invoke("{}")]);
  expect(crashed.ok).toBe(false);
  expect(next).toMatchObject({ ok: true, payload: "alive" });
});

test("running out of memory is an outcome", async () => {
  const { host } = start("exports.handler = async () => { const all = []; for (;;) all.push(new Array(1e5).fill('x' + all.length)); };", {
    memoryMegabytes: 32,
    timeoutSeconds: 20,
  });
  expect(await host.invoke("{}")).toMatchObject({ ok: false, error: { errorType: "Runtime.OutOfMemory" } });
});

test("what a handler printed has arrived when its answer has", async () => {
  const { host, printed } = start("exports.handler = async () => { console.log('to stdout'); console.error('to stderr'); };");
  await host.invoke("{}");
  expect(printed.join("")).toBe("to stdout\nto stderr\n");
});

test("events above 6 MB are refused with the size", async () => {
  const { host } = start("exports.handler = async () => 1;");
  await expect(host.invoke(JSON.stringify("x".repeat(6 * 1024 * 1024)))).rejects.toThrow("6291458 bytes exceeds");
});

test("answers above 6 MB are an error", async () => {
  const { host } = start("exports.handler = async () => 'x'.repeat(7e6);");
  expect(await host.invoke("{}")).toMatchObject({ ok: false, error: { errorType: "Function.ResponseSizeTooLarge" } });
});
