import type { AudioClassifierSpecification } from "../core/classification/audio-specification.ts";
import type { AudioConfiguration, AudioModel } from "./audio-configuration.ts";
import type { Mistake } from "./text-classifier-checks.ts";
import type { TextModel } from "./text-models-configuration.ts";
import { transcriptionMistakes } from "./transcription-checks.ts";

/** How many quiet checks of live conversations run at a time, beside the batches of the stream: most find nothing to do, a few put a recording together. */
export const QUIET_CHECKS_AT_A_TIME = 5;

/** Seconds of audio that are heard in a second of one core: 21 measured for the slowest, Opus in stereo at 48 kHz; telephony is six times as fast. */
const SECONDS_HEARD_A_SECOND = 20;
/** Lambda gives a function one core at 1,769 MB, and of it a share by its memory; hearing uses one. */
const MIB_OF_A_CORE = 1_769;

/** The mistakes of `audio` that no single key shows. Places start at the configuration. */
export function audioMistakes(audio: AudioConfiguration, textModels: readonly TextModel[]): Mistake[] {
  const names = textModels.map(({ name }) => name);
  return [
    ...streamMistakes(audio),
    ...timeMistakes(audio),
    ...concurrencyMistakes(audio),
    ...endpointMistakes(audio),
    ...transcriptionMistakes(audio),
    ...audio.models.flatMap((model, index) => modelMistakes(model, index, [...names, ...audio.models.slice(0, index).map(({ name }) => name)])),
  ];
}

function streamMistakes({ classifier, live, stream }: AudioConfiguration): Mistake[] {
  const kept = stream.retentionHours * 3_600;
  return [
    ...(live.maximumRecordAgeSeconds > kept
      ? [{ place: ["audio", "live", "maximumRecordAgeSeconds"], message: `at most ${kept}, what audio.stream.retentionHours keeps; an older record would be lost without a trace` }]
      : []),
    ...(classifier.batchSize > 10 && classifier.windowSeconds === 0
      ? [{ place: ["audio", "classifier", "windowSeconds"], message: "at least 1, because SQS batches of more than 10 jobs need a window; or set audio.classifier.batchSize to 10 or less" }]
      : []),
  ];
}

/** A recording that is not heard in time comes back to the queue until it is a dead letter. */
function timeMistakes({ preprocessor: { memoryMiB, timeoutSeconds }, settings: { maximumMinutes } }: AudioConfiguration): Mistake[] {
  const most = Math.floor((timeoutSeconds * SECONDS_HEARD_A_SECOND * Math.min(1, memoryMiB / MIB_OF_A_CORE)) / 60);
  if (maximumMinutes <= most) return [];
  return [
    {
      place: ["audio", "settings", "maximumMinutes"],
      message: `at most ${most}, or raise audio.preprocessor.timeoutSeconds (${timeoutSeconds}) or its memoryMiB (${memoryMiB}; a whole core is ${MIB_OF_A_CORE}): hearing takes a second of a core for ${SECONDS_HEARD_A_SECOND} seconds of audio`,
    },
  ];
}

function concurrencyMistakes({ classifier, live, preprocessor }: AudioConfiguration): Mistake[] {
  const queued = (["preprocessor", "classifier"] as const).flatMap((part): Mistake[] => {
    const { maximumConcurrency, reservedConcurrency } = part === "preprocessor" ? preprocessor : classifier;
    if (reservedConcurrency === undefined || reservedConcurrency >= maximumConcurrency) return [];
    return [{ place: ["audio", part, "reservedConcurrency"], message: `at least audio.${part}.maximumConcurrency (${maximumConcurrency}), or jobs are throttled into the dead-letter queue` }];
  });
  const least = QUIET_CHECKS_AT_A_TIME + live.parallelization;
  if (live.reservedConcurrency === undefined || live.reservedConcurrency >= least) return queued;
  return [...queued, { place: ["audio", "live", "reservedConcurrency"], message: `at least ${least}: ${QUIET_CHECKS_AT_A_TIME} checks for quiet conversations, and audio.live.parallelization for a shard` }];
}

function endpointMistakes({ classifier, models }: AudioConfiguration): Mistake[] {
  return classifier.endpoints.flatMap(({ answers, name }, index): Mistake[] => {
    const place = ["audio", "classifier", "endpoints", index];
    if (classifier.endpoints.slice(0, index).some((other) => other.name === name)) return [{ place: [...place, "name"], message: "an endpoint that is not asked already; one weight says its say" }];
    const model = models.find((candidate) => candidate.name === name);
    if (model === undefined && answers === undefined) {
      return [{ place: [...place, "answers"], message: `"at-once" or "later" (an asynchronous endpoint), because the endpoint ${name} is not in audio.models; or deploy it there` }];
    }
    if (model !== undefined && answers !== undefined && answers !== answersOf(model)) {
      return [{ place: [...place, "answers"], message: `"${answersOf(model)}", as audio.models says by "kind": "${model.hosting.kind}"; or leave it out` }];
    }
    return [];
  });
}

function modelMistakes(model: AudioModel, index: number, before: readonly string[]): Mistake[] {
  const place = ["audio", "models", index];
  const mistakes: Mistake[] = [];
  // SageMaker takes endpoints whose names differ only in case for the same.
  if (before.some((name) => name.toLowerCase() === model.name.toLowerCase())) mistakes.push({ place: [...place, "name"], message: "a name that no other entry of audio.models and textModels has" });
  if ((model.folder === undefined) === (model.modelData === undefined)) mistakes.push({ place: [...place, "folder"], message: "a model folder, or modelData in its place: one of the two" });
  if (model.modelDataKeyArn !== undefined && model.modelData === undefined) mistakes.push({ place: [...place, "modelDataKeyArn"], message: "nothing: it is the key of modelData, and a folder has none" });
  if (model.hosting.kind === "realtime" && model.hosting.instances.maximum < model.hosting.instances.minimum) {
    mistakes.push({ place: [...place, "hosting", "instances", "maximum"], message: `at least ${model.hosting.instances.minimum}, the minimum` });
  }
  return mistakes;
}

function answersOf({ hosting }: AudioModel): "at-once" | "later" {
  return hosting.kind === "async" ? "later" : "at-once";
}

/** The specification that the audio-classifier gets: how an endpoint answers follows from how it is hosted. */
export function audioClassifierSpecification({ classifier, models }: AudioConfiguration): AudioClassifierSpecification {
  return {
    endpoints: classifier.endpoints.map(({ answers, ...endpoint }) => {
      const model = models.find(({ name }) => name === endpoint.name);
      return { ...endpoint, answers: model === undefined ? answers ?? "at-once" : answersOf(model) };
    }),
  };
}
