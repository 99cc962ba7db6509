import { BedrockRuntimeClient, ConverseCommand } from "@aws-sdk/client-bedrock-runtime";
import { ComprehendClient, BatchDetectSentimentCommand } from "@aws-sdk/client-comprehend";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { afterEach, describe, expect, it, vi } from "vitest";
import { failureOfSdkError } from "../../../classifiers/calling/sdk-failure.ts";
import { retryAfterMs } from "../../../classifiers/calling/retry-after.ts";
import { type ProtocolAnswer, type ProtocolServer, startProtocolServer } from "../protocol/protocol-server.ts";

const SECRET = "my secret sentence";

let server: ProtocolServer | undefined;
afterEach(() => server?.close());

const SEND = {
  bedrock: (options: object) => new BedrockRuntimeClient(options).send(new ConverseCommand({ modelId: "m", messages: [{ role: "user", content: [{ text: SECRET }] }] })),
  comprehend: (options: object) => new ComprehendClient(options).send(new BatchDetectSentimentCommand({ LanguageCode: "en", TextList: [SECRET] })),
  sagemaker: (options: object) => new SageMakerRuntimeClient(options).send(new InvokeEndpointCommand({ EndpointName: "e", Body: SECRET })),
};

/** The error that a real client throws on this answer. */
async function errorOn(service: keyof typeof SEND, answer: ProtocolAnswer): Promise<unknown> {
  server = await startProtocolServer(() => answer);
  return errorFrom(service, server.url);
}

async function errorFrom(service: keyof typeof SEND, endpoint: string): Promise<unknown> {
  const requestHandler = new NodeHttpHandler({ requestTimeout: 150, throwOnRequestTimeout: true });
  try {
    await SEND[service]({ endpoint, region: "us-east-1", maxAttempts: 1, requestHandler, credentials: { accessKeyId: "AKIAEXAMPLE", secretAccessKey: "example" } });
  } catch (error) {
    return error;
  }
  throw new Error("expected the call to fail");
}

function refusal(status: number, type: string, message: string, extra: object = {}): ProtocolAnswer {
  return { status, headers: { "x-amzn-errortype": type }, body: JSON.stringify({ __type: type, message, Message: message, ...extra }) };
}

