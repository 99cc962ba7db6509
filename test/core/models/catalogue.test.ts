import { describe, expect, it } from "vitest";
import { callableIds, findModel, MODEL_CATALOGUE } from "../../../core/models/catalogue.ts";

const RETIRED = MODEL_CATALOGUE.filter(({ state }) => state.kind === "retired");

describe("the model catalogue", () => {
  it("names every model once", () => {
    const ids = MODEL_CATALOGUE.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it("holds the four models of the reference work and where they stand today", () => {
    const stands = (id: string) => findModel(id)?.state.kind;
    expect(stands("anthropic.claude-3-5-sonnet-20240620-v1:0")).toBe("retired");
    expect(stands("amazon.nova-pro-v1:0")).toBe("active");
    expect(stands("meta-textgeneration-llama-3-70b-instruct")).toBe("active");
    expect(stands("huggingface-llm-mixtral-8x7b-instruct")).toBe("active");
  });

  it.each(RETIRED.map((model) => [model.id, model] as const))("%s leads to a model that is live", (_id, { replacement }) => {
    expect(MODEL_CATALOGUE.find(({ id }) => id === replacement)?.state.kind).toBe("active");
  });

  it("has a date for every end", () => {
    const dates = MODEL_CATALOGUE.flatMap(({ state }) => (state.kind === "legacy" ? [state.endOfLife] : state.kind === "retired" ? [state.since] : []));
    expect(dates.length).toBeGreaterThan(10);
    for (const date of dates) expect(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10)).toBe(date);
  });

  it("says where and when each price was read", () => {
    const readings = MODEL_CATALOGUE.flatMap(({ price }) => (price === undefined ? [] : [price]));
    expect(readings.length).toBeGreaterThan(20);
    for (const { readOn, source } of readings) expect([readOn, source]).toEqual([expect.stringMatching(/^2026-\d\d-\d\d$/u), expect.stringMatching(/.+/u)]);
  });

  it("says of each price that is missing or was not read at AWS that it is so", () => {
    const live = MODEL_CATALOGUE.filter(({ provider, state }) => provider === "bedrock" && state.kind !== "retired");
    const unsure = live.filter(({ price }) => price === undefined || price.source.includes("not AWS"));
    expect(unsure.length).toBeGreaterThan(0);
    expect(unsure.filter(({ unverified }) => !/price/u.test(unverified ?? "")).map(({ id }) => id)).toEqual([]);
  });

  it("leaves a way to call every live model", () => {
    expect(MODEL_CATALOGUE.filter((model) => callableIds(model).length === 0)).toEqual([]);
  });
});

describe("findModel", () => {
  it.each([
    "amazon.nova-lite-v1:0",
    "us.amazon.nova-lite-v1:0",
    "apac.amazon.nova-lite-v1:0",
    "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0",
    "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.amazon.nova-lite-v1:0",
    "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/amazon.nova-lite-v1:0",
  ])("knows %s", (written) => {
    expect(findModel(written)?.name).toBe("Amazon Nova Lite");
  });

  it.each([
    "amazon.nova-lite-v1",
    "uk.amazon.nova-lite-v1:0",
    "arn:aws:bedrock:us-east-1:123456789012:provisioned-model/abc123def456",
    "arn:aws:bedrock:us-east-1:123456789012:imported-model/abc123def456",
    "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123def456",
    "",
  ])("does not guess at %j", (written) => {
    expect(findModel(written)).toBeUndefined();
  });

  it("gives the price of the way of calling: Claude is a tenth cheaper through global.", () => {
    expect(findModel("us.anthropic.claude-haiku-4-5-20251001-v1:0")?.price).toMatchObject({ inputUsdPerMillion: 1.1, outputUsdPerMillion: 5.5 });
    expect(findModel("anthropic.claude-sonnet-4-6")?.price).toMatchObject({ inputUsdPerMillion: 3.3, outputUsdPerMillion: 16.5 });
    expect(findModel("global.anthropic.claude-sonnet-4-6")?.price).toMatchObject({ inputUsdPerMillion: 3, outputUsdPerMillion: 15 });
    expect(findModel("us.amazon.nova-pro-v1:0")?.price).toMatchObject({ inputUsdPerMillion: 0.8, outputUsdPerMillion: 3.2 });
  });
});
