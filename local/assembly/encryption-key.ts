import type { LocalResource } from "./local-application.ts";
import { arn } from "./pseudo-parameters.ts";

/**
 * The customer-managed key that a stream, queue, topic, bucket, table or secret is encrypted with, as an ARN: whoever reads or writes it needs
 * permissions on the key as well. `undefined` for keys of the service, which ask nobody.
 */
export function encryptionKeyArn(resource: LocalResource): string | undefined {
  const key = keyOf(resource);
  if (typeof key !== "string" || key.startsWith("alias/aws/")) return undefined;
  return key.startsWith("arn:") ? key : arn("kms", key.startsWith("alias/") ? key : `key/${key}`);
}

function keyOf({ type, properties }: LocalResource): unknown {
  switch (type) {
    case "AWS::Kinesis::Stream":
      return at(properties, "StreamEncryption", "KeyId");
    case "AWS::SecretsManager::Secret":
      return at(properties, "KmsKeyId");
    case "AWS::DynamoDB::Table":
      return at(properties, "SSESpecification", "KMSMasterKeyId");
    case "AWS::DynamoDB::GlobalTable":
      return at(properties, "Replicas", 0, "SSESpecification", "KMSMasterKeyId");
    case "AWS::SNS::Topic":
    case "AWS::SQS::Queue":
      return at(properties, "KmsMasterKeyId");
    case "AWS::S3::Bucket":
      return at(properties, "BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault", "KMSMasterKeyID");
    default:
      return undefined;
  }
}

function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce((current: unknown, key) => (typeof current === "object" && current !== null ? (current as Record<string | number, unknown>)[key] : undefined), value);
}
