import { seededRandom } from "../../core/seeded-random.ts";

/**
 * Trouble on purpose, on the wire between functions and services, to show that nothing is lost by it.
 *
 * - `throttle`: the service's own throttling error
 * - `server_error`: HTTP 500
 * - `timeout`: no answer for 6 s, then the connection goes
 * - `reset`: the connection goes before the request is handled
 * - `lost_response`: the request is handled, then the connection goes
 * - `partial`: some entries of `PutRecords` (Kinesis), `SendMessageBatch` (SQS) or `PutEvents` (EventBridge) fail
 */
export const FAULT_KINDS = ["throttle", "server_error", "timeout", "reset", "lost_response", "partial"] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface FaultPlan {
  /** The share of calls that go wrong, 0 to 1. */
  rate: number;
  /** The same seed gives the same faults for the same order of calls. */
  seed: number;
  kinds: FaultKind[];
  /** Signing names, e.g. `kinesis`; absent: every service. */
  services?: string[];
}

/** Draws the faults of one run. */
export class FaultSource {
  readonly #plan: FaultPlan;
  /** How many of each kind were drawn. */
  readonly injected: Record<FaultKind, number> = { throttle: 0, server_error: 0, timeout: 0, reset: 0, lost_response: 0, partial: 0 };
  readonly random: () => number;

  /** @throws RangeError for a rate outside 0 to 1 or a plan without kinds. */
  constructor(plan: FaultPlan) {
    if (!(plan.rate >= 0 && plan.rate <= 1)) throw new RangeError(`A fault rate must be from 0 to 1, not ${plan.rate}.`);
    if (plan.kinds.length === 0) throw new RangeError(`A fault plan needs at least one kind of: ${FAULT_KINDS.join(", ")}.`);
    this.#plan = plan;
    this.random = seededRandom(plan.seed);
  }

  /** The fault of this call, if it is to have one. `partial` only comes where a call can fail in part. */
  draw(service: string, canFailInPart: boolean): FaultKind | undefined {
    if (this.#plan.services !== undefined && !this.#plan.services.includes(service)) return undefined;
    const kinds = this.#plan.kinds.filter((kind) => kind !== "partial" || canFailInPart);
    if (kinds.length === 0 || this.random() >= this.#plan.rate) return undefined;
    const kind = kinds[Math.floor(this.random() * kinds.length)] as FaultKind;
    this.injected[kind] += 1;
    return kind;
  }
}
