import { Stack, type StackProps } from "aws-cdk-lib";
import { FactName } from "aws-cdk-lib/region-info";
import type { Construct } from "constructs";
import type { Configuration } from "./configuration.ts";
import type { DataStack } from "./data-stack.ts";
import { JUMPSTART_MODELS, type JumpStartModel } from "./jumpstart-models.ts";
import { TextEndpoint, type TextEndpointProps } from "./text-endpoint.ts";
import type { ContainerTextModel, JumpStartTextModel } from "./text-models-configuration.ts";

export interface ModelsStackProps extends StackProps {
  configuration: Configuration;
  data: DataStack;
}

/** The endpoints of `textModels`: slow to deploy, and most cost money while they exist. */
export class ModelsStack extends Stack {
  constructor(scope: Construct, id: string, props: ModelsStackProps) {
    super(scope, id, props);
    const { configuration, data } = props;
    for (const model of configuration.textModels) {
      new TextEndpoint(this, model.name, {
        name: model.name,
        key: data.key,
        logRetention: configuration.logs.retentionDays,
        ...(model.kind === "jumpstart" ? this.#jumpStart(model) : this.#container(model)),
      });
    }
  }

  #jumpStart({ acceptEula, image, instances, instanceType, model }: JumpStartTextModel): ServedModel {
    const published: JumpStartModel = JUMPSTART_MODELS[model];
    const ownImage = image ?? published.image;
    const account = this.regionalFact(FactName.DLC_REPOSITORY_ACCOUNT);
    return {
      image: `${account}.dkr.ecr.${this.region}.${this.urlSuffix}/${ownImage}`,
      repositoryArn: `arn:${this.partition}:ecr:${this.region}:${account}:repository/${ownImage.split(":")[0]}`,
      modelData: { bucket: `${published.gated ? "jumpstart-private-cache-prod" : "jumpstart-cache-prod"}-${this.region}`, key: published.artifacts },
      ...(published.eula === undefined ? {} : { acceptEula }),
      environment: { ...published.environment, ...published.instanceTypes[instanceType] },
      hosting: { kind: "instances", instanceType, instances },
    };
  }

  #container({ environment, hosting, image, modelData, modelDataKeyArn }: ContainerTextModel): ServedModel {
    const [, account, region, repository] = /^(\d+)\.dkr\.ecr\.([^.]+)\.[^/]+\/([^:@]+)/u.exec(image) ?? [];
    const [, bucket, key] = /^s3:\/\/([^/]+)\/(.+)$/u.exec(modelData) ?? [];
    return {
      image,
      repositoryArn: `arn:${this.partition}:ecr:${region}:${account}:repository/${repository}`,
      modelData: { bucket: bucket ?? "", key: key ?? "" },
      modelDataKeyArn,
      environment,
      hosting,
    };
  }
}

type ServedModel = Omit<TextEndpointProps, "name" | "key" | "logRetention">;
