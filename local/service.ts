/**
 * The interface between the gateway and the emulated services: one folder a service, each speaking its real wire
 * protocol, none knowing who else is there.
 */

/** Who signed a request: the access key in its `Authorization` header decides. */
export interface Caller {
  /** `null` is the owner of this machine (the CLI, a producer): allowed everything. */
  roleArn: string | null;
  /** For messages: the function's name, `Firehose results`, `the owner` … */
  name: string;
}

/** One AWS API request, read whole. */
export interface ServiceRequest {
  method: string;
  /** Decoded path, starting with `/`. */
  path: string;
  query: URLSearchParams;
  /** Lower-cased names. */
  headers: Record<string, string>;
  body: Buffer;
  caller: Caller;
  /** `http://127.0.0.1:4577` as the client sees it. */
  baseUrl: string;
}

export interface ServiceResponse {
  status: number;
  headers?: Record<string, string>;
  body?: Buffer | string;
}

/** What IAM would ask before this request is served, the key of an encrypted resource included. */
export interface RequiredPermission {
  /** e.g. `kinesis:PutRecords` */
  action: string;
  /** The ARN, or `*` for actions without resource-level permissions. */
  resource: string;
  /** Condition keys of this request, lower-cased, such as `iam:passedtoservice`. */
  context?: Readonly<Record<string, string>>;
}

export interface LocalService {
  /** The service name of the SigV4 credential scope: `kinesis`, `sqs`, `s3`, `redshift-data` … */
  readonly signingName: string;
  /** @throws ServiceError for a request that cannot be understood. */
  requiredPermissions(request: ServiceRequest): RequiredPermission[];
  handle(request: ServiceRequest): Promise<ServiceResponse>;
  /** The wire form of an error in this service's protocol. */
  renderError(error: ServiceError, request: ServiceRequest): ServiceResponse;
}

/** An error the service answers with, as the real one would. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}

/** Decides from the synthesized policies. Every refusal is kept for the report at the end of the run. */
export interface Authorizer {
  /** @throws AccessDeniedError naming caller, action, resource and the statement to add. */
  authorize(caller: Caller, permissions: readonly RequiredPermission[]): void;
}

export class AccessDeniedError extends ServiceError {
  constructor(caller: Caller, permission: RequiredPermission) {
    const statement = JSON.stringify({ Effect: "Allow", Action: permission.action, Resource: permission.resource });
    super(
      "AccessDeniedException",
      `${caller.name} (${caller.roleArn ?? "owner"}) is not authorized to perform ${permission.action} on ${permission.resource}. ` +
        `Its synthesized role lacks a statement such as ${statement}`,
      400,
    );
  }
}
