import type { Instrument } from "../../classifiers/calling/instrument.ts";
import type { PersonalDataFinder } from "./redact-jobs.ts";

/** Who looks for personal data beside the preprocessor's rules; nobody with "rules". Loaded only where it is configured. */
export async function personalDataFinder(configured: "rules" | "comprehend", instrument: Instrument): Promise<PersonalDataFinder | undefined> {
  if (configured === "rules") return undefined;
  return new (await import("../../classifiers/comprehend/comprehend-personal-data.ts")).ComprehendPersonalData(instrument);
}
