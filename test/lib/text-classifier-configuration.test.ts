import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { readConfiguration } from "../../lib/read-configuration.ts";

const EXAMPLE = readFileSync(resolve(import.meta.dirname, "../../config/examples/cascade.json"), "utf8");

// oxlint-disable-next-line typescript/no-explicit-any -- mistakes are put in where the types would forbid them
type Change = (configuration: any) => void;

/** Writes the example of a cascade with one change and reads it. */
function readChanged(change: Change): () => unknown {
  const configuration: unknown = JSON.parse(EXAMPLE);
  change(configuration);
  const path = join(mkdtempSync(join(tmpdir(), "valence-configuration-")), "own.json");
  writeFileSync(path, JSON.stringify(configuration));
  return () => readConfiguration({ config: path });
}

const encoder = { kind: "container", name: "own-encoder", image: "111122223333.dkr.ecr.eu-west-1.amazonaws.com/encoder:1", modelData: "s3://our-models/encoder/model.tar.gz", environment: {}, hosting: { kind: "serverless", memoryMiB: 2_048, maximumConcurrency: 5 } };

it("reads the example of a cascade", () => {
  expect(readChanged(() => {})()).toMatchObject({ stage: "cascade", textClassifier: { model: { kind: "cascade" }, personalData: "comprehend" } });
});

describe("a mistake in the specification is answered at its place", () => {
  const PLACE = "textClassifier.model";
  const link = (c: { textClassifier: { model: { last: { links: Record<string, unknown>[] } } } }, index = 0) => c.textClassifier.model.last.links[index]!;
  const mistakes: [string, Change, string][] = [
    ["an unknown kind in a stage", (c) => (c.textClassifier.model.stages[1].classifier.kind = "comprehand"), `${PLACE}.stages.1.classifier.kind is "comprehand": write one of "embedded", "bedrock", "comprehend", "sagemaker-llm", "sagemaker-encoder"`],
    ["an unknown kind in a link", (c) => (link(c)["kind"] = "oracle"), `${PLACE}.last.links.0.kind is "oracle": write one of "bedrock", "comprehend", "sagemaker-llm", "sagemaker-encoder"`],
    ["the embedded model as a link", (c) => (c.textClassifier.model.last.links[2] = { kind: "embedded" }), `${PLACE}.last.links.2.kind is "embedded": write one of "bedrock"`],
    ["a cascade in a cascade", (c) => (c.textClassifier.model.last = { ...c.textClassifier.model }), `${PLACE}.last.kind is "cascade": write the classifier whose answer always stands`],
    ["a link without a kind", (c) => delete link(c)["kind"], `${PLACE}.last.links.0.kind is missing: write one of "bedrock"`],
    ["an unknown strategy", (c) => (link(c)["strategy"] = "few-shots"), `${PLACE}.last.links.0.strategy is "few-shots": write one of "zero-shot", "few-shot"`],
    ["a misspelt key in a link", (c) => (link(c)["textsPercall"] = 5), `${PLACE}.last.links.0.textsPercall is not a key that Valence knows (its value: 5): write ${PLACE}.last.links.0.textsPerCall`],
    ["a key that a stage does not have", (c) => (c.textClassifier.model.stages[0].answerfrom = 0.5), `${PLACE}.stages.0.answerfrom is not a key that Valence knows (its value: 0.5): write ${PLACE}.stages.0.answerFrom`],
    ["a threshold out of range", (c) => (c.textClassifier.model.stages[0].answerFrom = 80), `${PLACE}.stages.0.answerFrom is 80: write the confidence from which this stage's answer stands, from 0 to 1`],
    ["no stages", (c) => (c.textClassifier.model.stages = []), `${PLACE}.stages is []: write from 1 to 4 stages, cheapest first`],
    ["scores from nowhere", (c) => (link(c)["scores"] = { from: "thin air" }), `${PLACE}.last.links.0.scores.from is "thin air": write {"from": "stated"}`],
    ["samples without a temperature", (c) => (link(c)["scores"] = { from: "samples", samples: 5 }), `${PLACE}.last.links.0.scores.temperature is missing: write from 0.1 to 1, such as 0.7`],
    ["a guardrail without a version", (c) => (link(c)["guardrail"] = { id: "abc" }), `${PLACE}.last.links.0.guardrail.version is missing: write a version number, or "DRAFT"`],
    ["a guardrail by its name", (c) => (link(c)["guardrail"] = { id: "No-Personal-Data", version: "1" }), `${PLACE}.last.links.0.guardrail.id is "No-Personal-Data": write the guardrail's id (lower-case letters and digits) or ARN, not its name`],
    ["an encoder without labels", (c) => (c.textClassifier.model.stages[1].classifier = { kind: "sagemaker-encoder", endpoint: "e", model: "m", labels: {}, textsPerCall: 8, nameEmoji: true }), `${PLACE}.stages.1.classifier.labels is {}: write the container's labels`],
    ["an ARN that is no model's", (c) => Object.assign(link(c), { model: "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc", price: { inputUsdPerMillion: 1, outputUsdPerMillion: 1 } }), `${PLACE}.last.links.0.model: arn:aws:bedrock:us-east-1:123456789012:guardrail/abc is no ARN that can be asked`],
    ["a custom classifier without classes", (c) => (c.textClassifier.model.stages[1].classifier.endpointArn = "arn:aws:comprehend:eu-west-1:111122223333:document-classifier-endpoint/a"), `${PLACE}.stages.1.classifier.classes is missing: write the custom classifier's classes`],
    ["classes without a custom classifier", (c) => (c.textClassifier.model.stages[1].classifier.classes = { A: "negative" }), `${PLACE}.stages.1.classifier.endpointArn is missing: write the ARN of the custom classifier`],
    ["too little time for a language model", (c) => (c.textClassifier.timeoutSeconds = 59), `textClassifier.timeoutSeconds is 59: write at least 60, because ${PLACE}.last.links.0 is a language model`],
    ["a batch that could not be done in time", (c) => (c.textClassifier.batchSize = 1_000), `textClassifier.batchSize is 1000: write at most 960, or raise ${PLACE}.last.links.0.textsPerCall`],
    ["samples that could not be had in time", (c) => (link(c)["scores"] = { from: "samples", samples: 10, temperature: 0.7 }), "textClassifier.batchSize is 100: write at most 80, or raise"],
    ["a specification that no environment holds", (c) => (c.textClassifier.model.stages[1].classifier.classes = Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`CLASS_${index}`, "negative"]))), "write a specification of at most 3500 bytes of JSON"],
    ["a retired model", (c) => (link(c, 1)["model"] = "anthropic.claude-3-5-sonnet-20240620-v1:0"), `${PLACE}.last.links.1.model: anthropic.claude-3-5-sonnet-20240620-v1:0 (Claude 3.5 Sonnet) is retired`],
    ["an unknown model", (c) => (link(c)["model"] = "us.amazon.nova-light-v1:0"), `${PLACE}.last.links.0.model: us.amazon.nova-light-v1:0 is not in the model catalogue: did you mean us.amazon.nova-lite-v1:0?`],
  ];

  it.each(mistakes)("%s", (_name, change, expected) => {
    expect(readChanged(change)).toThrow(expected);
  });

  it("names a live model in the place of a retired one", () => {
    expect(readChanged((c) => (link(c)["model"] = "anthropic.claude-3-5-sonnet-20240620-v1:0"))).toThrow(/write .*anthropic\.claude-sonnet-4-6/u);
  });
});

