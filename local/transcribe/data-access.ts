import * as z from "zod";
import { arn } from "../assembly/pseudo-parameters.ts";
import type { LocalApplication } from "../assembly/local-application.ts";
import { requireServicePermission } from "../iam/service-permission.ts";
import type { S3Engine } from "../s3/s3-engine.ts";
import { type Authorizer, type Caller, type RequiredPermission, ServiceError } from "../service.ts";

export const TRANSCRIBE_PRINCIPAL = "transcribe.amazonaws.com";

const TrustPolicySchema = z.looseObject({ Statement: z.array(z.looseObject({ Principal: z.unknown().optional() })) });

/** Whether Transcribe may take on a role, and what it then may do. */
export class DataAccess {
  readonly #s3: S3Engine;
  readonly #authorizer: Authorizer;
  /** ARN → trust policy, of every role of the templates. */
  readonly #trust: ReadonlyMap<string, unknown>;

  constructor(application: LocalApplication, s3: S3Engine, authorizer: Authorizer) {
    this.#s3 = s3;
    this.#authorizer = authorizer;
    this.#trust = new Map(application.ofType("AWS::IAM::Role").map((role) => [String(role.attribute("Arn")), role.properties["AssumeRolePolicyDocument"]]));
  }

  /** The roles whose trust policy names Transcribe. */
  roles(): string[] {
    return [...this.#trust].flatMap(([roleArn, policy]) => (JSON.stringify(policy ?? null).includes(`"${TRANSCRIBE_PRINCIPAL}"`) ? [roleArn] : []));
  }

  /** @throws ServiceError `BadRequestException` when the role is unknown or does not let Transcribe in. */
  requireTrust(roleArn: string, jobName: string): void {
    const policy = this.#trust.get(roleArn);
    if (policy === undefined) throw new ServiceError("BadRequestException", `The role ${roleArn} is in no template of this cloud assembly.`);
    try {
      // A trust policy has no resource: the role is what it is about.
      const statements = TrustPolicySchema.parse(policy).Statement.map((statement) => ({ ...statement, Resource: roleArn }));
      requireServicePermission({ service: TRANSCRIBE_PRINCIPAL, sourceArn: jobArn(jobName) }, { action: "sts:AssumeRole", resource: roleArn }, [{ Statement: statements }], `role ${roleArn}`);
    } catch (error) {
      throw new ServiceError("BadRequestException", `Transcribe can't assume the role ${roleArn}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  requireReading(worker: Caller, bucket: string, key: string): void {
    this.#require(worker, bucket, { action: "s3:GetObject", resource: `arn:aws:s3:::${bucket}/${key}` }, "kms:Decrypt");
  }

  /** @param outputKeyId the key of OutputEncryptionKMSKeyId; the bucket's own where none was said */
  requireWriting(worker: Caller, bucket: string, key: string, outputKeyId?: string): void {
    this.#require(worker, bucket, { action: "s3:PutObject", resource: `arn:aws:s3:::${bucket}/${key}` }, "kms:GenerateDataKey", outputKeyId === undefined ? undefined : keyArn(outputKeyId));
  }

  #require(worker: Caller, bucketName: string, permission: RequiredPermission, keyAction: string, ownKey = this.#s3.bucket(bucketName).kmsKeyArn): void {
    this.#authorizer.authorize(worker, [permission, ...(ownKey === undefined ? [] : [{ action: keyAction, resource: ownKey }])]);
  }
}

export function jobArn(jobName: string): string {
  return arn("transcribe", `transcription-job/${jobName}`);
}

/** Of a KMS key that is named by its id, its alias or its ARN. */
export function keyArn(key: string): string {
  return key.startsWith("arn:") ? key : arn("kms", key.startsWith("alias/") ? key : `key/${key}`);
}
