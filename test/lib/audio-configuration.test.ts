import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { audioClassifierSpecification } from "../../lib/audio-checks.ts";
import { readConfiguration } from "../../lib/read-configuration.ts";
import { TINY_MODEL, voiceConfiguration } from "./example-specifications.ts";

const EXAMPLE = readFileSync(resolve(import.meta.dirname, "../../config/examples/voice.json"), "utf8");

// oxlint-disable-next-line typescript/no-explicit-any -- mistakes are put in where the types would forbid them
type Change = (configuration: any) => void;

/** Writes the example of a voice road with one change and reads it. */
function readChanged(change: Change): () => unknown {
  const configuration: unknown = JSON.parse(EXAMPLE);
  change(configuration);
  const path = join(mkdtempSync(join(tmpdir(), "valence-configuration-")), "own.json");
  writeFileSync(path, JSON.stringify(configuration));
  return () => readConfiguration({ config: path });
}

it("reads the example of a voice road", () => {
  expect(readChanged(() => {})()).toMatchObject({ stage: "voice", audio: { settings: { speakers: ["customer", "agent"] } } });
});

it.each(["dev", "prod"])("%s has none: no model comes with the project that a company may use", (stage) => {
  expect(readConfiguration({ stage }).audio).toBeNull();
});

it("takes a model folder of the project, and one anywhere else", () => {
  for (const folder of [TINY_MODEL, resolve(import.meta.dirname, "tiny-audio-model")]) {
    expect(readChanged((c) => (c.audio.models[0] = { name: "valence-voice-hubert", folder, hosting: c.audio.models[0].hosting }))()).toMatchObject({ audio: { models: [{ folder }, {}, {}] } });
  }
});

