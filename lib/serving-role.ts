import { Stack } from "aws-cdk-lib";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { LogGroup } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";
import { acknowledgeWildcards } from "./acknowledged-wildcards.ts";
import { AUDIO_KEYS } from "./audio-bucket.ts";

export interface ServingRoleProps {
  /** The ARN of the image's ECR repository. */
  repositoryArn: string;
  /** The S3 address of the packed model, or, ending in a slash, of the folder that holds it unpacked. */
  modelData: { bucket: string; key: string };
  /** Where the customer's own key encrypts the model. */
  modelDataKeyArn?: string | undefined;
  log: LogGroup;
  /** The prefix under which an asynchronous endpoint puts its answers. */
  answers?: string | undefined;
}

/** What SageMaker does on an endpoint's behalf: fetch the image and the model, write logs and metrics. */
export function servingRole(scope: Construct, id: string, { answers, log, modelData, modelDataKeyArn, repositoryArn }: ServingRoleProps): Role {
  const stack = Stack.of(scope);
  const bucketArn = `arn:${stack.partition}:s3:::${modelData.bucket}`;
  const unpacked = modelData.key.endsWith("/");
  const role = new Role(scope, id, {
    assumedBy: new ServicePrincipal("sagemaker.amazonaws.com", { conditions: { StringEquals: { "aws:SourceAccount": stack.account } } }),
    description: "SageMaker: serves a model",
  });
  const allow = (actions: string[], resource: string, conditions?: Record<string, unknown>): void => {
    role.addToPolicy(new PolicyStatement({ actions, resources: [resource], ...(conditions === undefined ? {} : { conditions }) }));
  };
  allow(["s3:GetObject"], `${bucketArn}/${modelData.key}${unpacked ? "*" : ""}`);
  allow(["s3:ListBucket"], bucketArn, { StringLike: { "s3:prefix": unpacked ? `${modelData.key}*` : modelData.key } });
  if (modelDataKeyArn !== undefined) allow(["kms:Decrypt"], modelDataKeyArn);
  allow(["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], repositoryArn);
  allow(["ecr:GetAuthorizationToken"], "*");
  allow(["cloudwatch:PutMetricData"], "*", { StringEquals: { "cloudwatch:namespace": ["/aws/sagemaker/Endpoints", "AWS/SageMaker"] } });
  allow(["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"], log.logGroupArn);
  acknowledgeWildcards(role, {
    "*": "ecr:GetAuthorizationToken and cloudwatch:PutMetricData know no resources; metrics are bounded by their namespace.",
    ...(unpacked ? { [`${modelData.key}*`]: "An unpacked model is all the files of its folder." } : {}),
    ...(answers === undefined ? {} : { "segments/*": AUDIO_KEYS["segments/"], [`${answers}*`]: AUDIO_KEYS["async-answers/"] }),
  });
  return role;
}
