import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { DEFAULT_FUSION_WEIGHTS } from "../../core/fusion/default-weights.ts";
import { fusionWeightsOf } from "../../lib/fusion-weights-file.ts";
import { readConfiguration } from "../../lib/read-configuration.ts";

const EXAMPLE = readFileSync(resolve(import.meta.dirname, "../../config/examples/voice.json"), "utf8");

// oxlint-disable-next-line typescript/no-explicit-any -- mistakes are put in where the types would forbid them
type Change = (configuration: any) => void;

const folder = (): string => mkdtempSync(join(tmpdir(), "valence-configuration-"));

/** Writes the example of a voice road with one change and reads it. */
function readChanged(change: Change): () => unknown {
  const configuration: unknown = JSON.parse(EXAMPLE);
  change(configuration);
  const path = join(folder(), "own.json");
  writeFileSync(path, JSON.stringify(configuration));
  return () => readConfiguration({ config: path });
}

function written(text: string): string {
  const path = join(folder(), "weights.json");
  writeFileSync(path, text);
  return path;
}

const longName = (index: number): string => `${"a".repeat(60)}${index}`;

describe("what may be", () => {
  const fine: [string, Change][] = [
    ["conversations without a voice road", (c) => (c.audio = null)],
    ["a voice road without conversations", (c) => (c.conversations = null)],
    ["Connect without tasks", (c) => (c.conversations.connect.taskFlowId = null)],
    ["a stream of segments under its service's own key", (c) => delete c.audio.transcription.contactLens.segmentsStream.keyArn],
    ["no alerts", (c) => (c.conversations.settings.alerts = [])],
    ["the least concurrency that suffices", (c) => {
      c.conversations.tracker.reservedConcurrency = 9;
      c.conversations.connect.results.reservedConcurrency = 6;
      c.audio.transcription.starter.reservedConcurrency = 5;
      c.audio.transcription.router.reservedConcurrency = 21;
    }],
    ["weights that somebody fitted", (c) => (c.conversations.fusionWeights = written(JSON.stringify({ ...DEFAULT_FUSION_WEIGHTS, version: "ours-1" })))],
  ];

  it.each(fine)("%s", (_name, change) => {
    expect(readChanged(change)).not.toThrow();
  });
});

