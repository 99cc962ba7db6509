import { CloudFormationClient, paginateDescribeStacks } from "@aws-sdk/client-cloudformation";
import { type DEPLOYMENT_OUTPUTS, stackNamePrefix } from "../core/deployment-outputs.ts";
import type { DeploymentOutput } from "../core/deployment-outputs.ts";
import { CommandError, EXIT, isUnreachable } from "./command-error.ts";

export const DEFAULT_LOCAL_PORT = 4577;
export const LOCAL_REGION = "us-east-1";

/** The options every command that talks to a deployment takes. */
export interface TargetOptions {
  stage: string;
  region?: string;
  profile?: string;
  endpointUrl?: string;
  port?: number;
}

/** What an AWS client's constructor needs to reach the deployment. */
export interface ClientConfiguration {
  region?: string;
  profile?: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

export interface Deployment<Output extends DeploymentOutput = (typeof DEPLOYMENT_OUTPUTS)[number]> {
  stage: string;
  local: boolean;
  clientConfiguration: ClientConfiguration;
  /** Those the command needs, and whatever else the stacks publish. */
  outputs: Record<Output, string> & Partial<Record<DeploymentOutput, string>>;
}

/** Stage `local` means this machine, with credentials that mean nothing; any other stage means the account. */
export function clientConfiguration(target: TargetOptions): ClientConfiguration {
  if (target.stage === "local") {
    return {
      region: target.region ?? LOCAL_REGION,
      endpoint: target.endpointUrl ?? `http://127.0.0.1:${target.port ?? DEFAULT_LOCAL_PORT}`,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    };
  }
  return {
    ...(target.region === undefined ? {} : { region: target.region }),
    ...(target.profile === undefined ? {} : { profile: target.profile }),
    ...(target.endpointUrl === undefined ? {} : { endpoint: target.endpointUrl }),
  };
}

/**
 * Finds a deployment by the CloudFormation outputs of its stacks, the same way on one machine and in an account. Only the
 * outputs that the command needs must be there: a stage may do without a warehouse.
 * @throws CommandError with exit code 3 when nothing answers or the stage is not deployed.
 */
export async function findDeployment<Output extends DeploymentOutput>(
  target: TargetOptions,
  required: readonly Output[],
): Promise<Deployment<Output>> {
  const configuration = clientConfiguration(target);
  const outputs = await readOutputs(target, configuration);
  const missing = required.filter((name) => outputs[name] === undefined);
  if (missing.length > 0) throw notDeployed(target, configuration, missing, Object.keys(outputs).length);
  return {
    stage: target.stage,
    local: target.stage === "local",
    clientConfiguration: configuration,
    outputs,
  };
}

async function readOutputs(target: TargetOptions, configuration: ClientConfiguration): Promise<Record<string, string>> {
  const client = new CloudFormationClient({ ...configuration, maxAttempts: target.stage === "local" ? 1 : 3 });
  const prefix = stackNamePrefix(target.stage);
  const outputs: Record<string, string> = {};
  try {
    for await (const page of paginateDescribeStacks({ client }, {})) {
      for (const stack of page.Stacks ?? []) {
        if (!stack.StackName?.startsWith(prefix)) continue;
        for (const { OutputKey, OutputValue } of stack.Outputs ?? []) {
          if (OutputKey !== undefined && OutputValue !== undefined) outputs[OutputKey] = OutputValue;
        }
      }
    }
  } catch (error) {
    if (!isUnreachable(error)) throw error;
    const where = configuration.endpoint ?? `CloudFormation in ${configuration.region ?? "the configured region"}`;
    const advice = target.stage === "local" ? "Start it with `npx valence local`." : "Check the network, --region and --endpoint-url.";
    throw new CommandError(`Nothing is running at ${where}. ${advice}`, EXIT.unreachable, { cause: error });
  } finally {
    client.destroy();
  }
  return outputs;
}

function notDeployed(
  target: TargetOptions,
  configuration: ClientConfiguration,
  missing: readonly string[],
  found: number,
): CommandError {
  const where = configuration.endpoint ?? configuration.region ?? "the configured region";
  const prefix = stackNamePrefix(target.stage);
  if (found === 0) {
    return new CommandError(
      `There are no stacks named ${prefix}* in ${where}. Deploy them with \`npx cdk deploy --all -c stage=${target.stage}\`, or check --stage, --region and --profile.`,
      EXIT.unreachable,
    );
  }
  return new CommandError(
    `The stacks ${prefix}* in ${where} lack the outputs ${missing.join(", ")}: that part is switched off in the stage's configuration, not deployed, or deployed by another version. Deploy again with \`npx cdk deploy --all -c stage=${target.stage}\`.`,
    EXIT.unreachable,
  );
}
