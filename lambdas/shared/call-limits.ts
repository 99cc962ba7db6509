import { setMaxListeners } from "node:events";
import type { Context } from "aws-lambda";

/**
 * How long a call to an AWS service in the same region may take. A healthy one answers within tens of
 * milliseconds; these are far above that, and low enough that all attempts of a hung call end within
 * MAX_ATTEMPTS × (CONNECT_MS + REQUEST_MS) = 12 s, well inside a function's minute.
 */
const CONNECT_MS = 1_000;
const REQUEST_MS = 3_000;

/** The first try and two more: enough for a throttle or a dropped connection. What fails longer, Lambda retries. */
export const MAX_ATTEMPTS = 3;

/** For the clients that speak HTTP/1.1. Without `throwOnRequestTimeout` the SDK only warns and keeps waiting. */
export const HTTP1_LIMITS = { connectionTimeout: CONNECT_MS, requestTimeout: REQUEST_MS, throwOnRequestTimeout: true } as const;

/**
 * For the Kinesis client, which speaks HTTP/2. One session a call, as the SDK does by default: a session that died while
 * Lambda kept the process frozen would otherwise cost every attempt its whole time-out.
 */
export const HTTP2_LIMITS = { requestTimeout: CONNECT_MS + REQUEST_MS, sessionTimeout: CONNECT_MS + REQUEST_MS, disableConcurrentStreams: true } as const;

/** Kept back from the function's time-out to report failures and publish metrics. */
const RESERVE_MS = 1_000;

/** Milliseconds that an invocation may use, ≥ 0. */
export function timeLeftMs(context: Pick<Context, "getRemainingTimeInMillis">): number {
  return Math.max(0, context.getRemainingTimeInMillis() - RESERVE_MS);
}

/** Aborts every call shortly before Lambda would kill the invocation, so that a partial answer still gets out. */
export function deadlineOf(context: Pick<Context, "getRemainingTimeInMillis">): AbortSignal {
  const signal = AbortSignal.timeout(timeLeftMs(context));
  // Every call in flight listens; Node warns of a leak above ten.
  setMaxListeners(0, signal);
  return signal;
}
