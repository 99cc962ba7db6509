import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigurationError, readConfiguration } from "../../lib/read-configuration.ts";

const DEV = readFileSync(resolve(import.meta.dirname, "../../config/dev.json"), "utf8");

// oxlint-disable-next-line typescript/no-explicit-any -- mistakes are put in where the types would forbid them
type Change = (configuration: any) => void;

/** Writes dev.json with one change and reads it. */
function readChanged(change: Change): () => unknown {
  const configuration: unknown = JSON.parse(DEV);
  change(configuration);
  return readText(JSON.stringify(configuration));
}

function readText(text: string): () => unknown {
  const path = join(mkdtempSync(join(tmpdir(), "valence-configuration-")), "own.json");
  writeFileSync(path, text);
  return () => readConfiguration({ config: path });
}

describe("choosing a configuration", () => {
  it.each(["dev", "prod", "local"])("reads the stage %s, whose file names itself", (stage) => {
    expect(readConfiguration({ stage }).stage).toBe(stage);
  });

  it("takes dev when nothing is chosen", () => {
    expect(readConfiguration({}).stage).toBe("dev");
  });

  it("takes a file of one's own, before a stage", () => {
    expect(readChanged((c) => (c.stage = "eu-pilot"))()).toMatchObject({ stage: "eu-pilot" });
  });

  it("answers an unknown stage with the nearest and the list", () => {
    expect(() => readConfiguration({ stage: "prd" })).toThrow(
      new ConfigurationError('There is no stage "prd"; did you mean prod? Stages are dev, local, prod; a file of your own is named by its path: -c config=my-stage.json (cdk) or --config my-stage.json (valence).'),
    );
  });

  it("does not guess at a stage that resembles none", () => {
    expect(() => readConfiguration({ stage: "staging" })).toThrow(/^There is no stage "staging"\. Stages are dev, local, prod/u);
  });

  it("does not let a stage leave its folder", () => {
    expect(() => readConfiguration({ stage: "../package" })).toThrow(/There is no stage/u);
  });

  it("says that a file cannot be read", () => {
    expect(() => readConfiguration({ config: "/nowhere/own.json" })).toThrow(/nowhere\/own\.json cannot be read .*give the path/u);
  });

  it("says that a file is not JSON", () => {
    expect(readText('{"stage": "dev",}')).toThrow(/is not JSON .*mend it there/u);
  });

  it("refuses a path that is none", () => {
    expect(() => readConfiguration({ config: "" })).toThrow('The context value config is "": give a path');
  });
});

