import { createHash } from "node:crypto";
import { LOCAL_REGION } from "../assembly/pseudo-parameters.ts";
import type { FunctionDefinition } from "./function-definition.ts";

export interface LocalCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
}

/** One access key an actor: the gateway tells by it who is calling. The gateway checks no signature, so the rest is for form. */
export function credentialsOf(actor: string): LocalCredentials {
  const hash = createHash("sha256").update(actor).digest("hex").toUpperCase();
  return { accessKeyId: `ASIA${hash.slice(0, 16)}`, secretAccessKey: hash.slice(0, 40), sessionToken: `local-${hash}` };
}

/** The environment of an execution environment: what Lambda sets, then the function's own variables. Nothing of this machine leaks in. */
export function functionVariables(definition: FunctionDefinition, endpoint: string, codeFolder: string, home: string): Record<string, string> {
  const credentials = credentialsOf(definition.name);
  return {
    TZ: ":UTC",
    LANG: "en_US.UTF-8",
    // Without a home of its own, the SDK would read this person's ~/.aws/config.
    HOME: home,
    LAMBDA_TASK_ROOT: codeFolder,
    _HANDLER: definition.handler,
    AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}`,
    AWS_REGION: LOCAL_REGION,
    AWS_DEFAULT_REGION: LOCAL_REGION,
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMegabytes),
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: definition.logGroup,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    AWS_SESSION_TOKEN: credentials.sessionToken,
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    // There is no X-Ray daemon here to take segments.
    POWERTOOLS_TRACE_ENABLED: "false",
    AWS_XRAY_DAEMON_ADDRESS: "127.0.0.1:2000",
    AWS_ENDPOINT_URL: endpoint,
    ...definition.variables,
  };
}
