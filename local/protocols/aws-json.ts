import type { z } from "zod";
import { ServiceError, type ServiceRequest, type ServiceResponse } from "../service.ts";

/** `PutRecords` of `X-Amz-Target: Kinesis_20131202.PutRecords`; undefined when the header is absent. */
export function targetOperation(request: ServiceRequest): string | undefined {
  return request.headers["x-amz-target"]?.split(".").at(-1);
}

/**
 * The request's JSON object.
 * @throws ServiceError `SerializationException` when the body is none, or when it is CBOR.
 */
export function readJsonObject(request: ServiceRequest): unknown {
  if (request.headers["content-type"]?.includes("cbor") === true) {
    throw new ServiceError(
      "SerializationException",
      "CBOR is not spoken here, only JSON: set CBOR_ENABLED=false (AWS SDK for Java 2), AWS_CBOR_DISABLE=true (Java 1), or the like.",
    );
  }
  let value: unknown;
  try {
    value = JSON.parse(request.body.toString("utf8"));
  } catch (error) {
    throw new ServiceError("SerializationException", `The request body is not JSON: ${(error as Error).message.slice(0, 200)}`);
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ServiceError("SerializationException", "The request body must be a JSON object.");
  }
  return value;
}

/** @throws ServiceError with the given code, naming the first field that is wrong. */
export function parseInput<Schema extends z.ZodType>(schema: Schema, input: unknown, code = "ValidationException"): z.infer<Schema> {
  const parsed = schema.safeParse(input);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ServiceError(code, `1 validation error detected: Value at '${issue?.path.join(".") ?? ""}' failed to satisfy constraint: ${issue?.message ?? "unknown"}`);
}

export function jsonResponse(version: "1.0" | "1.1", body: unknown): ServiceResponse {
  return { status: 200, headers: { "content-type": `application/x-amz-json-${version}` }, body: JSON.stringify(body) };
}

export function jsonError(version: "1.0" | "1.1", error: ServiceError): ServiceResponse {
  return {
    status: error.status,
    headers: { "content-type": `application/x-amz-json-${version}`, "x-amzn-errortype": error.code },
    body: JSON.stringify({ __type: error.code, message: error.message }),
  };
}

export function unknownOperation(service: string, operation: string | undefined, known: readonly string[]): ServiceError {
  return new ServiceError("UnknownOperationException", `The local ${service} does not know ${operation ?? "a request without an operation"}. It knows: ${known.join(", ")}.`);
}
