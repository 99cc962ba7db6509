import { type BillLine, billLine } from "./bill-line.ts";
import type { Load } from "./load.ts";
import type { StageToEstimate } from "./stage-to-estimate.ts";
import { type UnitPrice, UNIT_PRICES as PRICES } from "./unit-prices.ts";
import { MILLION } from "./workload.ts";

/** What a job is billed for at least. */
const LEAST_SECONDS = 15;

interface Tier {
  /** Minutes a month up to which the price holds. */
  upTo: number;
  price: UnitPrice;
  /** Beside it, for taking personal data out. */
  redaction: UnitPrice;
}

const TIERS: readonly Tier[] = [
  { upTo: 250_000, price: PRICES.transcribeMinutes, redaction: PRICES.transcribeRedaction },
  { upTo: 1_000_000, price: PRICES.transcribeMinutes2, redaction: PRICES.transcribeRedaction2 },
  { upTo: 5_000_000, price: PRICES.transcribeMinutes3, redaction: PRICES.transcribeRedaction3 },
  { upTo: Infinity, price: PRICES.transcribeMinutes4, redaction: PRICES.transcribeRedaction4 },
];

/** The request, the transcript, and the note that it was routed. */
const OBJECTS_A_JOB = 3;

/** Amazon Transcribe: a job a recording, by the second, channels not counted. Redaction as if each recording said a language that it can redact. */
export function transcriptionLines({ audio }: StageToEstimate, { transcribed: { minutes, recordings } }: Load): BillLine[] {
  if (audio === null || audio === undefined || recordings === 0) return [];
  const billed = recordings * Math.max(minutes / recordings, LEAST_SECONDS / 60);
  return [
    tieredLine("minutes", billed, ({ price }) => price),
    ...(audio.transcription.settings.redaction === "transcribe" ? [tieredLine("redaction", billed, ({ redaction }) => redaction)] : []),
    billLine("S3", "transcripts, writing", (recordings * OBJECTS_A_JOB) / MILLION, PRICES.s3Puts),
  ];
}

function tieredLine(item: string, minutes: number, priceOf: (tier: Tier) => UnitPrice): BillLine {
  let [usd, from] = [0, 0];
  for (const tier of TIERS) {
    usd += Math.max(0, Math.min(minutes, tier.upTo) - from) * priceOf(tier).usd;
    from = tier.upTo;
  }
  const { unit, unverified } = priceOf(TIERS[0]!);
  return { service: "Transcribe", item, quantity: minutes, unit, unitUsd: usd / minutes, usd, unverified: unverified === true };
}
