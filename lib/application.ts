import { Annotations, type App, Tags, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";
import { stackNamePrefix } from "../core/deployment-outputs.ts";
import { configurationWarnings } from "./configuration-warnings.ts";
import type { Configuration } from "./configuration.ts";
import { DataStack } from "./data-stack.ts";
import { ModelsStack } from "./models-stack.ts";
import { PipelineStack } from "./pipeline-stack.ts";
import { WarehouseStack } from "./warehouse-stack.ts";

/** The stacks of one stage, few and split by how often they change. */
export function buildApplication(app: App, configuration: Configuration): void {
  const prefix = stackNamePrefix(configuration.stage);
  const terminationProtection = configuration.removal === "retain";
  const data = new DataStack(app, `${prefix}data`, { configuration, terminationProtection, description: "Valence: streams, buckets and the lake" });
  const pipeline = new PipelineStack(app, `${prefix}pipeline`, { configuration, data, description: "Valence: functions and queues" });
  if (configuration.textModels.length > 0 || (configuration.audio?.models ?? []).length > 0) {
    pipeline.addStackDependency(new ModelsStack(app, `${prefix}models`, { configuration, data, terminationProtection, description: "Valence: SageMaker endpoints" }));
  }
  if (configuration.warehouse.enabled) {
    new WarehouseStack(app, `${prefix}warehouse`, { configuration, data, terminationProtection, description: "Valence: Redshift Serverless" });
  }
  for (const { id, message } of configurationWarnings(configuration)) Annotations.of(pipeline).addWarningV2(id, message);
  // A scalable target costs nothing by itself, and cfn-lint's schema does not know its tags.
  const excludeResourceTypes = ["AWS::ApplicationAutoScaling::ScalableTarget"];
  for (const [key, value] of Object.entries(configuration.tags)) Tags.of(app).add(key, value, { excludeResourceTypes });
  // The CDK's own switch for its template checks, which take most of a synthesis; a run on one machine does without both.
  if (process.env["CDK_VALIDATION"] !== "false") Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
