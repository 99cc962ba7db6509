import { Stack, type StackProps } from "aws-cdk-lib";
import { FactName } from "aws-cdk-lib/region-info";
import type { Construct } from "constructs";
import { AudioEndpoint } from "./audio-endpoint.ts";
import type { Configuration } from "./configuration.ts";
import type { DataStack } from "./data-stack.ts";
import { JUMPSTART_MODELS, type JumpStartModel } from "./jumpstart-models.ts";
import { ModelEndpoint, type ModelEndpointProps } from "./model-endpoint.ts";
import { modelServerImage } from "./model-server-image.ts";
import { s3Address } from "./s3-address.ts";
import type { ContainerTextModel, JumpStartTextModel } from "./text-models-configuration.ts";

export interface ModelsStackProps extends StackProps {
  configuration: Configuration;
  data: DataStack;
}

/** The endpoints of `textModels` and of `audio.models`: slow to deploy, and most cost money while they exist. */
export class ModelsStack extends Stack {
  constructor(scope: Construct, id: string, props: ModelsStackProps) {
    super(scope, id, props);
    const { configuration, data } = props;
    const logRetention = configuration.logs.retentionDays;
    for (const model of configuration.textModels) {
      new ModelEndpoint(this, model.name, { name: model.name, key: data.key, logRetention, ...(model.kind === "jumpstart" ? this.#jumpStart(model) : this.#container(model)) });
    }
    const audioModels = configuration.audio?.models ?? [];
    if (data.voice === undefined || audioModels.length === 0) return;
    const server = modelServerImage(this, "ModelServer");
    for (const model of audioModels) new AudioEndpoint(this, model.name, { model, server, bucket: data.voice.audio, key: data.key, logRetention });
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
      hosting: { kind: "realtime", instanceType, instances },
    };
  }

  #container({ environment, hosting, image, modelData, modelDataKeyArn }: ContainerTextModel): ServedModel {
    const [, account, region, repository] = /^(\d+)\.dkr\.ecr\.([^.]+)\.[^/]+\/([^:@]+)/u.exec(image) ?? [];
    return {
      image,
      repositoryArn: `arn:${this.partition}:ecr:${region}:${account}:repository/${repository}`,
      modelData: s3Address(modelData),
      modelDataKeyArn,
      environment,
      hosting: hosting.kind === "serverless" ? hosting : { ...hosting, kind: "realtime" },
    };
  }
}

type ServedModel = Omit<ModelEndpointProps, "name" | "key" | "logRetention">;
