import type { UnitPrice } from "./unit-prices.ts";

/** One line of a bill: `quantity` × `unitUsd` = `usd`, in US dollars a month. */
export interface BillLine {
  service: string;
  item: string;
  quantity: number;
  unit: string;
  /** An average where prices come in tiers; undefined when nobody knows the price. */
  unitUsd: number | undefined;
  usd: number;
  unverified: boolean;
}

export function billLine(service: string, item: string, quantity: number, price: UnitPrice): BillLine {
  return { service, item, quantity, unit: price.unit, unitUsd: price.usd, usd: quantity * price.usd, unverified: price.unverified === true };
}

/** A thing that costs something, only nobody knows what: it has to show. */
export function unpricedLine(service: string, item: string, quantity: number, unit: string): BillLine {
  return { service, item, quantity, unit, unitUsd: undefined, usd: 0, unverified: true };
}

/** As a bill shows it: to the cent. */
export function cents(usd: number): number {
  return Math.round(usd * 100) / 100;
}

/** The sum of the lines as they are shown, so that whoever adds them up gets the same. */
export function billTotal(lines: readonly BillLine[]): number {
  return lines.reduce((sum, { usd }) => sum + Math.round(usd * 100), 0) / 100;
}
