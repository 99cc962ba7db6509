import { randomUUID } from "node:crypto";
import { queryError, queryResponse, readParameters, unknownAction } from "../protocols/aws-query.ts";
import { ServiceError, type LocalService, type RequiredPermission, type ServiceRequest, type ServiceResponse } from "../service.ts";
import type { XmlFields } from "../protocols/xml.ts";

const NAMESPACE = "http://cloudformation.amazonaws.com/doc/2010-05-15/";
const ACTIONS = ["DescribeStacks", "ListStacks"] as const;

export interface LocalStack {
  name: string;
  /** Output key → value, resolved. */
  outputs: Record<string, string>;
  description?: string;
}

/** Stacks and their outputs, so that whoever looks for a deployment finds a local run the same way. */
export class CloudFormationService implements LocalService {
  readonly signingName = "cloudformation";
  readonly #stacks: readonly LocalStack[];
  readonly #arnPrefix: string;
  readonly #createdAt = new Date();

  constructor(options: { stacks: readonly LocalStack[]; region: string; accountId: string }) {
    this.#stacks = options.stacks;
    this.#arnPrefix = `arn:aws:cloudformation:${options.region}:${options.accountId}:stack/`;
  }

  requiredPermissions(request: ServiceRequest): RequiredPermission[] {
    const parameters = readParameters(request);
    const name = parameters.get("StackName");
    return [{ action: `cloudformation:${parameters.get("Action") ?? ""}`, resource: name === null ? "*" : `${this.#arnPrefix}${name}/*` }];
  }

  // oxlint-disable-next-line typescript/require-await -- the interface is asynchronous, reading a list is not
  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const parameters = readParameters(request);
    const action = parameters.get("Action");
    if (action === "DescribeStacks") {
      const stacks = this.#select(parameters.get("StackName"));
      return queryResponse(action, NAMESPACE, { Stacks: { member: stacks.map((stack) => this.#described(stack)) } }, randomUUID());
    }
    if (action === "ListStacks") {
      const summaries = this.#stacks.map((stack) => this.#summary(stack));
      return queryResponse(action, NAMESPACE, { StackSummaries: { member: summaries } }, randomUUID());
    }
    throw unknownAction("cloudformation", action, ACTIONS);
  }

  renderError(error: ServiceError): ServiceResponse {
    return queryError(error, NAMESPACE, randomUUID());
  }

  #select(nameOrId: string | null): readonly LocalStack[] {
    if (nameOrId === null) return this.#stacks;
    const found = this.#stacks.filter((stack) => stack.name === nameOrId || this.#id(stack) === nameOrId);
    if (found.length > 0) return found;
    throw new ServiceError("ValidationError", `Stack with id ${nameOrId} does not exist. There are: ${this.#stacks.map(({ name }) => name).join(", ") || "none"}.`);
  }

  #described(stack: LocalStack): XmlFields {
    const outputs = Object.entries(stack.outputs).map(([OutputKey, OutputValue]) => ({ OutputKey, OutputValue }));
    return { ...this.#summary(stack), Description: stack.description, DisableRollback: false, Capabilities: { member: "CAPABILITY_IAM" }, Outputs: { member: outputs } };
  }

  #summary(stack: LocalStack): XmlFields {
    return { StackId: this.#id(stack), StackName: stack.name, CreationTime: this.#createdAt, StackStatus: "CREATE_COMPLETE" };
  }

  #id(stack: LocalStack): string {
    return `${this.#arnPrefix}${stack.name}/local`;
  }
}