describe("a mistake is answered with what, which value and what to write instead", () => {
  const mistakes: [string, Change, string][] = [
    ["an unknown key", (c) => (c.lakes = c.lake), "lakes is not a key that Valence knows"],
    ["an unknown key near a known one", (c) => (c.textPreprocessor.batchsize = 5), "textPreprocessor.batchsize is not a key that Valence knows (its value: 5): write textPreprocessor.batchSize"],
    ["an unknown key near none", (c) => (c.rejects.colour = "red"), 'rejects.colour is not a key that Valence knows (its value: "red"): remove it; known here: expireAfterDays'],
    ["a key of the other stream mode", (c) => (c.streams.text = { mode: "on-demand", shards: 3, retentionHours: 24 }), "streams.text.shards is not a key that Valence knows (its value: 3): remove it; known here: mode, retentionHours"],
    ["a missing key", (c) => delete c.streams.text.retentionHours, "streams.text.retentionHours is missing: write hours from 24 to 8760, such as 24"],
    ["a missing section", (c) => delete c.warehouse, "warehouse is missing: write "],
    ["a number out of range", (c) => (c.textPreprocessor.parallelization = 11), "textPreprocessor.parallelization is 11: write batches of one shard at a time from 1 to 10, such as 2"],
    ["a fraction", (c) => (c.lake.bufferMiB = 64.5), "lake.bufferMiB is 64.5: write MiB from 64 to 128, such as 128"],
    ["a text for a number", (c) => (c.rejects.expireAfterDays = "14"), 'rejects.expireAfterDays is "14": write days from 1 to 36500, such as 30'],
    ["a reserved concurrency out of range", (c) => (c.textPreprocessor.reservedConcurrency = 0), "textPreprocessor.reservedConcurrency is 0: write concurrent executions kept for this function from 1 to 1000, such as 20"],
    ["a wrong stream mode", (c) => (c.streams.results.mode = "ondemand"), 'streams.results.mode is "ondemand": write an object with "mode": "on-demand", or "mode": "provisioned" and "shards"'],
    ["a classifier of old", (c) => (c.textClassifier.kind = "embedded"), 'textClassifier.kind is not a key that Valence knows (its value: "embedded"): remove it; known here: model, personalData'],
    ["an unknown classifier", (c) => (c.textClassifier.model.kind = "oracle"), 'textClassifier.model.kind is "oracle": write an object with "kind": "embedded", "bedrock"'],
    ["no classifier", (c) => delete c.textClassifier.model, 'textClassifier.model is missing: write an object with "kind": "embedded", "bedrock"'],
    ["an unknown finder of personal data", (c) => (c.textClassifier.personalData = "macie"), 'textClassifier.personalData is "macie": write "rules" (what rules can prove is taken out) or "comprehend"'],
    ["a wrong removal", (c) => (c.removal = "keep"), 'removal is "keep": write "destroy"'],
    ["a stage that names cannot hold", (c) => (c.stage = "My Stage"), 'stage is "My Stage": write a name of lower-case letters'],
    ["a capacity between the steps", (c) => (c.warehouse.baseCapacityRpus = 12), "warehouse.baseCapacityRpus is 12: write 4, a multiple of 8"],
    ["a limit that the refreshes alone use up", (c) => (c.warehouse.refreshMinutes = 15), "warehouse.usageLimit.rpuHours is 8: write more than 13, which the refreshes alone use"],
    ["a continuous refresh under a small limit", (c) => (c.warehouse.refreshMinutes = "continuous"), "warehouse.usageLimit.rpuHours is 8: write more than 192, which the refreshes alone use"],
    ["two zones", (c) => (c.warehouse.availabilityZones = ["us-east-1a", "us-east-1b"]), "warehouse.availabilityZones is [\"us-east-1a\",\"us-east-1b\"]: write three zones of the region"],
    ["a zone's id in place of its name", (c) => (c.warehouse.availabilityZones = ["use1-az1", "us-east-1b", "us-east-1c"]), 'warehouse.availabilityZones.0 is "use1-az1": write three zones of the region'],
    ["a refresh that is neither", (c) => (c.warehouse.refreshMinutes = "often"), 'warehouse.refreshMinutes is "often": write minutes from 1 to 1440, such as 60, or "continuous"'],
    ["a period that Redshift lacks", (c) => (c.warehouse.usageLimit.period = "hourly"), 'warehouse.usageLimit.period is "hourly": write one of "daily", "weekly", "monthly"'],
    ["days that CloudWatch lacks", (c) => (c.logs.retentionDays = 15), "logs.retentionDays is 15: write one of the days CloudWatch Logs knows: 1, 3, 5"],
    ["a tag that is no text", (c) => (c.tags.team = 7), "tags.team is 7: write a text of at most 256 characters"],
    ["big batches without a window", (c) => (c.textClassifier.windowSeconds = 0), "textClassifier.windowSeconds is 0: write at least 1, because SQS batches of more than 10 jobs need a window"],
    ["too little reserved concurrency", (c) => (c.textClassifier.reservedConcurrency = 5), "textClassifier.reservedConcurrency is 5: write at least textClassifier.maximumConcurrency (10)"],
    ["records older than the stream keeps", (c) => (c.textPreprocessor.maximumRecordAgeSeconds = 90_000), "textPreprocessor.maximumRecordAgeSeconds is 90000: write at most 86400"],
  ];

  it.each(mistakes)("%s", (_name, change, expected) => {
    expect(readChanged(change)).toThrow(expected);
  });

  it("lists every mistake at once, under the file's name", () => {
    const read = readChanged((c) => {
      c.removal = "keep";
      delete c.lake.versioned;
    });

    expect(read).toThrow(/own\.json has 2 mistakes:\n {2}removal is "keep".*\n {2}lake\.versioned is missing: write true or false/u);
  });

  it("refuses what is no object at all", () => {
    expect(readText("[]")).toThrow("the configuration is []: write an object");
  });
});
