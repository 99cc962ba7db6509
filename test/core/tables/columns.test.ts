import { describe, expect, it } from "vitest";
import { z } from "zod";
import { SentimentResultSchema } from "../../../core/contracts/sentiment-result.ts";
import { contractFields } from "../../../core/tables/contract-fields.ts";
import { duckdbStructure } from "../../../core/tables/duckdb-structure.ts";
import { glueColumns, openXMappings } from "../../../core/tables/glue-columns.ts";
import { redshiftColumns } from "../../../core/tables/redshift-columns.ts";
import { resultColumns } from "../../../core/tables/result-columns.ts";

describe("the columns of the result contract", () => {
  it("are these in Redshift", () => {
    expect(redshiftColumns().map(({ name, type, nullable }) => `${name} ${type}${nullable ? "" : " not null"}`)).toEqual([
      "contract_version varchar(32) not null",
      "result_id varchar(32) not null",
      "id varchar(384) not null",
      "conversation_id varchar(384) not null",
      "channel varchar(32) not null",
      "speaker varchar(32)",
      "turn bigint",
      "language varchar(105) not null",
      "occurred_at timestamptz not null",
      "attributes super",
      "segment_index bigint not null",
      "segment_start_ms bigint",
      "segment_end_ms bigint",
      "modality varchar(32) not null",
      "scope varchar(32) not null",
      "label varchar(32) not null",
      "positive double precision not null",
      "neutral double precision not null",
      "negative double precision not null",
      "confidence double precision not null",
      "scores_from varchar(32) not null",
      "model_provider varchar(96) not null",
      "model_id varchar(768) not null",
      "model_version varchar(192) not null",
      "model_prompt_version varchar(192)",
      "route varchar(192) not null",
      "text varchar(65535)",
      "parts integer",
      "redactions super",
      "track integer",
      "recording varchar(6144)",
      "emotions super",
      "transcriber varchar(192)",
      "transcript_confidence double precision",
      "speaker_confidence double precision",
      "text_positive double precision",
      "text_neutral double precision",
      "text_negative double precision",
      "text_weight double precision",
      "voice_positive double precision",
      "voice_neutral double precision",
      "voice_negative double precision",
      "voice_weight double precision",
      "disagreement double precision",
      "trend double precision",
      "turns integer",
      "revision bigint",
      "withdrawn boolean",
      "flags super not null",
      "arrived_at timestamptz not null",
      "classified_at timestamptz not null",
      "model_ms double precision not null",
      "cost_usd double precision not null",
      "input_tokens bigint",
      "output_tokens bigint",
    ]);
  });

  it("navigate the payload with quoted keys, and never fail on one odd value", () => {
    const expressions = Object.fromEntries(redshiftColumns().map(({ name, expression }) => [name, expression]));
    expect(expressions).toMatchObject({
      label: 'payload."sentiment"."label"::varchar(32)',
      occurred_at: 'TRY_CAST(payload."occurredAt"::varchar AS timestamptz)',
      segment_start_ms: 'payload."segment"."startMs"::bigint',
      flags: 'payload."flags"',
    });
  });

  it("are these in Glue", () => {
    expect(glueColumns().map(({ name, type }) => `${name} ${type}`)).toEqual([
      "schema string",
      "result_id string",
      "id string",
      "conversation_id string",
      "channel string",
      "speaker string",
      "turn bigint",
      "language string",
      "occurred_at string",
      "attributes map<string,string>",
      "segment struct<index:bigint,startms:bigint,endms:bigint>",
      "modality string",
      "scope string",
      "sentiment struct<label:string,scores:struct<positive:double,neutral:double,negative:double>,confidence:double,scoresfrom:string>",
      "model struct<provider:string,id:string,version:string,promptversion:string>",
      "route string",
      "text string",
      "parts int",
      "redactions map<string,int>",
      "track int",
      "recording string",
      "emotions map<string,double>",
      "transcript struct<transcriber:string,confidence:double,speakerconfidence:double>",
      "fusion struct<text:struct<positive:double,neutral:double,negative:double,weight:double>,voice:struct<positive:double,neutral:double,negative:double,weight:double>,disagreement:double>",
      "trend double",
      "turns int",
      "revision bigint",
      "withdrawn boolean",
      "flags array<string>",
      "timings struct<arrivedat:string,classifiedat:string,modelms:double>",
      "cost struct<usd:double,inputtokens:bigint,outputtokens:bigint>",
    ]);
    expect(openXMappings()).toEqual({ result_id: "resultid", conversation_id: "conversationid", occurred_at: "occurredat" });
  });

  it("are these in DuckDB", () => {
    expect(duckdbStructure()).toMatchObject({
      resultId: "VARCHAR",
      turn: "BIGINT",
      occurredAt: "VARCHAR",
      attributes: "JSON",
      segment: { index: "BIGINT", startMs: "BIGINT", endMs: "BIGINT" },
      sentiment: { label: "VARCHAR", scores: { positive: "DOUBLE", neutral: "DOUBLE", negative: "DOUBLE" }, confidence: "DOUBLE", scoresFrom: "VARCHAR" },
      parts: "INTEGER",
      redactions: "JSON",
      flags: ["VARCHAR"],
    });
  });

  it("follow a change of the contract in all three", () => {
    const changed = contractFields(SentimentResultSchema.extend({ reviewedBy: z.strictObject({ agentId: z.string().max(10), fast: z.boolean() }).optional() }));
    expect(redshiftColumns(resultColumns(changed)).slice(-2)).toEqual([
      { name: "reviewed_by_agent_id", type: "varchar(30)", nullable: true, expression: 'payload."reviewedBy"."agentId"::varchar(30)' },
      { name: "reviewed_by_fast", type: "boolean", nullable: true, expression: 'payload."reviewedBy"."fast"::boolean' },
    ]);
    expect(glueColumns(changed).at(-1)).toEqual({ name: "reviewed_by", type: "struct<agentid:string,fast:boolean>" });
    expect(openXMappings(changed)).toHaveProperty("reviewed_by", "reviewedby");
    expect(duckdbStructure(changed)).toHaveProperty("reviewedBy", { agentId: "VARCHAR", fast: "BOOLEAN" });
  });
});

describe("a contract no table can hold", () => {
  it.each([
    ["a union", z.object({ audio: z.object({ source: z.union([z.string(), z.int()]) }) }), /audio\.source \(zod type union\)/u],
    ["an unbounded text", z.object({ note: z.string() }), /field note .*\.max\(\)/u],
    ["a map of truths", z.object({ seen: z.record(z.string(), z.boolean()) }), /field seen .*text to text/u],
    ["a number as a literal", z.object({ version: z.literal(2) }), /field version .*2 is not text/u],
  ])("stops with the path: %s", (_, schema, message) => {
    expect(() => contractFields(schema)).toThrow(message);
  });

  it("stops when two paths would share a column", () => {
    const fields = contractFields(z.object({ modelId: z.string().max(3), model: z.object({ id: z.string().max(3) }) }));
    expect(() => resultColumns(fields)).toThrow("The fields modelId and model.id would both become the column model_id");
  });
});
