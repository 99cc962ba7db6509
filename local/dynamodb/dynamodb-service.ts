import { arn } from "../assembly/pseudo-parameters.ts";
import { jsonError, readJsonObject, targetOperation, unknownOperation } from "../protocols/aws-json.ts";
import { ServiceError, type LocalService, type RequiredPermission, type ServiceRequest, type ServiceResponse } from "../service.ts";
import type { TableDefinition } from "./table-definition.ts";
import type { TableStore } from "./table-store.ts";

/** Where an operation names its tables. Tables come from templates, so nothing here makes or deletes one. */
const OPERATIONS = {
  BatchGetItem: "batch",
  BatchWriteItem: "batch",
  DeleteItem: "table",
  DescribeTable: "table",
  GetItem: "table",
  ListTables: "none",
  PutItem: "table",
  Query: "table",
  Scan: "table",
  UpdateItem: "table",
} as const;

type Operation = keyof typeof OPERATIONS;

/** DynamoDB's JSON 1.0 protocol in front of a `TableStore`, which answers the calls; here is who may make them. */
export class DynamoDbService implements LocalService {
  readonly signingName = "dynamodb";
  readonly #store: TableStore;
  readonly #keys: ReadonlyMap<string, string | undefined>;

  constructor(store: TableStore, tables: readonly TableDefinition[]) {
    this.#store = store;
    this.#keys = new Map(tables.map(({ name, kmsKeyArn }) => [name, kmsKeyArn]));
  }

  requiredPermissions(request: ServiceRequest): RequiredPermission[] {
    const operation = operationOf(request);
    const action = `dynamodb:${operation}`;
    if (OPERATIONS[operation] === "none") return [{ action, resource: "*" }];
    return tableNames(operation, readJsonObject(request) as Record<string, unknown>).flatMap((name) => {
      const key = operation === "DescribeTable" ? undefined : this.#keys.get(name);
      // DynamoDB opens the table's own key in the caller's name, to write as to read.
      return [{ action, resource: arn("dynamodb", `table/${name}`) }, ...(key === undefined ? [] : [{ action: "kms:Decrypt", resource: key }])];
    });
  }

  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const { status, body } = await this.#store.call(operationOf(request), request.body);
    return { status, headers: { "content-type": "application/x-amz-json-1.0" }, body };
  }

  renderError(error: ServiceError): ServiceResponse {
    return jsonError("1.0", error);
  }
}

function operationOf(request: ServiceRequest): Operation {
  const operation = targetOperation(request);
  if (operation === undefined || !Object.hasOwn(OPERATIONS, operation)) throw unknownOperation("dynamodb", operation, Object.keys(OPERATIONS));
  return operation as Operation;
}

/** @throws ServiceError `ValidationException` where the request names none. */
function tableNames(operation: Operation, { TableName, RequestItems }: Record<string, unknown>): string[] {
  if (OPERATIONS[operation] === "batch" && typeof RequestItems === "object" && RequestItems !== null) return Object.keys(RequestItems);
  if (OPERATIONS[operation] === "table" && typeof TableName === "string") return [TableName];
  throw new ServiceError("ValidationException", `${operation} must name its ${OPERATIONS[operation] === "batch" ? "tables in RequestItems" : "table in TableName"}.`);
}
