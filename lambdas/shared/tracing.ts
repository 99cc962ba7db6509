import type { Tracer } from "@aws-lambda-powertools/tracer";
import { hideErrorMessages } from "./hide-error-messages.ts";

/**
 * X-Ray's SDK follows every promise of the process from the moment it is loaded, traced or not: an eighth of the
 * preprocessor's time. So it is loaded at the start of an execution environment, as it wants, but only where Powertools'
 * own variable does not say that tracing is off.
 */
const tracer: Promise<Tracer> | undefined =
  process.env["POWERTOOLS_TRACE_ENABLED"]?.toLowerCase() === "false" ? undefined : loadTracer();

/** The client, with a subsegment for each of its calls where tracing is on. */
export async function traced<Client extends object>(client: Client): Promise<Client> {
  return tracer === undefined ? client : hideErrorMessages((await tracer).captureAWSv3Client(client));
}

async function loadTracer(): Promise<Tracer> {
  const powertools = await import("@aws-lambda-powertools/tracer");
  // Clients are captured one by one; patching node:http as well would show every call twice.
  return new powertools.Tracer({ captureHTTPsRequests: false });
}
