import { RemovalPolicy } from "aws-cdk-lib";
import type { Configuration } from "./configuration.ts";

/**
 * What becomes of data when its stack goes. What is retained still goes when the very deployment that made it fails and is rolled back: it is empty
 * then, and its name would stand in the way of the next try ("already exists").
 */
export function removalPolicyOf({ removal }: Pick<Configuration, "removal">): RemovalPolicy {
  return removal === "retain" ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
}
