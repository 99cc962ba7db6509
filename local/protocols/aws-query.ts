import { ServiceError, type ServiceRequest, type ServiceResponse } from "../service.ts";
import { renderXml, type XmlFields } from "./xml.ts";

/** The parameters of a query-protocol request, from the form body or, for a GET, from the URL. */
export function readParameters(request: ServiceRequest): URLSearchParams {
  return request.body.length > 0 ? new URLSearchParams(request.body.toString("utf8")) : request.query;
}

/** The members of `Prefix.1.Name`, `Prefix.2.Name` … in order, each with what follows its number. */
export function listMembers(parameters: URLSearchParams, prefix: string): URLSearchParams[] {
  const members = new Map<number, URLSearchParams>();
  for (const [name, value] of parameters) {
    const match = name.startsWith(`${prefix}.`) ? /^(\d{1,6})(?:\.(.+))?$/u.exec(name.slice(prefix.length + 1)) : null;
    if (match === null) continue;
    const index = Number(match[1]);
    const member = members.get(index) ?? new URLSearchParams();
    member.append(match[2] ?? "", value);
    members.set(index, member);
  }
  return [...members].sort(([left], [right]) => left - right).map(([, member]) => member);
}

export function queryResponse(operation: string, namespace: string, result: XmlFields | undefined, requestId: string): ServiceResponse {
  const fields: XmlFields = { ...(result === undefined ? {} : { [`${operation}Result`]: result }), ResponseMetadata: { RequestId: requestId } };
  return { status: 200, headers: { "content-type": "text/xml" }, body: renderXml(`${operation}Response`, fields, namespace) };
}

export function queryError(error: ServiceError, namespace: string, requestId: string, code = error.code): ServiceResponse {
  const fields: XmlFields = { Error: { Type: error.status >= 500 ? "Receiver" : "Sender", Code: code, Message: error.message }, RequestId: requestId };
  return { status: error.status, headers: { "content-type": "text/xml" }, body: renderXml("ErrorResponse", fields, namespace) };
}

export function unknownAction(service: string, action: string | null, known: readonly string[]): ServiceError {
  return new ServiceError("InvalidAction", `The local ${service} does not know ${action ?? "a request without Action"}. It knows: ${known.join(", ")}.`);
}
