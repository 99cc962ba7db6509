import { BatchDetectDominantLanguageCommand } from "@aws-sdk/client-comprehend";
import * as z from "zod";
import { comprehendCostUsd } from "../../core/models/comprehend-cost.ts";
import { askInBatches, failTogether, type Reply } from "../ask-in-batches.ts";
import { charactersOf, type ComprehendAccess } from "./comprehend-access.ts";
import { readBatch } from "./read-batch.ts";

/** Of one call of any batch operation. */
export const MAXIMUM_DOCUMENTS = 25;

const ItemSchema = z.object({ Languages: z.array(z.object({ LanguageCode: z.string().min(1), Score: z.number() })) });

/** The dominant language of each text, as a BCP 47 tag; `und` where Comprehend finds none. */
export function detectLanguages(access: ComprehendAccess, texts: readonly string[], signal: AbortSignal | undefined): Promise<Reply<string>[]> {
  return askInBatches(texts, MAXIMUM_DOCUMENTS, async (batch): Promise<readonly Reply<string>[]> => {
    const command = new BatchDetectDominantLanguageCommand({ TextList: [...batch] });
    const outcome = await access.caller.call(async (abortSignal) => (await access.client()).send(command, { abortSignal }), signal);
    if (!outcome.ok) return failTogether(outcome.failure, batch.length);
    return readBatch(outcome.value, batch.length, ItemSchema).map((item, order): Reply<string> => {
      const usd = comprehendCostUsd(charactersOf(batch[order]!));
      if (!item.ok) return { ...item, usd: item.failure.code === "malformed" ? usd : 0 };
      const best = item.result.Languages.toSorted((a, b) => b.Score - a.Score)[0];
      return { ok: true, answer: best?.LanguageCode ?? "und", milliseconds: outcome.milliseconds / batch.length, usd };
    });
  });
}