describe("a mistake is answered at its place", () => {
  const model = (c: { audio: { models: Record<string, unknown>[] } }, index = 0) => c.audio.models[index]!;
  const mistakes: [string, Change, string][] = [
    ["no word on audio", (c) => delete c.audio, "audio is missing: write null (no voice road: nothing of it is deployed), or an object"],
    ["an unknown key", (c) => (c.audio.preproccessor = {}), "audio.preproccessor is not a key that Valence knows (its value: {}): write audio.preprocessor"],
    ["a route that is none", (c) => (c.audio.settings.route = "listen"), 'audio.settings.route is "listen": write "direct" (the voice), "transcribe" (the words) or "both"'],
    ["a speaker that is neither", (c) => (c.audio.settings.speakers = ["customer", "bot"]), 'is "bot": write'],
    ["hours of quiet", (c) => (c.audio.settings.quietSeconds = 3_600), "audio.settings.quietSeconds is 3600: write seconds from 5 to 900"],
    ["recordings that could not be heard in time", (c) => (c.audio.preprocessor.timeoutSeconds = 300), "audio.settings.maximumMinutes is 120: write at most 100, or raise audio.preprocessor.timeoutSeconds (300) or its memoryMiB (2048; a whole core is 1769)"],
    ["recordings that could not be heard with so little memory", (c) => (c.audio.preprocessor.memoryMiB = 1_024), "audio.settings.maximumMinutes is 120: write at most 115, or raise"],
    ["records older than the stream keeps", (c) => (c.audio.stream.retentionHours = 24), "audio.live.maximumRecordAgeSeconds is 259200: write at most 86400, what audio.stream.retentionHours keeps"],
    ["many recordings at a time", (c) => (c.audio.preprocessor.batchSize = 11), "audio.preprocessor.batchSize is 11: write recordings from 1 to 10, such as 1"],
    ["a window before recordings", (c) => (c.audio.preprocessor.windowSeconds = 5), "audio.preprocessor.windowSeconds is not a key that Valence knows"],
    ["big batches without a window", (c) => (c.audio.classifier.batchSize = 20), "audio.classifier.windowSeconds is 0: write at least 1, because SQS batches of more than 10 jobs need a window"],
    ["too little concurrency for recordings", (c) => (c.audio.preprocessor.reservedConcurrency = 19), "audio.preprocessor.reservedConcurrency is 19: write at least audio.preprocessor.maximumConcurrency (20)"],
    ["too little concurrency for jobs", (c) => (c.audio.classifier.reservedConcurrency = 19), "audio.classifier.reservedConcurrency is 19: write at least audio.classifier.maximumConcurrency (20)"],
    ["too little concurrency for live audio", (c) => (c.audio.live.reservedConcurrency = 8), "audio.live.reservedConcurrency is 8: write at least 9: 5 checks for quiet conversations, and"],
    ["a bucket by its ARN", (c) => (c.audio.recordings.otherBuckets[0].name = "arn:aws:s3:::calls"), 'audio.recordings.otherBuckets.0.name is "arn:aws:s3:::calls": write the name of a bucket'],
    ["a key by its alias", (c) => (c.audio.recordings.otherBuckets[0].keyArn = "alias/calls"), 'audio.recordings.otherBuckets.0.keyArn is "alias/calls": write the ARN of the KMS key'],
    ["no endpoint", (c) => (c.audio.classifier.endpoints = []), "audio.classifier.endpoints is []: write from 1 to 5 endpoints"],
    ["a weight of nothing", (c) => (c.audio.classifier.endpoints[0].weight = 0), "audio.classifier.endpoints.0.weight is 0: write its say in the ensemble, above 0"],
    ["an endpoint of others that nobody knows", (c) => (c.audio.classifier.endpoints[0].name = "theirs"), 'audio.classifier.endpoints.0.answers is missing: write "at-once" or "later" (an asynchronous endpoint), because the endpoint theirs is not in audio.models'],
    ["an answer against its hosting", (c) => (c.audio.classifier.endpoints[2].answers = "at-once"), 'audio.classifier.endpoints.2.answers is "at-once": write "later", as audio.models says by "kind": "async"'],
    ["an endpoint asked twice", (c) => (c.audio.classifier.endpoints[1].name = "valence-voice-hubert"), 'audio.classifier.endpoints.1.name is "valence-voice-hubert": write an endpoint that is not asked already'],
    ["two endpoints of one name", (c) => (model(c, 1)["name"] = "Valence-Voice-HuBERT"), 'audio.models.1.name is "Valence-Voice-HuBERT": write a name that no other entry of audio.models and textModels has'],
    ["an unknown hosting", (c) => (model(c)["hosting"] = { kind: "edge" }), 'audio.models.0.hosting.kind is "edge": write an object with "kind": "serverless"'],
    ["a size that serverless endpoints lack", (c) => (model(c)["hosting"] = { kind: "serverless", memoryMiB: 1_000, maximumConcurrency: 1 }), "audio.models.0.hosting.memoryMiB is 1000: write one of 1024, 2048"],
    ["fewer instances at most than at least", (c) => (c.audio.models[1].hosting.instances.minimum = 5), "audio.models.1.hosting.instances.maximum is 4: write at least 5, the minimum"],
    ["a model from nowhere", (c) => delete model(c)["modelData"], "audio.models.0.folder is missing: write a model folder, or modelData in its place"],
    ["a model from two places", (c) => (model(c)["folder"] = TINY_MODEL), `audio.models.0.folder is "${TINY_MODEL}": write a model folder, or modelData in its place`],
    ["a model that is not packed", (c) => (model(c)["modelData"] = "s3://our-models/hubert/"), 'audio.models.0.modelData is "s3://our-models/hubert/": write the S3 address of the packed model'],
    ["a key without modelData", (c) => (c.audio.models[0] = { name: "a", folder: TINY_MODEL, modelDataKeyArn: "arn:aws:kms:eu-west-1:111122223333:key/a", hosting: model(c)["hosting"] }), "write nothing: it is the key of modelData, and a folder has none"],
    ["a folder that is none", (c) => (c.audio.models[0] = { name: "valence-voice-hubert", folder: "models/nowhere", hosting: model(c)["hosting"] }), "audio.models.0.folder: models/nowhere/model.json is missing: write the path of a model folder"],
  ];

  it.each(mistakes)("%s", (_name, change, expected) => {
    expect(readChanged(change)).toThrow(expected);
  });
});

describe("the specification of the audio-classifier", () => {
  it("says of each endpoint how it answers, by how it is hosted", () => {
    expect(audioClassifierSpecification(voiceConfiguration().audio)).toEqual({
      endpoints: [
        { name: "valence-voice-hubert", weight: 1, answers: "at-once" },
        { name: "valence-voice-wav2vec2", weight: 1, answers: "at-once" },
        { name: "valence-voice-whisper", weight: 2, answers: "later" },
      ],
    });
  });

  it("takes the configuration's word for an endpoint that is not deployed here, and keeps its price", () => {
    const { audio } = voiceConfiguration((a) => (a.classifier.endpoints = [{ name: "theirs", weight: 1, answers: "later", usdPerHour: 0.5 }]));

    expect(audioClassifierSpecification(audio).endpoints).toEqual([{ name: "theirs", weight: 1, answers: "later", usdPerHour: 0.5 }]);
  });
});
