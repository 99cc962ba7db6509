import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { readConfiguration } from "../../lib/read-configuration.ts";
import { startLocalCloud, type LocalCloud } from "../../local/local-cloud.ts";
import { type BedrockServer, startBedrockServer } from "../classifiers/protocol/bedrock-server.ts";
import { type ComprehendServer, startComprehendServer } from "../classifiers/protocol/comprehend-server.ts";
import { synthesize } from "../lib/synthesized.ts";
import { temporaryFolder } from "./support/assembly.ts";
import { bedrock, comprehend } from "./support/hosted-models.ts";
import { kinesisClient, putAll } from "./support/producer.ts";
import { query } from "./support/query.ts";
import { withoutPermission } from "./support/without-permission.ts";

const NOVA = "amazon.nova-micro-v1:0";

/** The local stage, but with a cascade of hosted models: embedded, never sure enough, then Comprehend, then Bedrock with a net below. */
function cascadingStage(): string {
  const local = readConfiguration({ stage: "local" });
  const configuration = {
    ...local,
    textClassifier: {
      ...local.textClassifier,
      personalData: "comprehend" as const,
      model: {
        kind: "cascade" as const,
        stages: [
          { classifier: { kind: "embedded" as const }, answerFrom: 1 },
          { classifier: { kind: "comprehend" as const, detectLanguage: false }, answerFrom: 0.85 },
        ],
        last: {
          kind: "fallback" as const,
          links: [{ kind: "bedrock" as const, model: NOVA, strategy: "domain" as const, scores: { from: "stated" as const }, textsPerCall: 10, guardrail: { id: "abc123", version: "1" } }],
        },
      },
    },
  };
  return synthesize(configuration, { bundling: true }).folder;
}

const TEXTS: Record<string, { language: string; text: string }> = {
  liked: { language: "en", text: "I love this bank, excellent service" },
  torn: { language: "en", text: "I love the app but I hate the fees" },
  finnish: { language: "fi", text: "Pankki vastasi, excellent" },
  private: { language: "en", text: "Ana Sousa of 12 Elm Street. I love it, write to ana@example.com" },
  refused: { language: "en", text: "Forbidden words: I love and I hate this" },
};

function records() {
  return Object.entries(TEXTS).map(([id, { language, text }]) => ({
    data: Buffer.from(JSON.stringify({ schema: "valence.text/1", id, channel: "chat", language, text, occurredAt: "2026-05-01T10:00:00Z" })),
    partitionKey: id,
    expected: { kind: "row" as const, id },
  }));
}

describe("hosted models, called by the unmodified bundle with the permissions that were synthesized for them", () => {
  let assemblyFolder = "";
  let dataFolder = "";
  let bedrockServer: BedrockServer;
  let comprehendServer: ComprehendServer;
  let cloud: LocalCloud | undefined;

  beforeAll(() => {
    assemblyFolder = cascadingStage();
  }, 120_000);
  afterAll(() => rmSync(assemblyFolder, { recursive: true, force: true }));

  beforeEach(async () => {
    dataFolder = temporaryFolder("hosted-models");
    [bedrockServer, comprehendServer] = [await startBedrockServer(), await startComprehendServer()];
    bedrockServer.faultOf = (texts) => (texts.some(({ text }) => text.includes("Forbidden")) ? "refusal" : undefined);
  });
  afterEach(async () => {
    await cloud?.stop();
    cloud = undefined;
    await bedrockServer.close();
    await comprehendServer.close();
    rmSync(dataFolder, { recursive: true, force: true });
  });

  async function run(assembly: string, timeoutMs: number): Promise<LocalCloud> {
    cloud = await startLocalCloud({ assemblyFolder: assembly, dataFolder, port: 0, furtherServices: [bedrock(bedrockServer), comprehend(comprehendServer)] });
    await putAll(kinesisClient(cloud.endpoint), "valence-local-text", records());
    await cloud.settled({ timeoutMs }).catch(() => undefined);
    return cloud;
  }

  it("answer what the cheaper stage was not sure of; each row says who answered, what it cost and what was redacted", { timeout: 60_000 }, async () => {
    const running = await run(assemblyFolder, 40_000);

    expect((await running.status()).denied).toEqual([]);
    const rows = await query(
      running.endpoint,
      "SELECT id, label, model_provider, scores_from, model_prompt_version IS NOT NULL, cost_usd > 0, JSON_SERIALIZE(flags), JSON_SERIALIZE(redactions), text FROM valence.results ORDER BY id",
    );
    const byId = Object.fromEntries(rows.map(([id, label, provider, scoresFrom, prompted, paid, flags, redactions, text]) => [String(id), { label, provider, scoresFrom, prompted, paid, flags: JSON.parse(String(flags)) as string[], redactions: JSON.parse(String(redactions)) as unknown, text }]));
    expect(byId["liked"]).toMatchObject({ label: "positive", provider: "comprehend", scoresFrom: "service", prompted: false, paid: true, flags: ["escalated"] });
    expect(byId["torn"]).toMatchObject({ provider: "bedrock", scoresFrom: "stated", prompted: true, paid: true, flags: expect.arrayContaining(["escalated", "mixed"]) });
    expect(byId["finnish"]).toMatchObject({ label: "positive", provider: "bedrock", flags: expect.arrayContaining(["escalated", "redaction_rules_only"]) });
    expect(byId["refused"]).toMatchObject({ provider: "embedded", scoresFrom: "calibrated", flags: expect.arrayContaining(["escalated", "fallback"]) });
    expect(byId["private"]).toMatchObject({
      provider: "comprehend",
      redactions: { NAME: 1, ADDRESS: 1, EMAIL: 1 },
      flags: expect.arrayContaining(["redacted"]),
      text: expect.not.stringMatching(/Ana|Elm|example/u),
    });
  });

  it("let no model but the one that looks for personal data see any", { timeout: 60_000 }, async () => {
    await run(assemblyFolder, 40_000);

    const toModels = [...bedrockServer.requests, ...comprehendServer.requests.filter(({ headers }) => headers["x-amz-target"] !== "Comprehend_20171127.DetectPiiEntities")];
    expect(toModels.length).toBeGreaterThanOrEqual(2);
    expect(toModels.map(({ body }) => body).join("\n")).not.toMatch(/Ana Sousa|12 Elm Street|ana@example/u);
    // The rules went first: not even Comprehend sees what they can prove.
    expect(comprehendServer.requests.map(({ body }) => body).join("\n")).not.toContain("ana@example");
  });

  it.each(["comprehend:BatchDetectSentiment", "comprehend:DetectPiiEntities", "bedrock:InvokeModel", "bedrock:ApplyGuardrail"])(
    "say so when the role lacks %s",
    { timeout: 60_000 },
    async (action) => {
      const assembly = withoutPermission(assemblyFolder, "valence-local-text-classifier", action);

      const { denied } = await (await run(assembly, 6_000)).status();

      expect(denied.join("\n")).toContain(`valence-local-text-classifier`);
      expect(denied.join("\n")).toContain(action);
      rmSync(assembly, { recursive: true, force: true });
    },
  );
});
