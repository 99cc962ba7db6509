import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { jsonBody, jsonError, jsonResponse, targetOperation } from "../redshift-data/json-protocol.ts";
import { type LocalService, type RequiredPermission, ServiceError, type ServiceRequest, type ServiceResponse } from "../service.ts";

const UsageLimitSchema = z.object({
  usageLimitId: z.string(),
  usageLimitArn: z.string(),
  resourceArn: z.string(),
  usageType: z.enum(["serverless-compute", "cross-region-datasharing"]),
  amount: z.int().min(1),
  period: z.enum(["daily", "weekly", "monthly"]),
  breachAction: z.enum(["log", "emit-metric", "deactivate"]),
});
type UsageLimit = z.infer<typeof UsageLimitSchema>;

const CreateSchema = UsageLimitSchema.pick({ resourceArn: true, usageType: true, amount: true }).extend({
  period: UsageLimitSchema.shape.period.default("monthly"),
  breachAction: UsageLimitSchema.shape.breachAction.default("log"),
});
const UpdateSchema = UsageLimitSchema.pick({ usageLimitId: true }).extend({
  amount: UsageLimitSchema.shape.amount.optional(),
  breachAction: UsageLimitSchema.shape.breachAction.optional(),
});
const IdSchema = UsageLimitSchema.pick({ usageLimitId: true });
const ListSchema = z.object({
  resourceArn: z.string().optional(),
  usageType: UsageLimitSchema.shape.usageType.optional(),
  maxResults: z.int().min(1).max(100).default(100),
  nextToken: z.string().optional(),
});

export interface RedshiftServerlessOptions {
  /** Where the limits are kept. */
  file: string;
  region: string;
  accountId: string;
}

/** The part of Redshift Serverless that the migrator calls: usage limits. They are kept, not enforced: nothing bills here. */
export class RedshiftServerlessService implements LocalService {
  readonly signingName = "redshift-serverless";
  readonly #options: RedshiftServerlessOptions;
  readonly #limits: Map<string, UsageLimit>;

  /** @throws Error when the file is there and holds something else. */
  constructor(options: RedshiftServerlessOptions) {
    this.#options = options;
    const limits = existsSync(options.file) ? z.array(UsageLimitSchema).parse(JSON.parse(readFileSync(options.file, "utf8"))) : [];
    this.#limits = new Map(limits.map((limit) => [limit.usageLimitId, limit]));
  }

  /** None of the actions on usage limits knows a resource that a policy could name beforehand. */
  requiredPermissions(request: ServiceRequest): RequiredPermission[] {
    return [{ action: `redshift-serverless:${targetOperation(request, "RedshiftServerless")}`, resource: "*" }];
  }

  handle(request: ServiceRequest): Promise<ServiceResponse> {
    return Promise.resolve().then(() => jsonResponse(this.#answer(targetOperation(request, "RedshiftServerless"), request)));
  }

  renderError(error: ServiceError): ServiceResponse {
    return jsonError(error);
  }

  #answer(operation: string, request: ServiceRequest): unknown {
    switch (operation) {
      case "ListUsageLimits":
        return this.#list(jsonBody(request, ListSchema));
      case "CreateUsageLimit":
        return { usageLimit: this.#create(jsonBody(request, CreateSchema)) };
      case "UpdateUsageLimit": {
        const { usageLimitId, amount, breachAction } = jsonBody(request, UpdateSchema);
        const limit = this.#limit(usageLimitId);
        return { usageLimit: this.#keep({ ...limit, amount: amount ?? limit.amount, breachAction: breachAction ?? limit.breachAction }) };
      }
      case "DeleteUsageLimit": {
        const limit = this.#limit(jsonBody(request, IdSchema).usageLimitId);
        this.#limits.delete(limit.usageLimitId);
        this.#write();
        return { usageLimit: limit };
      }
      default:
        throw new ServiceError("UnknownOperationException", `The local warehouse does not answer redshift-serverless:${operation}.`);
    }
  }

  #list({ resourceArn, usageType, maxResults, nextToken }: z.infer<typeof ListSchema>): unknown {
    const all = [...this.#limits.values()].filter((limit) => (resourceArn ?? limit.resourceArn) === limit.resourceArn && (usageType ?? limit.usageType) === limit.usageType);
    const from = nextToken === undefined ? 0 : Number(nextToken);
    const to = from + maxResults;
    return { usageLimits: all.slice(from, to), nextToken: to < all.length ? String(to) : undefined };
  }

  #create(request: z.infer<typeof CreateSchema>): UsageLimit {
    const twin = [...this.#limits.values()].find((limit) => limit.resourceArn === request.resourceArn && limit.usageType === request.usageType && limit.period === request.period);
    if (twin !== undefined) {
      throw new ServiceError("ConflictException", `A ${request.period} limit for ${request.usageType} exists already on ${request.resourceArn}: update ${twin.usageLimitId}.`);
    }
    const usageLimitId = randomUUID();
    const { region, accountId } = this.#options;
    return this.#keep({ ...request, usageLimitId, usageLimitArn: `arn:aws:redshift-serverless:${region}:${accountId}:usagelimit/${usageLimitId}` });
  }

  #limit(id: string): UsageLimit {
    const limit = this.#limits.get(id);
    if (limit === undefined) throw new ServiceError("ResourceNotFoundException", `Usage limit ${id} does not exist.`);
    return limit;
  }

  #keep(limit: UsageLimit): UsageLimit {
    this.#limits.set(limit.usageLimitId, limit);
    this.#write();
    return limit;
  }

  #write(): void {
    const { file } = this.#options;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify([...this.#limits.values()], null, 2));
    renameSync(`${file}.new`, file);
  }
}
