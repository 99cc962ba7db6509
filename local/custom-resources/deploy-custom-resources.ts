import { randomUUID } from "node:crypto";
import { z } from "zod";
import type { LocalApplication, LocalResource } from "../assembly/local-application.ts";
import { stackId } from "../assembly/pseudo-parameters.ts";
import { RESOURCE_TYPES } from "../assembly/resource-types.ts";
import type { FunctionHost } from "../functions/function-host.ts";
import type { ServiceRequest, ServiceResponse } from "../service.ts";
import type { CustomResourceState } from "./custom-resource-state.ts";

/** Under the gateway's own paths; the answer's token follows as a query. */
export const ANSWER_ROUTE = "/_valence/custom-resource";

// CloudFormation's own limit where the template sets none.
const DEFAULT_TIMEOUT_SECONDS = 3600;

const AnswerSchema = z.looseObject({
  Status: z.enum(["SUCCESS", "FAILED"]),
  Reason: z.string().optional(),
  PhysicalResourceId: z.string().optional(),
  Data: z.record(z.string(), z.unknown()).optional(),
});
type Answer = z.infer<typeof AnswerSchema>;

/** Custom resources of the templates: all but the types the local run declares to be without effect. */
export function customResources(application: LocalApplication): LocalResource[] {
  return application.resources.filter(
    ({ type }) => type === "AWS::CloudFormation::CustomResource" || (type.startsWith("Custom::") && RESOURCE_TYPES[type] === undefined),
  );
}

/** Plays CloudFormation's part for custom resources: asks the function behind each to create or update, and waits for its answer. */
export class CustomResourceDeployment {
  readonly #state: CustomResourceState;
  readonly #waiting = new Map<string, (answer: Answer) => void>();

  constructor(state: CustomResourceState) {
    this.#state = state;
  }

  /** Takes what a function PUTs to its `ResponseURL`. */
  async answer(request: Pick<ServiceRequest, "query" | "body">): Promise<ServiceResponse> {
    const token = request.query.get("token") ?? "";
    const waiting = this.#waiting.get(token);
    if (waiting === undefined) return { status: 404, body: "Nobody waits for this answer: it came twice, or too late." };
    const parsed = AnswerSchema.safeParse(parseJson(request.body));
    if (!parsed.success) return { status: 400, body: `This is no answer of a custom resource: ${z.prettifyError(parsed.error)}` };
    this.#waiting.delete(token);
    waiting(parsed.data);
    return { status: 200, body: "" };
  }

  /**
   * @param hostOf the function behind a service token
   * @throws with the function's own reason when it reports or suffers a failure, or does not answer in time
   */
  async deploy(resource: LocalResource, endpoint: string, hostOf: (serviceToken: string) => FunctionHost | undefined): Promise<void> {
    const place = `${resource.stackName}: custom resource ${resource.logicalId}`;
    const serviceToken = resource.properties["ServiceToken"];
    const host = typeof serviceToken === "string" ? hostOf(serviceToken) : undefined;
    if (host === undefined) throw new Error(`${place} is served by ${String(serviceToken)}, which is no function of these templates`);
    const known = this.#state.get(resource.stackName, resource.logicalId);
    const properties = withTextValues(resource.properties) as Record<string, unknown>;
    if (known !== undefined && JSON.stringify(known.properties) === JSON.stringify(properties)) return;
    const requestId = randomUUID();
    const token = randomUUID();
    const event = {
      RequestType: known === undefined ? "Create" : "Update",
      ResponseURL: `${endpoint}${ANSWER_ROUTE}?token=${token}`,
      StackId: stackId(resource.stackName),
      RequestId: requestId,
      ResourceType: resource.type,
      LogicalResourceId: resource.logicalId,
      ServiceToken: serviceToken,
      ResourceProperties: properties,
      ...(known === undefined ? {} : { PhysicalResourceId: known.physicalId, OldResourceProperties: known.properties }),
    };
    const answer = await this.#ask(host, JSON.stringify(event), token, timeoutSeconds(properties));
    if (answer.Status === "FAILED") throw new Error(`${place}: ${host.definition.name} failed to ${event.RequestType.toLowerCase()} it: ${answer.Reason ?? "no reason given"}`);
    this.#state.set(resource.stackName, resource.logicalId, {
      physicalId: answer.PhysicalResourceId ?? known?.physicalId ?? requestId,
      properties,
      data: answer.Data ?? {},
    });
  }

  async #ask(host: FunctionHost, event: string, token: string, seconds: number): Promise<Answer> {
    let timer: NodeJS.Timeout | undefined;
    const answered = new Promise<Answer>((resolve) => {
      this.#waiting.set(token, resolve);
      timer = setTimeout(() => resolve({ Status: "FAILED", Reason: `no answer within ${seconds} s` }), seconds * 1000);
    });
    // A function that fails without answering would leave CloudFormation waiting for an hour; here its error is known.
    const failed = host.invoke(event).then(async (outcome): Promise<Answer> => {
      if (!outcome.ok) return { Status: "FAILED", Reason: `${outcome.error.errorType}: ${outcome.error.errorMessage}` };
      return await answered;
    });
    try {
      return await Promise.race([answered, failed]);
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(token);
    }
  }
}

/** CloudFormation hands every scalar to a custom resource as text. */
function withTextValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withTextValues);
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withTextValues(item)]));
  return String(value);
}

function timeoutSeconds(properties: Record<string, unknown>): number {
  const seconds = Number(properties["ServiceTimeout"] ?? DEFAULT_TIMEOUT_SECONDS);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_TIMEOUT_SECONDS;
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return undefined;
  }
}
