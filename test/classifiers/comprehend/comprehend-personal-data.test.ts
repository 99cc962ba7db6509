import { describe, expect, it } from "vitest";
import { ComprehendPersonalData, type PersonalRecord } from "../../../classifiers/comprehend/comprehend-personal-data.ts";
import { freshServer } from "../protocol/fresh-server.ts";
import { type ComprehendFault, type ComprehendServer, startComprehendServer } from "../protocol/comprehend-server.ts";

let server: ComprehendServer;
freshServer(startComprehendServer, "eu-west-1", (fresh) => {
  server = fresh;
});

const record = (text: string, language = "en", attributes: Record<string, string> = {}): PersonalRecord => ({
  values: [{ value: text }, ...Object.entries(attributes).map(([name, value]) => ({ name, value }))],
  language,
});
const redactOne = async (one: PersonalRecord): Promise<unknown> => (await new ComprehendPersonalData().redact([one]))[0];
const documents = (): string[] => server.requests.map(({ json }) => (json as { Text: string }).Text);

describe("personal data by Comprehend", () => {
  it("asks DetectPiiEntities and puts types in place of values", async () => {
    expect(await redactOne(record("Hi, Ana Sousa here, 12 Elm Street, Leeds. Angry."))).toEqual({
      kind: "redacted",
      texts: ["Hi, [NAME] here, [ADDRESS]. Angry."],
      counts: { NAME: 1, ADDRESS: 1 },
      usd: expect.closeTo(0.0003, 10),
    });
    expect(server.requests[0]).toMatchObject({ headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": "Comprehend_20171127.DetectPiiEntities" }, json: { LanguageCode: "en" } });
  });

  it("reads offsets as code points: emoji and accents before and inside", async () => {
    expect(await redactOne(record("😡👍🏽 𝒳 José 😀 Zé e Ana Sousa😀", "es-MX"))).toMatchObject({ texts: ["😡👍🏽 𝒳 [NAME] 😀 [NAME] e [NAME]😀"], counts: { NAME: 3 } });
  });

  it("leaves dates, ages and what it is hardly sure of", async () => {
    const text = "I am 42 years old and wrote yesterday as perhaps_a_user.";
    expect(await redactOne(record(text))).toMatchObject({ kind: "redacted", texts: [text], counts: {} });
  });

  it("calls a type as the rules do and leaves their marks alone", async () => {
    expect(await redactOne(record("card 4111-XXXX, mail [EMAIL], live at 12 Elm Street, call [PHONE] please"))).toMatchObject({
      texts: ["card [CARD], mail [EMAIL], live at [ADDRESS] [PHONE] [ADDRESS]"],
      counts: { CARD: 1, ADDRESS: 2 },
    });
  });

  it("sends a record's text and attributes as one document, keys as context, and gives each value back", async () => {
    expect(await redactOne(record("Ana Sousa called", "en", { agent: "José", branch: "12", "Ana Sousa": "x" }))).toMatchObject({ texts: ["[NAME] called", "[NAME]", "12", "x"], counts: { NAME: 2 } });
    expect(documents()).toEqual(["Ana Sousa called\n\nagent: José\n\nbranch: 12\n\nAna Sousa: x"]);
  });

  it("keeps every document within 100,000 bytes", async () => {
    const attributes = Object.fromEntries(Array.from({ length: 32 }, (_, index) => [`key${index}`, `${"語".repeat(1_019)}José`]));
    const outcome = (await redactOne(record(`${"x".repeat(65_000)} Ana Sousa`, "en", attributes))) as { texts: string[]; counts: Record<string, number> };
    expect(documents()).toHaveLength(2);
    expect(Math.max(...documents().map((text) => Buffer.byteLength(text)))).toBeLessThanOrEqual(100_000);
    expect(outcome.counts).toEqual({ NAME: 33 });
    expect(outcome.texts).toHaveLength(33);
    expect(outcome.texts[32]).toBe(`${"語".repeat(1_019)}[NAME]`);
  });

  it("looks at no language but English and Spanish, and says so", async () => {
    const outcomes = await new ComprehendPersonalData().redact([record("Ana Sousa", "pt-BR"), record("Ana Sousa", "und"), record("Ana Sousa", "en-GB")]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(["unknown_language", "unknown_language", "redacted"]);
    expect(server.requests).toHaveLength(1);
  });

  it.each<ComprehendFault>(["throttle", "internal error", "reset"])("tries again after: %s", async (fault) => {
    server.faults = [fault];
    expect(await redactOne(record("Ana Sousa"))).toMatchObject({ kind: "redacted", texts: ["[NAME]"] });
  });

  it.each<[ComprehendFault, string]>([["denied", "denied"], ["no lists", "malformed"], ["wrong offsets", "malformed"]])("gives out nothing it could not look at: %s", async (fault, code) => {
    server.faultOf = () => fault;
    const outcome = await redactOne(record("Ana Sousa"));
    expect(outcome).toMatchObject({ kind: "failed", failure: { code, retryable: true } });
    expect(JSON.stringify(outcome)).not.toContain("Ana");
  });
});
