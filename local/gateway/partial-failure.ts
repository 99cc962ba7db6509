import type { LocalService, ServiceRequest, ServiceResponse } from "../service.ts";

interface BatchShape {
  /** The field with the entries. */
  entries: "Records" | "Entries";
  /** The whole answer, given the answers to the entries that were let through. */
  answer(entries: readonly Entry[], failed: ReadonlySet<number>, passed: Answer | undefined): Answer;
}

type Entry = Record<string, unknown>;
type Answer = Record<string, unknown>;

const SHAPES: Record<string, BatchShape> = {
  "Kinesis_20131202.PutRecords": {
    entries: "Records",
    answer: (entries, failed, passed) => {
      const answered = (passed?.["Records"] ?? []) as Entry[];
      let next = 0;
      const records = entries.map((_, index) =>
        failed.has(index) ? { ErrorCode: "ProvisionedThroughputExceededException", ErrorMessage: "Rate exceeded for shard (a fault on purpose)." } : answered[next++],
      );
      return { ...passed, FailedRecordCount: failed.size + Number(passed?.["FailedRecordCount"] ?? 0), Records: records };
    },
  },
  "AWSEvents.PutEvents": {
    entries: "Entries",
    answer: (entries, failed, passed) => {
      const answered = (passed?.["Entries"] ?? []) as Entry[];
      let next = 0;
      const all = entries.map((_, index) => (failed.has(index) ? { ErrorCode: "InternalFailure", ErrorMessage: "A fault on purpose." } : answered[next++]));
      return { FailedEntryCount: failed.size + Number(passed?.["FailedEntryCount"] ?? 0), Entries: all };
    },
  },
  "AmazonSQS.SendMessageBatch": {
    entries: "Entries",
    answer: (entries, failed, passed) => {
      const refused = entries.filter((_, index) => failed.has(index)).map((entry) => ({ Id: entry["Id"], Code: "InternalError", Message: "A fault on purpose.", SenderFault: false }));
      return { Successful: passed?.["Successful"] ?? [], Failed: [...((passed?.["Failed"] ?? []) as Entry[]), ...refused] };
    },
  },
};

export function canFailInPart(request: Pick<ServiceRequest, "headers">): boolean {
  return (request.headers["x-amz-target"] ?? "") in SHAPES;
}

/** Handles a batch with about a third of its entries, at least one, refused without reaching the service. */
export async function handleInPart(service: LocalService, request: ServiceRequest, random: () => number): Promise<ServiceResponse> {
  const shape = SHAPES[request.headers["x-amz-target"] ?? ""] as BatchShape;
  const input = JSON.parse(request.body.toString("utf8")) as Record<string, unknown>;
  const entries = input[shape.entries];
  if (!Array.isArray(entries) || entries.length === 0) return service.handle(request);
  const failed = new Set([Math.floor(random() * entries.length)]);
  for (const index of entries.keys()) if (random() < 1 / 3) failed.add(index);
  const kept = (entries as Entry[]).filter((_, index) => !failed.has(index));
  if (kept.length === 0) {
    const headers = { "content-type": request.headers["content-type"] ?? "application/x-amz-json-1.1" };
    return { status: 200, headers, body: JSON.stringify(shape.answer(entries as Entry[], failed, undefined)) };
  }
  const response = await service.handle({ ...request, body: Buffer.from(JSON.stringify({ ...input, [shape.entries]: kept })) });
  if (response.status !== 200) return response;
  const passed = JSON.parse(String(response.body)) as Answer;
  return { ...response, body: JSON.stringify(shape.answer(entries as Entry[], failed, passed)) };
}
