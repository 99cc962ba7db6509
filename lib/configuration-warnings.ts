import { checkSpecification } from "../core/models/check-specification.ts";
import { audioWarnings } from "./audio-warnings.ts";
import type { Configuration } from "./configuration.ts";
import { describePlace } from "./configuration-problems.ts";
import { type ConfigurationWarning, mustExist } from "./configuration-warning.ts";
import { specificationPlaces } from "./specification-places.ts";

/** What can be deployed and yet deserves a second look. */
export function configurationWarnings({ audio, textClassifier, textModels }: Configuration): ConfigurationWarning[] {
  const root = ["textClassifier", "model"];
  const catalogue = checkSpecification(textClassifier.model).warnings.map(({ path, message }) => ({ id: "valence:model", message: describePlace([...root, ...path], message) }));

  const asked = specificationPlaces(textClassifier.model, root).flatMap(({ place, specification }) =>
    specification.kind === "sagemaker-llm" || specification.kind === "sagemaker-encoder" ? [{ place: [...place, "endpoint"], endpoint: specification.endpoint }] : [],
  );
  const deployed = new Set(textModels.map(({ name }) => name));
  const foreign = asked
    .filter(({ endpoint }) => !deployed.has(endpoint))
    .map(({ endpoint, place }) => ({
      id: "valence:endpoint-not-deployed",
      message: describePlace(place, `the endpoint ${endpoint} is not in textModels: ${mustExist(endpoint)}`),
    }));
  const unused = textModels.flatMap(({ name }, index) =>
    asked.some(({ endpoint }) => endpoint === name)
      ? []
      : [{ id: "valence:endpoint-not-asked", message: describePlace(["textModels", index, "name"], `textClassifier.model never asks the endpoint ${name}, which costs money all the same: remove one or name the other`) }],
  );
  return [...catalogue, ...foreign, ...unused, ...(audio === null ? [] : audioWarnings(audio))];
}
