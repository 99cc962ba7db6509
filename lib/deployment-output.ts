import { CfnOutput, type Stack } from "aws-cdk-lib";
import type { DeploymentOutput } from "../core/deployment-outputs.ts";

/** Publishes under the name that the CLI looks for. */
export function publish(stack: Stack, outputs: Partial<Record<DeploymentOutput, string>>): void {
  for (const [name, value] of Object.entries(outputs)) new CfnOutput(stack, name, { value });
}
