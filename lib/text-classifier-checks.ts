import type { SingleSpecification } from "../core/classification/classifier-specification.ts";
import type { TextClassifierConfiguration } from "./configuration.ts";
import { JUMPSTART_MODELS, type JumpStartModel } from "./jumpstart-models.ts";
import { type Place, specificationPlaces } from "./specification-places.ts";
import type { JumpStartTextModel, TextModel } from "./text-models-configuration.ts";

/** What stands at `place` cannot be deployed; `message` says what to write there instead. */
export interface Mistake {
  place: Place;
  message: string;
}

/** Lambda's limit for all variables of a function together is 4 KB; the others need what is left. */
const LARGEST_SPECIFICATION_BYTES = 3_500;

/*
 * A guess on the slow side at what a call to a language model takes, and how many run at a time: enough to refuse batches that could
 * never be done before the function's time is up, and would come back to the queue until they are dead letters.
 */
const SECONDS_A_CALL = 10;
const CALLS_AT_A_TIME = 4;
const LEAST_SECONDS_FOR_LANGUAGE_MODELS = 60;

/** The mistakes that no single key shows. Places start at the configuration. */
export function textClassifierMistakes(classifier: TextClassifierConfiguration, textModels: readonly TextModel[]): Mistake[] {
  const bytes = Buffer.byteLength(JSON.stringify(classifier.model));
  const tooLong: Mistake = {
    place: ["textClassifier", "model"],
    message: `a specification of at most ${LARGEST_SPECIFICATION_BYTES} bytes of JSON (this one has ${bytes}), because Lambda keeps at most 4 KB of variables; leave stages, links or classes out`,
  };
  return [
    ...(bytes > LARGEST_SPECIFICATION_BYTES ? [tooLong] : []),
    ...specificationPlaces(classifier.model, ["textClassifier", "model"]).flatMap(({ place, specification }) => [
      ...timeMistakes(place, specification, classifier),
      ...classesMistakes(place, specification),
      ...endpointMistakes(place, specification, textModels),
    ]),
    ...textModels.flatMap((model, index) => textModelMistakes(model, ["textModels", index], textModels.slice(0, index))),
  ];
}

function timeMistakes(place: Place, specification: SingleSpecification, { batchSize, timeoutSeconds }: TextClassifierConfiguration): Mistake[] {
  if (specification.kind !== "bedrock" && specification.kind !== "sagemaker-llm") return [];
  if (timeoutSeconds < LEAST_SECONDS_FOR_LANGUAGE_MODELS) {
    return [{ place: ["textClassifier", "timeoutSeconds"], message: `at least ${LEAST_SECONDS_FOR_LANGUAGE_MODELS}, because ${place.join(".")} is a language model, whose calls and retries take that long` }];
  }
  const { scores, textsPerCall } = specification;
  const callsPerText = scores.from === "samples" ? scores.samples : 1;
  const mostCalls = Math.floor((timeoutSeconds * CALLS_AT_A_TIME) / SECONDS_A_CALL);
  if (Math.ceil(batchSize / textsPerCall) * callsPerText <= mostCalls) return [];
  const largest = Math.floor(mostCalls / callsPerText) * textsPerCall;
  const otherwise = `, or raise ${place.join(".")}.textsPerCall or textClassifier.timeoutSeconds: ${place.join(".")} makes ${Math.ceil(batchSize / textsPerCall) * callsPerText} calls for a batch, and ${timeoutSeconds} seconds are enough for about ${mostCalls}`;
  return [{ place: ["textClassifier", "batchSize"], message: largest < 1 ? `fewer samples${otherwise}` : `at most ${largest}${otherwise}` }];
}

function classesMistakes(place: Place, specification: SingleSpecification): Mistake[] {
  if (specification.kind !== "comprehend") return [];
  const { classes, endpointArn } = specification;
  if (endpointArn !== undefined && classes === undefined) {
    return [{ place: [...place, "classes"], message: 'the custom classifier\'s classes and what they mean, such as {"COMPLAINT": "negative"}, because endpointArn names one' }];
  }
  if (endpointArn === undefined && classes !== undefined) {
    return [{ place: [...place, "endpointArn"], message: "the ARN of the custom classifier whose classes are given, or remove classes" }];
  }
  return [];
}

function endpointMistakes(place: Place, specification: SingleSpecification, textModels: readonly TextModel[]): Mistake[] {
  if (specification.kind !== "sagemaker-encoder") return [];
  const deployed = textModels.find(({ name }) => name === specification.endpoint);
  if (deployed?.kind !== "jumpstart") return [];
  return [{ place: [...place, "endpoint"], message: `the name of an encoder's endpoint; this one serves ${deployed.model}, a language model, which "kind": "sagemaker-llm" asks` }];
}

function textModelMistakes(model: TextModel, place: Place, before: readonly TextModel[]): Mistake[] {
  const instances = model.kind === "jumpstart" ? model.instances : model.hosting.kind === "instances" ? model.hosting.instances : undefined;
  const instancesPlace = model.kind === "jumpstart" ? [...place, "instances"] : [...place, "hosting", "instances"];
  return [
    // SageMaker takes endpoints whose names differ only in case for the same.
    ...(before.some(({ name }) => name.toLowerCase() === model.name.toLowerCase()) ? [{ place: [...place, "name"], message: "a name that no other entry of textModels has" }] : []),
    ...(instances !== undefined && instances.maximum < instances.minimum ? [{ place: [...instancesPlace, "maximum"], message: `at least ${instances.minimum}, the minimum` }] : []),
    ...(model.kind === "jumpstart" ? jumpStartMistakes(model, place) : []),
  ];
}

function jumpStartMistakes(model: JumpStartTextModel, place: Place): Mistake[] {
  const { eula, gated, instanceTypes }: JumpStartModel = JUMPSTART_MODELS[model.model];
  const offered = Object.keys(instanceTypes);
  return [
    ...(offered.includes(model.instanceType) ? [] : [{ place: [...place, "instanceType"], message: `one of ${offered.join(", ")}, on which JumpStart offers ${model.model}` }]),
    ...(eula !== undefined && model.acceptEula !== true
      ? [
          {
            place: [...place, "acceptEula"],
            message: `true once you have read and accept the licence agreement of ${model.model}: s3://${gated ? "jumpstart-private-cache-prod" : "jumpstart-cache-prod"}-<region>/${eula}, also shown on the model's page in SageMaker Studio`,
          },
        ]
      : []),
  ];
}
