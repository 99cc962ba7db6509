import { z } from "zod";
import type { LocalApplication } from "../assembly/local-application.ts";
import { readProperties } from "../assembly/read-properties.ts";
import { EventBus, type EventTargets } from "./event-bus.ts";
import { ruleOf } from "./rule.ts";

const DEFAULT_BUS = "default";

// Partners' buses, keys and dead letters of the bus itself stop the start: nothing here would honour them.
const BusSchema = z.strictObject({ Name: z.string(), Description: z.string().optional(), LogConfig: z.unknown().optional(), Tags: z.unknown().optional() });

/**
 * The account's own bus, onto which services put their events, and those of the templates; by name.
 * @throws naming the bus or rule that the local run cannot honour.
 */
export function openEventBuses(application: LocalApplication, targets: EventTargets): { serviceEvents: EventBus; buses: ReadonlyMap<string, EventBus> } {
  const names = [DEFAULT_BUS, ...application.ofType("AWS::Events::EventBus").map((bus) => readProperties(bus, BusSchema).Name)];
  const rules = application.ofType("AWS::Events::Rule").flatMap((resource) => {
    const rule = ruleOf(resource, application);
    if (rule !== undefined && !names.includes(rule.bus)) throw new Error(`${resource.stackName}: rule ${resource.logicalId} reads the bus ${rule.bus}, which no template defines`);
    return rule ?? [];
  });
  const busOf = (name: string): EventBus => new EventBus(rules.filter(({ bus }) => bus === name), targets);
  const serviceEvents = busOf(DEFAULT_BUS);
  return { serviceEvents, buses: new Map(names.map((name) => [name, name === DEFAULT_BUS ? serviceEvents : busOf(name)])) };
}
