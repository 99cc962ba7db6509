import type { z } from "zod";
import { ServiceError, type ServiceRequest, type ServiceResponse } from "../service.ts";

const CONTENT_TYPE = "application/x-amz-json-1.1";

/** @throws ServiceError when the request names no operation of this service. */
export function targetOperation(request: ServiceRequest, prefix: string): string {
  const target = request.headers["x-amz-target"] ?? "";
  if (!target.startsWith(`${prefix}.`)) throw new ServiceError("UnknownOperationException", `The header x-amz-target must name an operation of ${prefix}, but it is "${target}".`);
  return target.slice(prefix.length + 1);
}

/** @throws ServiceError `ValidationException` naming every field that is wrong. */
export function jsonBody<Schema extends z.ZodType>(request: ServiceRequest, schema: Schema): z.infer<Schema> {
  let body: unknown;
  try {
    body = JSON.parse(request.body.toString("utf8") || "{}");
  } catch {
    throw new ServiceError("SerializationException", "The request's body is not JSON.");
  }
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ServiceError("ValidationException", parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; "));
}

export function jsonResponse(body: unknown, status = 200): ServiceResponse {
  return { status, headers: { "content-type": CONTENT_TYPE }, body: JSON.stringify(body) };
}

export function jsonError(error: ServiceError): ServiceResponse {
  const answer = jsonResponse({ __type: error.code, message: error.message, Message: error.message }, error.status);
  return { ...answer, headers: { ...answer.headers, "x-amzn-errortype": error.code } };
}
