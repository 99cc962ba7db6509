import { z } from "zod";
import { arn } from "../assembly/pseudo-parameters.ts";
import { jsonError, jsonResponse, parseInput, readJsonObject, targetOperation, unknownOperation } from "../protocols/aws-json.ts";
import { ServiceError, type LocalService, type RequiredPermission, type ServiceRequest, type ServiceResponse } from "../service.ts";
import { busEvent, type EventBus } from "./event-bus.ts";
import { busNameOf } from "./rule.ts";

const MAX_BYTES = 1024 * 1024;
/** What `Time` counts for (EventBridge User Guide, "Calculating PutEvents event entry size"). */
const TIME_BYTES = 14;

const EntrySchema = z.object({
  EventBusName: z.string().nullish(),
  Source: z.string().nullish(),
  DetailType: z.string().nullish(),
  Detail: z.string().nullish(),
  Resources: z.array(z.string()).nullish(),
  /** Epoch seconds. */
  Time: z.number().nullish(),
});
const PutEventsSchema = z.object({
  Entries: z.array(EntrySchema).min(1, "Member must have length greater than or equal to 1").max(10, "Member must have length less than or equal to 10"),
});

type Entry = z.infer<typeof EntrySchema>;

/** EventBridge's `PutEvents`, JSON 1.1: an entry that is no event fails alone. */
export class EventsService implements LocalService {
  readonly signingName = "events";
  readonly #buses: ReadonlyMap<string, EventBus>;

  constructor(buses: ReadonlyMap<string, EventBus>) {
    this.#buses = buses;
  }

  requiredPermissions(request: ServiceRequest): RequiredPermission[] {
    const names = new Set(entriesOf(request).map(busOf));
    return [...names].map((name) => ({ action: "events:PutEvents", resource: arn("events", `event-bus/${name}`) }));
  }

  // oxlint-disable-next-line typescript/require-await -- the interface is asynchronous, a bus is not
  async handle(request: ServiceRequest): Promise<ServiceResponse> {
    const entries = entriesOf(request);
    const bytes = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
    if (bytes > MAX_BYTES) throw new ServiceError("ValidationException", `Total size of the entries in the request is over the limit: ${bytes} of ${MAX_BYTES} bytes.`);
    const buses = entries.map((entry) => this.#bus(busOf(entry)));
    const answers = entries.map((entry, index) => putEvent(entry, buses[index]));
    return jsonResponse("1.1", { FailedEntryCount: answers.filter((answer) => "ErrorCode" in answer).length, Entries: answers });
  }

  renderError(error: ServiceError): ServiceResponse {
    return jsonError("1.1", error);
  }

  #bus(name: string): EventBus {
    const bus = this.#buses.get(name);
    if (bus === undefined) throw new ServiceError("ResourceNotFoundException", `Event bus ${name} does not exist. There are: ${[...this.#buses.keys()].join(", ")}.`);
    return bus;
  }
}

function entriesOf(request: ServiceRequest): Entry[] {
  const operation = targetOperation(request);
  if (operation !== "PutEvents") throw unknownOperation("events", operation, ["PutEvents"]);
  return parseInput(PutEventsSchema, readJsonObject(request)).Entries;
}

function busOf({ EventBusName }: Entry): string {
  return busNameOf(EventBusName ?? "default");
}

function entryBytes({ Detail, DetailType, Resources, Source, Time }: Entry): number {
  const texts = [Source, DetailType, Detail, ...(Resources ?? [])];
  return texts.reduce((sum, text) => sum + Buffer.byteLength(text ?? ""), typeof Time === "number" ? TIME_BYTES : 0);
}

function putEvent(entry: Entry, bus: EventBus | undefined): { EventId: string } | { ErrorCode: string; ErrorMessage: string } {
  const { Detail, DetailType, Resources, Source, Time } = entry;
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (typeof value !== "string" || value === "") return { ErrorCode: "InvalidArgument", ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.` };
  }
  if (Source?.startsWith("aws.") === true) return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
  const detail = jsonObject(Detail ?? "");
  if (detail === undefined) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  const event = busEvent({
    source: Source ?? "",
    detailType: DetailType ?? "",
    resources: Resources ?? [],
    detail,
    ...(typeof Time === "number" ? { time: new Date(Time * 1000) } : {}),
  });
  try {
    bus?.publish(event);
  } catch (error) {
    return { ErrorCode: "InternalFailure", ErrorMessage: `The event could not be delivered: ${String(error)}` };
  }
  return { EventId: event.id };
}

function jsonObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
