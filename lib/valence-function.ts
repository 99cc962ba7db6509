import { type Duration, RemovalPolicy } from "aws-cdk-lib";
import { type IGrantable, type IPrincipal, PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { ApplicationLogLevel, Architecture, Function as LambdaFunction, LoggingFormat, RecursiveLoop, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { z } from "zod";
import type { commonEnvironmentShape } from "../lambdas/shared/environment.ts";
import { acknowledgeWildcards } from "./acknowledged-wildcards.ts";
import type { Configuration } from "./configuration.ts";
import { functionCode } from "./function-code.ts";

export const TRACING_WILDCARD = "X-Ray's PutTraceSegments and PutTelemetryRecords know no resources.";

type CommonEnvironment = z.infer<z.ZodObject<typeof commonEnvironmentShape>>;

export interface ValenceFunctionProps<Environment extends CommonEnvironment> {
  /** The folder under `lambdas/`, and the end of the function's name. */
  name: string;
  stage: string;
  description: string;
  logs: Configuration["logs"];
  memoryMiB: number;
  timeout: Duration;
  reservedConcurrency?: number | undefined;
  /**
   * Where it puts messages for later on a queue that it reads itself. Lambda takes that for a runaway loop and drops a message after some 16 rounds,
   * unless told that it is meant (Lambda developer guide, "Recursive loop detection").
   */
  remindsItself?: true;
  /** Why the role's statements hold wildcards: the end of the resource → the reason. */
  wildcards?: Readonly<Record<string, string>>;
  /** Typed by the function's own `env.ts`: a missing variable does not compile. */
  environment: Omit<Environment, keyof CommonEnvironment>;
}

/** A Lambda function as all of Valence's are: same runtime, bundling, logs, tracing, and a role that starts with nothing. */
export class ValenceFunction<Environment extends CommonEnvironment> extends Construct implements IGrantable {
  readonly function: LambdaFunction;
  readonly grantPrincipal: IPrincipal;
  readonly timeout: Duration;

  constructor(scope: Construct, id: string, props: ValenceFunctionProps<Environment>) {
    super(scope, id);
    this.timeout = props.timeout;
    const functionName = `valence-${props.stage}-${props.name}`;
    // Under the account's own encryption: functions log counts and identifiers, never the words of a customer.
    const logGroup = new LogGroup(this, "Log", {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: props.logs.retentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // Our own role, because the CDK's brings a managed policy that may write to every log group of the account.
    const role = new Role(this, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com"), description: props.description });
    role.addToPolicy(new PolicyStatement({ actions: ["logs:CreateLogStream", "logs:PutLogEvents"], resources: [logGroup.logGroupArn] }));

    const environment: CommonEnvironment = {
      POWERTOOLS_SERVICE_NAME: props.name,
      POWERTOOLS_METRICS_NAMESPACE: "Valence",
      POWERTOOLS_LOG_LEVEL: props.logs.level,
    };
    this.function = new LambdaFunction(this, "Resource", {
      functionName,
      description: props.description,
      code: functionCode(props.name),
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memoryMiB,
      timeout: props.timeout,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      // Lambda drops what is below its own level, INFO unless told. Not raised with ours: metrics are lines without a level, and
      // would go too.
      ...(props.logs.level === "DEBUG" ? { applicationLogLevelV2: ApplicationLogLevel.DEBUG } : {}),
      tracing: Tracing.ACTIVE,
      ...(props.remindsItself === true ? { recursiveLoop: RecursiveLoop.ALLOW } : {}),
      environment: { ...props.environment, ...environment },
      ...(props.reservedConcurrency === undefined ? {} : { reservedConcurrentExecutions: props.reservedConcurrency }),
    });
    this.grantPrincipal = role;
    acknowledgeWildcards(role, { "*": TRACING_WILDCARD, ...props.wildcards });
  }
}
