import { ComprehendClient } from "@aws-sdk/client-comprehend";
import type { Instrument } from "../calling/instrument.ts";
import { ServiceCaller } from "../calling/service-caller.ts";
import { failureOfSdkError } from "../calling/sdk-failure.ts";

/** A healthy call answers within some hundred milliseconds. */
const CONNECT_MS = 1_000;
const REQUEST_MS = 5_000;

/**
 * Calls at once, of 25 documents each or of one. Comprehend throttles by its own load, with no fixed rate; the adaptive limit finds out how far
 * below this it has to stay.
 */
const MAXIMUM_IN_FLIGHT = { batches: 5, documents: 20 } as const;
const MAXIMUM_ATTEMPTS = 4;

/** Built at the first call and kept: cold starts pay only for what they use. We retry ourselves, with one limit and one breaker. */
export function lazyComprehendClient(instrument: Instrument): () => Promise<ComprehendClient> {
  let client: Promise<ComprehendClient> | undefined;
  return () =>
    (client ??= instrument(new ComprehendClient({ maxAttempts: 1, requestHandler: { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true } })));
}

export function comprehendCaller(asks: keyof typeof MAXIMUM_IN_FLIGHT): ServiceCaller {
  return new ServiceCaller({
    service: "Comprehend",
    failureOf: failureOfSdkError,
    requestTimeoutMs: CONNECT_MS + REQUEST_MS,
    maximumInFlight: MAXIMUM_IN_FLIGHT[asks],
    maximumAttempts: MAXIMUM_ATTEMPTS,
  });
}
