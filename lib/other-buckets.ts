import { type IGrantable, PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Stack } from "aws-cdk-lib";
import type { AudioConfiguration } from "./audio-configuration.ts";

/** Somebody else's recordings: to be read, and what is missing to be told from what is forbidden. */
export function grantReadOtherBuckets(grantee: IGrantable, otherBuckets: AudioConfiguration["recordings"]["otherBuckets"], stack: Stack): void {
  const allow = (action: string, resource: string) => grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [resource] }));
  for (const { keyArn, name } of otherBuckets) {
    const bucketArn = `arn:${stack.partition}:s3:::${name}`;
    allow("s3:GetObject", `${bucketArn}/*`);
    allow("s3:ListBucket", bucketArn);
    if (keyArn !== undefined) allow("kms:Decrypt", keyArn);
  }
}
