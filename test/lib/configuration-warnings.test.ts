import { cpSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { MODEL_CATALOGUE } from "../../core/models/catalogue.ts";
import type { AudioConfiguration } from "../../lib/audio-configuration.ts";
import { configurationWarnings } from "../../lib/configuration-warnings.ts";
import { bedrock, configurationWith, jumpStartLlama, sageMakerEncoder, sageMakerLlm, TINY_MODEL, voiceConfiguration } from "./example-specifications.ts";
import { synthesize } from "./synthesized.ts";

const messages = (...configured: Parameters<typeof configurationWith>): string[] => configurationWarnings(configurationWith(...configured)).map(({ message }) => message);

describe("a configuration is warned about", () => {
  it("an endpoint that is not deployed by it", () => {
    expect(messages({ model: { kind: "fallback", links: [sageMakerLlm("pilot-llama"), sageMakerEncoder("theirs")] } }, [jumpStartLlama])).toEqual([
      "textClassifier.model.links.1.endpoint: the endpoint theirs is not in textModels: it must exist in the account and region already (aws sagemaker describe-endpoint --endpoint-name theirs)",
    ]);
  });

  it("an endpoint that nobody asks", () => {
    expect(messages({}, [jumpStartLlama])).toEqual([
      "textModels.0.name: textClassifier.model never asks the endpoint pilot-llama, which costs money all the same: remove one or name the other",
    ]);
  });

  it("what the catalogue says of a model, at its place", () => {
    expect(messages({ model: { kind: "cascade", stages: [{ classifier: { kind: "embedded" }, answerFrom: 0.8 }], last: bedrock("amazon.nova-lite-v1:0") } })).toEqual([
      expect.stringMatching(/^textClassifier\.model\.last\.model: amazon\.nova-lite-v1:0 by itself is served only in /u),
    ]);
  });

  it("a legacy model, with its end and what to move to", () => {
    const legacy = MODEL_CATALOGUE.find(({ provider, state, toolUse }) => provider === "bedrock" && state.kind === "legacy" && toolUse)!;
    const written = legacy.onDemand ? legacy.id : `${legacy.inferenceProfiles[0]}.${legacy.id}`;

    expect(messages({ model: bedrock(written) })).toContainEqual(expect.stringMatching(/^textClassifier\.model\.model: .* is legacy and ends on \d{4}-\d{2}-\d{2}: move to /u));
  });

  it("nothing, when all is well", () => {
    expect(messages({ model: bedrock("us.amazon.nova-lite-v1:0") })).toEqual([]);
  });
});

describe("a voice road is warned about", () => {
  const HERE = "audio.classifier.endpoints";
  const warnings = (change: (audio: AudioConfiguration) => void): string[] => configurationWarnings(voiceConfiguration(change)).map(({ message }) => message);

  it("an endpoint that is not deployed by it, and those that nobody asks", () => {
    expect(warnings((audio) => (audio.classifier.endpoints = [{ name: "theirs", weight: 1, answers: "at-once" }, { name: "valence-voice-whisper", weight: 1 }]))).toEqual([
      `${HERE}.0.name: the endpoint theirs is not in audio.models: it must exist in the account and region already (aws sagemaker describe-endpoint --endpoint-name theirs)`,
      `audio.models.0.name: ${HERE} never asks the endpoint valence-voice-hubert: remove one or name the other`,
      `audio.models.1.name: ${HERE} never asks the endpoint valence-voice-wav2vec2, which costs money all the same: remove one or name the other`,
    ]);
  });

  it("audio that is gone before its jobs", () => {
    expect(warnings((audio) => (audio.prepared.expireAfterDays = 13))).toEqual([
      "audio.prepared.expireAfterDays: a job in the dead-letter queue can be replayed for 14 days, its audio is gone after 13: write at least 14, or replay in time",
    ]);
  });

  it("a model that forbids commercial use, and no other", () => {
    const folder = mkdtempSync(join(tmpdir(), "valence-model-folder-"));
    cpSync(resolve(import.meta.dirname, "tiny-audio-model"), folder, { recursive: true });
    const manifest = JSON.parse(readFileSync(join(folder, "model.json"), "utf8")) as object;
    writeFileSync(join(folder, "model.json"), JSON.stringify({ ...manifest, licence: "CC-BY-NC-SA-4.0" }));
    const served = (path: string) => warnings((audio) => (audio.models[0] = { name: "valence-voice-hubert", folder: path, hosting: audio.models[0]!.hosting }));

    expect(served(folder)).toEqual([`audio.models.0.folder: ${folder} is licensed for non-commercial use only (CC-BY-NC-SA-4.0): deploy a model of your own for anything else (docs/audio-models.md)`]);
    expect(served(TINY_MODEL)).toEqual([]);
  });

  it("nothing, when all is well", () => {
    expect(warnings(() => {})).toEqual([]);
  });
});

it("the warnings stand in the synthesis's report, under an id by which they can be acknowledged", () => {
  expect(synthesize(configurationWith({}, [jumpStartLlama])).findings).toEqual([expect.stringMatching(/valence:endpoint-not-asked: .*never asks the endpoint pilot-llama/u)]);
});