describe("a mistake is answered at its place", () => {
  const mistakes: [string, Change, string][] = [
    ["no word on conversations", (c) => delete c.conversations, "conversations is missing: write null (turns stay turns: no trends, no alerts, no fusion), or an object"],
    ["two rules of one name", (c) => (c.conversations.settings.alerts[1].name = "customer-negative"), 'conversations.settings.alerts.1.name is "customer-negative": write a name that no other rule has'],
    ["a rule of no kind", (c) => (c.conversations.settings.alerts[0].kind = "angry"), 'conversations.settings.alerts.0.kind is "angry": write an object with "name", "kind" ("negative-turns"'],
    ["conversations forgotten before they end", (c) => {
      c.conversations.settings.quietSeconds = 86_400;
      c.conversations.settings.rememberDays = 1;
    }, "conversations.settings.rememberDays is 1: write at least 2, twice quietSeconds (86400), or a conversation is forgotten before it has ended"],
    ["more rules than variables hold", (c) => (c.conversations.settings.alerts = Array.from({ length: 20 }, (_, index) => ({ ...c.conversations.settings.alerts[0], name: longName(index) }))), "write settings of at most 2500 bytes of JSON (these have 2949), because Lambda keeps at most 4 KB of variables"],
    ["results older than the stream keeps, for the tracker", (c) => (c.streams.results.retentionHours = 24), "conversations.tracker.maximumRecordAgeSeconds is 604800: write at most 86400, what streams.results.retentionHours keeps"],
    ["results older than the stream keeps, for Connect", (c) => (c.conversations.connect.results.maximumRecordAgeSeconds = 604_800 * 2), "conversations.connect.results.maximumRecordAgeSeconds is 1209600: write seconds from 60 to 604800"],
    ["results older than a short stream keeps, for Connect", (c) => {
      c.streams.results.retentionHours = 100;
      c.conversations.connect.results.maximumRecordAgeSeconds = 400_000;
    }, "conversations.connect.results.maximumRecordAgeSeconds is 400000: write at most 360000, what streams.results.retentionHours keeps"],
    ["too little concurrency for the tracker", (c) => (c.conversations.tracker.reservedConcurrency = 8), "conversations.tracker.reservedConcurrency is 8: write at least 9: 5 batches of ends, and"],
    ["too little concurrency for Connect", (c) => (c.conversations.connect.results.reservedConcurrency = 5), "conversations.connect.results.reservedConcurrency is 5: write at least 6: conversations.connect.results.parallelization for a shard, and conversations.connect.alerts.maximumConcurrency"],
    ["an instance by its ARN", (c) => (c.conversations.connect.instanceId = "arn:aws:connect:eu-west-1:111122223333:instance/a"), 'conversations.connect.instanceId is "arn:aws:connect'],
    ["an attribute's name that Connect refuses", (c) => (c.conversations.connect.attributePrefix = "valence."), 'conversations.connect.attributePrefix is "valence.": write how the names of the contact attributes begin'],
    ["no languages", (c) => (c.audio.transcription.settings.languages = []), "audio.transcription.settings.languages is []: write the languages that callers speak"],
    ["a language twice", (c) => (c.audio.transcription.settings.languages = ["en-US", "es-US", "en-US"]), 'audio.transcription.settings.languages.2 is "en-US": write a language that is not in the list already'],
    ["a vocabulary of no language here", (c) => (c.audio.transcription.settings.vocabularies["de-DE"] = "our-products"), 'audio.transcription.settings.vocabularies.de-DE is "our-products": write one of en-US, es-US as its language, or add de-DE to audio.transcription.settings.languages'],
    ["a filter of no language here", (c) => (c.audio.transcription.settings.vocabularyFilters["de-DE"] = { name: "profanity", method: "mask" }), "audio.transcription.settings.vocabularyFilters.de-DE is"],
    ["names longer than variables hold", (c) => {
      c.audio.transcription.settings.languages = Array.from({ length: 10 }, (_, index) => `en-A${String.fromCodePoint(65 + index)}`);
      c.audio.transcription.settings.vocabularyFilters = {};
      c.audio.transcription.settings.vocabularies = Object.fromEntries(c.audio.transcription.settings.languages.map((language: string) => [language, "v".repeat(200)]));
      c.audio.transcription.settings.vocabularyFilters = Object.fromEntries(c.audio.transcription.settings.languages.map((language: string) => [language, { name: "f".repeat(100), method: "mask" }]));
    }, "write settings of at most 2500 bytes of JSON"],
    ["many recordings at a time", (c) => (c.audio.transcription.starter.batchSize = 11), "audio.transcription.starter.batchSize is 11: write recordings from 1 to 10"],
    ["too little concurrency for the starter", (c) => (c.audio.transcription.starter.reservedConcurrency = 4), "audio.transcription.starter.reservedConcurrency is 4: write at least audio.transcription.starter.maximumConcurrency (5), or jobs are throttled into the dead-letter queue"],
    ["too little concurrency for the router", (c) => (c.audio.transcription.router.reservedConcurrency = 20), "audio.transcription.router.reservedConcurrency is 20: write at least 21: audio.transcription.router.maximumConcurrency, and one for a shard of Contact Lens's segments"],
    ["a stream by its name", (c) => (c.audio.transcription.contactLens.segmentsStream.arn = "segments"), 'audio.transcription.contactLens.segmentsStream.arn is "segments": write the ARN of a Kinesis stream'],
    ["a key in another region than the stream", (c) => (c.audio.transcription.contactLens.segmentsStream.keyArn = "arn:aws:kms:us-east-1:111122223333:key/a"), 'segmentsStream.keyArn is "arn:aws:kms:us-east-1:111122223333:key/a": write the ARN of a key in eu-west-1, where the stream is'],
    ["weights that are not there", (c) => (c.conversations.fusionWeights = "weights/none.json"), "conversations.fusionWeights: weights/none.json cannot be read (ENOENT"],
  ];

  it.each(mistakes)("%s", (_name, change, expected) => {
    expect(readChanged(change)).toThrow(expected);
  });
});

describe("a file of fusion weights", () => {
  it("is taken as it is, and without one those that come along", () => {
    const ours = { ...DEFAULT_FUSION_WEIGHTS, version: "ours-1", prior: { positive: 0.1, neutral: 0, negative: -0.1 } };

    expect(fusionWeightsOf(written(JSON.stringify(ours)))).toEqual(ours);
    expect(fusionWeightsOf(null)).toEqual(DEFAULT_FUSION_WEIGHTS);
  });

  it("that is not JSON is named", () => {
    const path = written("{");

    expect(readChanged((c) => (c.conversations.fusionWeights = path))).toThrow(`conversations.fusionWeights: ${path} is not JSON (`);
  });

  it("with a wrong field names file and field", () => {
    const path = written(JSON.stringify({ ...DEFAULT_FUSION_WEIGHTS, voice: { ...DEFAULT_FUSION_WEIGHTS.voice, temperature: 0 } }));

    expect(readChanged((c) => (c.conversations.fusionWeights = path))).toThrow(new RegExp(`conversations\\.fusionWeights: ${path} holds no weights of fusion \\(voice\\.temperature: .*fit them again`, "u"));
  });

  it("of another kind is refused whole", () => {
    expect(readChanged((c) => (c.conversations.fusionWeights = "package.json"))).toThrow(/package\.json holds no weights of fusion \(schema: /u);
  });
});