describe("failureOfSdkError, of errors that real clients throw", () => {
  it("says that no region is set, which no second attempt mends", async () => {
    vi.stubEnv("AWS_REGION", undefined);
    vi.stubEnv("AWS_CONFIG_FILE", "/dev/null");
    const error: unknown = await new ComprehendClient({}).send(new BatchDetectSentimentCommand({ LanguageCode: "en", TextList: ["a secret"] })).catch((thrown: unknown) => thrown);
    vi.unstubAllEnvs();
    expect(failureOfSdkError(error)).toEqual({ code: "denied", retryable: true, reason: expect.stringMatching(/^no AWS region is set/u) as string });
  });

  it.each([
    ["bedrock", 429, "ThrottlingException", "throttled", true],
    ["bedrock", 400, "ServiceQuotaExceededException", "throttled", true],
    ["bedrock", 429, "ModelNotReadyException", "throttled", true],
    ["bedrock", 408, "ModelTimeoutException", "timed_out", true],
    ["bedrock", 503, "ServiceUnavailableException", "unavailable", true],
    ["bedrock", 500, "InternalServerException", "unavailable", true],
    ["bedrock", 424, "ModelErrorException", "unavailable", true],
    ["bedrock", 403, "AccessDeniedException", "denied", true],
    ["bedrock", 404, "ResourceNotFoundException", "denied", true],
    ["bedrock", 400, "ValidationException", "denied", false],
    ["comprehend", 400, "TooManyRequestsException", "throttled", true],
    ["comprehend", 400, "ThrottlingException", "throttled", true],
    ["comprehend", 500, "InternalServerException", "unavailable", true],
    ["comprehend", 400, "ResourceUnavailableException", "unavailable", true],
    ["comprehend", 400, "TextSizeLimitExceededException", "too_long", false],
    ["comprehend", 400, "UnsupportedLanguageException", "unsupported_language", false],
    ["comprehend", 400, "InvalidRequestException", "denied", false],
    ["comprehend", 400, "ExpiredTokenException", "denied", true],
    ["sagemaker", 503, "ServiceUnavailable", "unavailable", true],
    ["sagemaker", 500, "InternalFailure", "unavailable", true],
    ["sagemaker", 530, "InternalDependencyException", "unavailable", true],
    ["sagemaker", 429, "ModelNotReadyException", "throttled", true],
    ["sagemaker", 400, "ValidationError", "denied", false],
    ["sagemaker", 418, "SomethingNew", "denied", false],
    ["sagemaker", 599, "SomethingNew", "unavailable", true],
  ] as const)("%s, HTTP %i %s → %s", async (service, status, type, code, retryable) => {
    expect(failureOfSdkError(await errorOn(service, refusal(status, type, "No.")))).toMatchObject({ code, retryable, reason: expect.stringContaining(type) as string });
  });

  it.each([
    [400, "denied", false],
    [429, "throttled", true],
    [503, "unavailable", true],
    [504, "timed_out", true],
  ] as const)("reads what the container behind a SageMaker endpoint said: %i", async (originalStatus, code, retryable) => {
    const error = await errorOn("sagemaker", refusal(424, "ModelError", `Received error (${originalStatus}) from primary with message "${SECRET}"`, { OriginalStatusCode: originalStatus, OriginalMessage: SECRET }));
    const failure = failureOfSdkError(error);
    expect(failure).toMatchObject({ code, retryable });
    expect(failure.reason).not.toContain("secret");
  });

  it("tells a wrong configuration from a wrong text, and says what is wrong with it", async () => {
    const message = "Invocation of model ID x with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.";
    const failure = failureOfSdkError(await errorOn("bedrock", refusal(400, "ValidationException", message)));
    expect(failure).toMatchObject({ code: "denied", retryable: true });
    expect(failure.reason).toContain("inference profile");
  });

  it("never repeats a message that may quote the text", async () => {
    const quoting = `1 validation error detected: Value '${SECRET}' at 'textList' failed to satisfy constraint`;
    for (const [service, type] of [["comprehend", "InvalidRequestException"], ["bedrock", "ValidationException"], ["sagemaker", "ValidationError"], ["bedrock", "Unheard"]] as const) {
      expect(failureOfSdkError(await errorOn(service, refusal(400, type, quoting))).reason).not.toContain("secret");
      await server?.close();
    }
    // Words that a wrong configuration's messages have, in a customer's mouth.
    for (const words of ["your app doesn't support my phone, call me", "I don't have access to my account", "Operation not allowed, says your shop"]) {
      const spoken = `${SECRET}: ${words}`;
      for (const [service, type, extra] of [["sagemaker", "ModelError", { OriginalStatusCode: 400, OriginalMessage: spoken }], ["bedrock", "ModelErrorException", {}], ["bedrock", "ValidationException", {}], ["comprehend", "Unheard", {}]] as const) {
        const message = type === "ModelError" ? `Received client error (400) from primary with message "${spoken}"` : `1 validation error detected: Value '${spoken}' at 'text' failed to satisfy constraint`;
        const failure = failureOfSdkError(await errorOn(service, refusal(400, type, message, extra)));
        expect(failure.reason).not.toContain("secret");
        expect(failure.retryable).toBe(type === "ModelErrorException");
        await server?.close();
      }
    }
    expect(failureOfSdkError(new SyntaxError(`Unexpected token in "${SECRET}"`)).reason).toMatch(/^SyntaxError at [^"]*$/u);
  });

  it.each(["bedrock", "comprehend"] as const)("calls an answer that is no JSON malformed: %s", async (service) => {
    const failure = failureOfSdkError(await errorOn(service, { status: 200, body: `{"output": ${SECRET}` }));
    expect(failure).toMatchObject({ code: "malformed", retryable: true });
    expect(failure.reason).not.toContain("secret");
  });

  it("sees through an error page of a proxy", async () => {
    expect(failureOfSdkError(await errorOn("bedrock", { status: 502, headers: { "content-type": "text/html" }, body: "<html>Bad Gateway</html>" }))).toMatchObject({ code: "unavailable", retryable: true });
  });

  it("tells time-outs, broken and refused connections apart", async () => {
    expect(failureOfSdkError(await errorOn("bedrock", "hang"))).toMatchObject({ code: "timed_out", retryable: true });
    await server?.close();
    expect(failureOfSdkError(await errorOn("bedrock", "reset"))).toMatchObject({ code: "unavailable", retryable: true, reason: expect.stringContaining("ECONNRESET") as string });
    const closed = server!.url;
    await server?.close();
    expect(failureOfSdkError(await errorFrom("bedrock", closed))).toMatchObject({ code: "unavailable", retryable: true, reason: expect.stringContaining("ECONNREFUSED") as string });
  });

  it("leaves Retry-After where the caller finds it", async () => {
    const error = await errorOn("bedrock", { status: 429, headers: { "x-amzn-errortype": "ThrottlingException", "retry-after": "3" }, body: '{"message":"Too many requests"}' });
    expect(retryAfterMs(error)).toBe(3_000);
  });

  it.each([undefined, null, "text", 7, {}])("reads %s too", (error) => {
    expect(failureOfSdkError(error)).toMatchObject({ code: "unavailable", retryable: true });
  });
});
