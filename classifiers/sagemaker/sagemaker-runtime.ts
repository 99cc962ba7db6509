import { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import type { Instrument } from "../calling/instrument.ts";

const MS_PER_HOUR = 3_600_000;

/** Gives a client of the SageMaker Runtime, built at the first call and kept. It makes one attempt a call: the `ServiceCaller` repeats. */
export function lazyRuntime(instrument: Instrument, limits: { connectMs: number; requestMs: number }): () => Promise<SageMakerRuntimeClient> {
  let client: Promise<SageMakerRuntimeClient> | undefined;
  return () => {
    client ??= instrument(
      new SageMakerRuntimeClient({
        maxAttempts: 1,
        requestHandler: new NodeHttpHandler({ connectionTimeout: limits.connectMs, requestTimeout: limits.requestMs, throwOnRequestTimeout: true }),
      }),
    );
    return client;
  };
}

/**
 * The share of an endpoint's price, in US dollars, for the time in which it was busy. It is paid by the hour, whoever else it serves in that
 * time: with calls in flight together this is an upper bound.
 */
export function busyTimeUsd(usdPerHour: number | undefined, milliseconds: number): number {
  return ((usdPerHour ?? 0) * milliseconds) / MS_PER_HOUR;
}
