import { randomUUID } from "node:crypto";
import { queryError, queryResponse, readParameters, unknownAction } from "../protocols/aws-query.ts";
import type { LocalService, RequiredPermission, ServiceError, ServiceRequest, ServiceResponse } from "../service.ts";

const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

/** Says who is calling; nobody assumes roles here, since access keys decide. */
export class StsService implements LocalService {
  readonly signingName = "sts";
  readonly #accountId: string;

  constructor(options: { accountId: string }) {
    this.#accountId = options.accountId;
  }

  /** GetCallerIdentity needs no permission, in an account neither. */
  requiredPermissions(): RequiredPermission[] {
    return [];
  }

  // oxlint-disable-next-line typescript/require-await -- the interface is asynchronous
  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const action = readParameters(request).get("Action");
    if (action !== "GetCallerIdentity") throw unknownAction("sts", action, ["GetCallerIdentity"]);
    const { roleArn, name } = request.caller;
    const session = name.replaceAll(/[^\w+=,.@-]/gu, "-");
    const arn = roleArn === null ? `arn:aws:iam::${this.#accountId}:user/owner` : `${roleArn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/${session}`;
    const userId = roleArn === null ? "AIDALOCALOWNER" : `AROALOCAL:${session}`;
    return queryResponse(action, NAMESPACE, { Arn: arn, UserId: userId, Account: this.#accountId }, randomUUID());
  }

  renderError(error: ServiceError): ServiceResponse {
    return queryError(error, NAMESPACE, randomUUID());
  }
}
