import * as z from "zod";
import { AlertSchema } from "./alert.ts";
import { AudioRecordSchema } from "./audio-record.ts";
import { SentimentResultSchema } from "./sentiment-result.ts";
import { TextRecordSchema } from "./text-record.ts";

/** The JSON Schema files for producers and consumers in other languages: file name → file text. */
export function jsonSchemas(): Record<string, string> {
  return {
    "text-record.json": render(TextRecordSchema),
    "audio-record.json": render(AudioRecordSchema),
    "alert.json": render(AlertSchema),
    "sentiment-result.json": render(SentimentResultSchema),
  };
}

function render(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { target: "draft-2020-12" }), null, 2)}\n`;
}
