import { ServiceError, type ServiceRequest } from "../service.ts";

export interface CredentialScope {
  accessKeyId: string;
  region: string;
  /** The signing name: `kinesis`, `s3` … */
  service: string;
}

/**
 * Who calls which service, from the `Authorization` header or a presigned URL. The signature itself is not checked: this
 * machine and its functions share no secrets, the port is open to this machine only, and the access key id alone
 * tells whose policies apply.
 * @throws ServiceError when the request is not signed in the form of Signature Version 4.
 */
export function readCredentialScope(headers: Record<string, string>, query: URLSearchParams): CredentialScope {
  // S3's older signature, which presigned URLs still come with, names no service.
  const olderKey = query.get("AWSAccessKeyId") ?? /^AWS ([^:\s]+):/u.exec(headers["authorization"] ?? "")?.[1];
  if (olderKey !== undefined) return { accessKeyId: olderKey, region: "us-east-1", service: "s3" };
  const credential = /\bCredential=([^,\s]+)/u.exec(headers["authorization"] ?? "")?.[1] ?? query.get("X-Amz-Credential");
  if (credential === null || credential === undefined) {
    throw new ServiceError(
      "MissingAuthenticationToken",
      "This request is not signed, so it cannot be told which service it is for. Use an AWS SDK or the AWS CLI with " +
        "this endpoint and any access key, e.g. AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local.",
      403,
    );
  }
  const [accessKeyId, , region, service, terminator] = credential.split("/");
  if (accessKeyId === undefined || accessKeyId === "" || region === undefined || service === undefined || terminator !== "aws4_request") {
    throw new ServiceError("IncompleteSignature", `The credential ${credential.slice(0, 100)} is not of the form KEY/DATE/REGION/SERVICE/aws4_request.`, 403);
  }
  return { accessKeyId, region, service };
}

/** In the wire form the client most likely reads: nobody knows which service it meant. */
export function renderGatewayError(error: ServiceError, headers: ServiceRequest["headers"]): { status: number; headers: Record<string, string>; body: string } {
  if (headers["content-type"]?.includes("json") === true || headers["x-amz-target"] !== undefined || headers["accept"]?.includes("json") === true) {
    return { status: error.status, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify({ __type: error.code, message: error.message }) };
  }
  const message = error.message.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return {
    status: error.status,
    headers: { "content-type": "text/xml" },
    body: `<?xml version="1.0" encoding="UTF-8"?>\n<ErrorResponse><Error><Code>${error.code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
  };
}
