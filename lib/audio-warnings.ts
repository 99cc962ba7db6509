import type { AudioConfiguration } from "./audio-configuration.ts";
import { describePlace } from "./configuration-problems.ts";
import { type ConfigurationWarning, mustExist } from "./configuration-warning.ts";
import { readModelFolder } from "./model-folder.ts";

/** SQS keeps a job that nobody could do for so long: 14 days from when it was first sent. */
const DEAD_LETTER_DAYS = 14;

/** Of a voice road that can be deployed and yet deserves a second look. */
export function audioWarnings({ classifier, models, prepared }: AudioConfiguration): ConfigurationWarning[] {
  const deployed = new Set(models.map(({ name }) => name));
  const asked = new Set(classifier.endpoints.map(({ name }) => name));
  const early =
    prepared.expireAfterDays >= DEAD_LETTER_DAYS
      ? []
      : [
          {
            id: "valence:audio-expires-early",
            message: describePlace(
              ["audio", "prepared", "expireAfterDays"],
              `a job in the dead-letter queue can be replayed for ${DEAD_LETTER_DAYS} days, its audio is gone after ${prepared.expireAfterDays}: write at least ${DEAD_LETTER_DAYS}, or replay in time`,
            ),
          },
        ];
  const foreign = classifier.endpoints.flatMap(({ name }, index) =>
    deployed.has(name) ? [] : [{ id: "valence:endpoint-not-deployed", message: describePlace(["audio", "classifier", "endpoints", index, "name"], `the endpoint ${name} is not in audio.models: ${mustExist(name)}`) }],
  );
  const ofModels = models.flatMap(({ folder, hosting, name }, index) => {
    const unused = asked.has(name)
      ? []
      : [
          {
            id: "valence:endpoint-not-asked",
            message: describePlace(
              ["audio", "models", index, "name"],
              `audio.classifier.endpoints never asks the endpoint ${name}${hosting.kind === "realtime" ? ", which costs money all the same" : ""}: remove one or name the other`,
            ),
          },
        ];
    return [...unused, ...(folder === undefined ? [] : licenceWarnings(folder, readModelFolder(folder).manifest.licence, index))];
  });
  return [...early, ...foreign, ...ofModels];
}

function licenceWarnings(folder: string, licence: string, index: number): ConfigurationWarning[] {
  // Creative Commons' mark of licences that forbid commercial use: CC-BY-NC-4.0, CC-BY-NC-SA-4.0.
  if (!/^CC-BY-NC\b/iu.test(licence)) return [];
  return [
    {
      id: "valence:non-commercial-model",
      message: describePlace(["audio", "models", index, "folder"], `${folder} is licensed for non-commercial use only (${licence}): deploy a model of your own for anything else (docs/audio-models.md)`),
    },
  ];
}
