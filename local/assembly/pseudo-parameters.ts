/** What the templates' pseudo parameters mean on this machine. */
export const LOCAL_REGION = "us-east-1";
export const LOCAL_ACCOUNT_ID = "123456789012";

export function arn(service: string, resource: string, scope: { region?: string; account?: string } = {}): string {
  return `arn:aws:${service}:${scope.region ?? LOCAL_REGION}:${scope.account ?? LOCAL_ACCOUNT_ID}:${resource}`;
}

export function stackId(stackName: string): string {
  return arn("cloudformation", `stack/${stackName}/00000000-0000-4000-8000-000000000000`);
}

/** `undefined` for a name that is no pseudo parameter. `AWS::NoValue` is the evaluator's own affair. */
export function pseudoParameter(name: string, stackName: string): unknown {
  switch (name) {
    case "AWS::Region":
      return LOCAL_REGION;
    case "AWS::AccountId":
      return LOCAL_ACCOUNT_ID;
    case "AWS::Partition":
      return "aws";
    case "AWS::URLSuffix":
      return "amazonaws.com";
    case "AWS::StackName":
      return stackName;
    case "AWS::StackId":
      return stackId(stackName);
    case "AWS::NotificationARNs":
      return [];
    default:
      return undefined;
  }
}
