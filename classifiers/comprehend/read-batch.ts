import * as z from "zod";
import type { ClassificationFailure } from "../text-classifier.ts";

export type ReadItem<Result> = { ok: true; result: Result } | { ok: false; failure: ClassificationFailure; askAlone: boolean };

const BatchSchema = z.object({ ResultList: z.array(z.unknown()), ErrorList: z.array(z.unknown()) });
const IndexSchema = z.object({ Index: z.int() });
const ItemErrorSchema = z.object({ ErrorCode: z.string() });

/**
 * The answer of one of Comprehend's batch operations, one item a document, in order. The service matches by `Index`; what it leaves out, repeats or
 * writes otherwise than documented is a typed failure, and an index that was not asked for is nobody's.
 */
export function readBatch<Result>(answer: unknown, documents: number, schema: z.ZodType<Result>): ReadItem<Result>[] {
  const batch = BatchSchema.safeParse(answer);
  if (!batch.success) return Array.from({ length: documents }, () => malformed("the answer has no ResultList and ErrorList"));
  const items: (ReadItem<Result> | undefined)[] = Array.from({ length: documents }, () => undefined);
  const settle = (entry: unknown, item: () => ReadItem<Result>): void => {
    const index = IndexSchema.safeParse(entry).data?.Index;
    if (index === undefined || index < 0 || index >= documents) return;
    items[index] = items[index] === undefined ? item() : unanswered("answered more than once");
  };
  for (const entry of batch.data.ResultList) {
    settle(entry, () => {
      const parsed = schema.safeParse(entry);
      return parsed.success ? { ok: true, result: parsed.data } : malformed(`${parsed.error.issues[0]?.path.join(".") ?? "the result"} is not as documented`);
    });
  }
  for (const entry of batch.data.ErrorList) settle(entry, () => itemFailure(ItemErrorSchema.safeParse(entry).data?.ErrorCode ?? "no error code"));
  return items.map((item) => item ?? unanswered("left out of the answer"));
}

/** The codes are not documented: those that name the document as the cause are final, any other may pass. */
function itemFailure(code: string): ReadItem<never> {
  const reason = `Comprehend: ${code.slice(0, 100)}`;
  if (code.includes("SIZE_LIMIT")) return { ok: false, failure: { code: "too_long", retryable: false, reason }, askAlone: false };
  if (code.includes("UNSUPPORTED_LANGUAGE")) return { ok: false, failure: { code: "unsupported_language", retryable: false, reason }, askAlone: false };
  if (code.includes("INVALID")) return { ok: false, failure: { code: "denied", retryable: false, reason }, askAlone: false };
  return { ok: false, failure: { code: "unavailable", retryable: true, reason }, askAlone: true };
}

function malformed(what: string): ReadItem<never> {
  return { ok: false, failure: { code: "malformed", retryable: true, reason: `Comprehend: ${what}` }, askAlone: true };
}

function unanswered(what: string): ReadItem<never> {
  return { ok: false, failure: { code: "unanswered", retryable: true, reason: `Comprehend: the text was ${what}` }, askAlone: true };
}