describe("a mistake in the endpoints to deploy is answered at its place", () => {
  const mistakes: [string, Change, string][] = [
    ["an unknown kind", (c) => (c.textModels[0].kind = "jump-start"), 'textModels.0.kind is "jump-start": write one of "jumpstart", "container"'],
    ["no list", (c) => (c.textModels = {}), "textModels is {}: write the SageMaker endpoints to deploy"],
    ["an unknown model", (c) => (c.textModels[0].model = "llama"), 'textModels.0.model is "llama": write one of "meta-textgeneration-llama-3-70b-instruct", "huggingface-llm-mixtral-8x7b-instruct"'],
    ["an instance type that the model is not offered on", (c) => (c.textModels[0].instanceType = "ml.g5.xlarge"), 'textModels.0.instanceType is "ml.g5.xlarge": write one of ml.p4d.24xlarge, ml.g5.48xlarge'],
    ["a licence agreement not spoken of", (c) => (c.textModels[0].model = "meta-textgeneration-llama-3-70b-instruct"), "textModels.0.acceptEula is missing: write true once you have read and accept the licence agreement of meta-textgeneration-llama-3-70b-instruct: s3://jumpstart-private-cache-prod-<region>/fmhMetadata/eula/llama3Eula.txt"],
    ["a licence agreement not accepted", (c) => Object.assign(c.textModels[0], { model: "meta-textgeneration-llama-3-70b-instruct", acceptEula: false }), "textModels.0.acceptEula is false: write true once you have read"],
    ["fewer instances at most than at least", (c) => (c.textModels[0].instances = { minimum: 3, maximum: 2, invocationsPerMinute: 60 }), "textModels.0.instances.maximum is 2: write at least 3, the minimum"],
    ["two endpoints of one name", (c) => c.textModels.push({ ...c.textModels[0], name: "Valence-Cascade-Mixtral" }), 'textModels.1.name is "Valence-Cascade-Mixtral": write a name that no other entry of textModels has'],
    ["an image that is not in ECR", (c) => c.textModels.push({ ...encoder, image: "docker.io/encoder:1" }), 'textModels.1.image is "docker.io/encoder:1": write an image in ECR with its tag or digest'],
    ["a model that is not packed", (c) => c.textModels.push({ ...encoder, modelData: "s3://our-models/encoder/" }), 'textModels.1.modelData is "s3://our-models/encoder/": write the S3 address of the packed model'],
    ["a size that serverless endpoints lack", (c) => c.textModels.push({ ...encoder, hosting: { ...encoder.hosting, memoryMiB: 1_000 } }), "textModels.1.hosting.memoryMiB is 1000: write one of 1024, 2048"],
    ["an unknown hosting", (c) => c.textModels.push({ ...encoder, hosting: { kind: "edge" } }), 'textModels.1.hosting.kind is "edge": write an object with "kind": "serverless"'],
    ["a variable that is no text", (c) => c.textModels.push({ ...encoder, environment: { WORKERS: 2 } }), "textModels.1.environment.WORKERS is 2: write a text of at most 1024 characters"],
    [
      "an encoder's adapter before a language model",
      (c) => (c.textClassifier.model.last.links[2] = { kind: "sagemaker-encoder", endpoint: "valence-cascade-mixtral", model: "m", labels: { A: "positive" }, textsPerCall: 8, nameEmoji: false }),
      'textClassifier.model.last.links.2.endpoint is "valence-cascade-mixtral": write the name of an encoder\'s endpoint; this one serves huggingface-llm-mixtral-8x7b-instruct',
    ],
  ];

  it.each(mistakes)("%s", (_name, change, expected) => {
    expect(readChanged(change)).toThrow(expected);
  });
});
