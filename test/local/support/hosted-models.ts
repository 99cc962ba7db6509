import type { LocalService, RequiredPermission, ServiceRequest, ServiceResponse } from "../../../local/service.ts";
import { LOCAL_ACCOUNT_ID, LOCAL_REGION } from "../../../local/assembly/pseudo-parameters.ts";
import type { ProtocolServer } from "../../classifiers/protocol/protocol-server.ts";

/** Puts a protocol server behind the gateway of a local run, where the caller's role is judged first, as IAM would. */
function behindTheGateway(signingName: string, server: ProtocolServer, requiredPermissions: (request: ServiceRequest) => RequiredPermission[]): LocalService {
  return {
    signingName,
    requiredPermissions,
    handle: (request) => forward(server.url, request),
    renderError: ({ status, code, message }) => ({
      status,
      headers: { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code },
      body: JSON.stringify({ __type: code, message }),
    }),
  };
}

async function forward(url: string, { method, path, headers, body }: ServiceRequest): Promise<ServiceResponse> {
  // The gateway decodes the path; on the wire a model's ARN is one encoded segment.
  const encoded = path.replace(/^\/model\/(.+)\/converse$/u, (_, model: string) => `/model/${encodeURIComponent(model)}/converse`);
  const { host: _, connection: __, "content-length": ___, ...kept } = headers;
  const answer = await fetch(url + encoded, { method, headers: kept, body: new Uint8Array(body) });
  const answered = Object.fromEntries(["content-type", "x-amzn-errortype", "retry-after"].flatMap((name) => [[name, answer.headers.get(name)]]).filter(([, value]) => value !== null));
  return { status: answer.status, headers: answered, body: Buffer.from(await answer.arrayBuffer()) };
}

export function bedrock(server: ProtocolServer): LocalService {
  return behindTheGateway("bedrock", server, ({ path, body }) => {
    const model = decodeURIComponent(/^\/model\/(.+)\/converse$/u.exec(path)?.[1] ?? "");
    const { guardrailConfig } = JSON.parse(body.toString()) as { guardrailConfig?: { guardrailIdentifier: string } };
    const guardrail = guardrailConfig === undefined ? [] : [`arn:aws:bedrock:${LOCAL_REGION}:${LOCAL_ACCOUNT_ID}:guardrail/${guardrailConfig.guardrailIdentifier}`];
    return [
      { action: "bedrock:InvokeModel", resource: model.startsWith("arn:") ? model : `arn:aws:bedrock:${LOCAL_REGION}::foundation-model/${model}` },
      ...guardrail.map((resource) => ({ action: "bedrock:ApplyGuardrail", resource })),
    ];
  });
}

export function comprehend(server: ProtocolServer): LocalService {
  return behindTheGateway("comprehend", server, ({ headers }) => [{ action: `comprehend:${headers["x-amz-target"]?.split(".")[1] ?? ""}`, resource: "*" }]);
}
