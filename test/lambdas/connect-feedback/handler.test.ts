import type { KinesisStreamBatchResponse, KinesisStreamEvent, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ALERT_VERSION, type Alert, AlertSchema } from "../../../core/contracts/alert.ts";
import { SENTIMENT_RESULT_VERSION, type SentimentResult, SentimentResultSchema } from "../../../core/contracts/sentiment-result.ts";
import { kinesisRecord, lambdaContext, sequenceNumberAt, sqsRecord } from "../support/events.ts";
import { captureOutput, coldStart, functionEnvironment } from "../support/load-handler.ts";
import { ConnectServer } from "./connect-server.ts";

const INSTANCE = "11111111-0000-4000-8000-000000000001";
const FLOW = "22222222-0000-4000-8000-000000000002";
const CALL = "aaaaaaaa-0000-4000-8000-00000000000a";
const OTHER_CALL = "cccccccc-0000-4000-8000-00000000000c";

const connect = new ConnectServer();
let endpoint = "";
beforeAll(async () => {
  endpoint = await connect.start();
});
afterAll(() => connect.stop());
beforeEach(() => {
  connect.calls.length = 0;
  connect.refusalOf = () => undefined;
  return () => vi.unstubAllEnvs();
});
afterEach(() => vi.restoreAllMocks());

type Handler = (event: KinesisStreamEvent | SQSEvent, context: ReturnType<typeof lambdaContext>) => Promise<KinesisStreamBatchResponse | SQSBatchResponse>;

async function loaded(flow = FLOW): Promise<Handler> {
  const own = { POWERTOOLS_SERVICE_NAME: "connect-feedback", POWERTOOLS_TRACE_ENABLED: "false", CONNECT_INSTANCE_ID: INSTANCE, ATTRIBUTE_PREFIX: "valence_", TASK_FLOW_ID: flow };
  const { handler } = await coldStart(functionEnvironment(endpoint, own), () => import("../../../lambdas/connect-feedback/handler.ts"));
  return handler;
}

function row(overrides: Partial<SentimentResult> & { label?: "positive" | "neutral" | "negative" } = {}): SentimentResult {
  const { label = "negative", ...rest } = overrides;
  const scores = { positive: 0.1, neutral: 0.1, negative: 0.1, [label]: 0.8 };
  return SentimentResultSchema.parse({
    schema: SENTIMENT_RESULT_VERSION,
    resultId: "0".repeat(32),
    id: rest.conversationId ?? CALL,
    conversationId: CALL,
    channel: "call",
    speaker: "customer",
    language: "en",
    occurredAt: "2026-03-02T09:00:00Z",
    segment: { index: 0 },
    modality: "fused",
    scope: "conversation",
    sentiment: { label, scores, confidence: 0.8, scoresFrom: "combined" },
    model: { provider: "valence", id: "late-fusion", version: "unfitted-1" },
    route: "both",
    trend: -0.42,
    turns: 4,
    revision: 1_772_442_000_000,
    flags: ["running"],
    timings: { arrivedAt: "2026-03-02T09:00:00Z", classifiedAt: "2026-03-02T09:00:05Z", modelMs: 0 },
    cost: { usd: 0 },
    ...rest,
  });
}

function results(...rows: (SentimentResult | string)[]): KinesisStreamEvent {
  return { Records: rows.map((one, position) => kinesisRecord(typeof one === "string" ? one : JSON.stringify(one), position)) };
}

const ALERT: Alert = AlertSchema.parse({
  schema: ALERT_VERSION,
  alertId: "0123456789abcdef0123456789abcdef",
  rule: { name: "customer-negative", kind: "negative-turns", speaker: "customer", turns: 3, below: -0.3 },
  conversationId: CALL,
  channel: "call",
  speaker: "customer",
  language: "en",
  at: "2026-03-02T09:01:00Z",
  conversationStartedAt: "2026-03-02T09:00:00Z",
  turn: {
    id: CALL,
    index: 6,
    startMs: 52_000,
    endMs: 55_000,
    occurredAt: "2026-03-02T09:00:52Z",
    label: "negative",
    scores: { positive: 0.05, neutral: 0.15, negative: 0.8 },
    fusion: { text: { positive: 0.6, neutral: 0.3, negative: 0.1, weight: 0.7 }, voice: { positive: 0.02, neutral: 0.03, negative: 0.95, weight: 0.3 }, disagreement: 0.715 },
    flags: ["modalities_disagree"],
    resultId: "f".repeat(32),
  },
  trend: -0.61,
  turns: 4,
  recording: "s3://recordings/call.wav",
});

/** As EventBridge puts an event on a queue. */
function alerts(...details: unknown[]): SQSEvent {
  return {
    Records: details.map((detail, position) => sqsRecord(JSON.stringify({ version: "0", id: `event-${position}`, "detail-type": "Valence Conversation Alert", source: "valence", account: "123456789012", time: "2026-03-02T09:01:00Z", region: "us-east-1", resources: [], detail }), position)),
  };
}

describe("conversation results", () => {
  it("become the attributes of their contact: one call, as Amazon Connect wants it", async () => {
    const handler = await loaded();
    const output = captureOutput();

    const answer = await handler(results(row({ turns: 3, trend: -0.2, revision: 1, label: "neutral" }), row({ revision: 2 }), row({ speaker: "agent", label: "positive", trend: -0.04, segment: { index: 1 }, turns: 5 })), lambdaContext());

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(connect.calls).toEqual([
      {
        method: "POST",
        path: "/contact/attributes",
        body: {
          InstanceId: INSTANCE,
          InitialContactId: CALL,
          Attributes: {
            valence_customer_sentiment: "negative",
            valence_customer_trend: "-0.4",
            valence_customer_turns: "4",
            valence_customer_state: "running",
            valence_agent_sentiment: "positive",
            valence_agent_trend: "0.0",
            valence_agent_turns: "5",
            valence_agent_state: "running",
          },
        },
      },
    ]);
    expect(output.metrics()).toMatchObject({ RecordsReceived: 3, ContactsUpdated: 1, ContactsFailed: 0 });
  });

  it("of the same revision count as they came, and an older one never over a newer one", async () => {
    const handler = await loaded();
    captureOutput();

    await handler(results(row({ revision: 9, label: "positive" }), row({ revision: 8, label: "negative" })), lambdaContext());

    expect(connect.calls[0]?.body["Attributes"]).toMatchObject({ valence_customer_sentiment: "positive" });
  });

  it("are not written again while nothing changes that a person would notice, but at the end they are", async () => {
    const handler = await loaded();
    const output = captureOutput();

    await handler(results(row()), lambdaContext());
    await handler(results(row({ trend: -0.38, turns: 5, revision: 1_772_442_005_000 })), lambdaContext());
    expect(connect.calls).toHaveLength(1);
    await handler(results(row({ flags: [], revision: 1_772_442_009_000 })), lambdaContext());

    expect(connect.calls).toHaveLength(2);
    expect(connect.calls[1]?.body["Attributes"]).toMatchObject({ valence_customer_state: "ended" });
    expect(output.metrics()).toMatchObject({ ContactsUpdated: 2, ContactsUnchanged: 1 });
  });

  it("are written again after half a minute, in case another process wrote something else", async () => {
    const handler = await loaded();
    captureOutput();

    await handler(results(row()), lambdaContext());
    const now = Date.now();
    vi.spyOn(Date, "now").mockReturnValue(now + 31_000);
    await handler(results(row({ revision: 1_772_442_005_000 })), { ...lambdaContext(), getRemainingTimeInMillis: () => 60_000 });

    expect(connect.calls).toHaveLength(2);
  });

  it("that are withdrawn leave empty attributes", async () => {
    const handler = await loaded();
    captureOutput();

    await handler(results(row({ withdrawn: true })), lambdaContext());

    expect(connect.calls[0]?.body["Attributes"]).toEqual({ valence_customer_sentiment: "", valence_customer_trend: "", valence_customer_turns: "", valence_customer_state: "" });
  });

  it("belong to the contact that stands before a slash; of other conversations there is no contact", async () => {
    const handler = await loaded();
    const output = captureOutput();

    await handler(results(row({ conversationId: `${CALL.toUpperCase()}/ivr` }), row({ conversationId: "call-17" }), row({ conversationId: `${CALL}-2` })), lambdaContext());

    expect(connect.calls.map(({ body }) => body["InitialContactId"])).toEqual([CALL]);
    expect(output.metrics()).toMatchObject({ ContactsUpdated: 1, ConversationsWithoutContact: 2 });
  });

  it.each(["ResourceNotFoundException", "InvalidRequestException", "InvalidParameterException"])("of a contact that is over or unknown (%s) are counted and left", async (name) => {
    connect.refusalOf = ({ body }) => (body["InitialContactId"] === CALL ? { name, status: name === "ResourceNotFoundException" ? 404 : 400 } : undefined);
    const handler = await loaded();
    const output = captureOutput();

    const answer = await handler(results(row(), row({ conversationId: OTHER_CALL })), lambdaContext());

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(output.metrics()).toMatchObject({ ContactsRefused: 1, ContactsUpdated: 1 });
  });

  it("come again where Connect is throttled or access is denied, all records of that contact and no other", async () => {
    connect.refusalOf = ({ body }) => (body["InitialContactId"] === CALL ? { name: "TooManyRequestsException", status: 429 } : undefined);
    const handler = await loaded();
    const output = captureOutput();

    const answer = await handler(results(row({ conversationId: OTHER_CALL }), row(), row({ speaker: "agent" })), lambdaContext());

    expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: sequenceNumberAt(1) }, { itemIdentifier: sequenceNumberAt(2) }] });
    expect(connect.calls.filter(({ body }) => body["InitialContactId"] === CALL)).toHaveLength(3);
    expect(output.metrics()).toMatchObject({ ContactsFailed: 1, ContactsUpdated: 1 });
    connect.refusalOf = () => ({ name: "AccessDeniedException", status: 403 });
    expect((await handler(results(row({ label: "positive" })), lambdaContext())).batchItemFailures).toHaveLength(1);
  });

  it("come again where Connect does not answer in time", async () => {
    connect.refusalOf = () => "hang";
    const handler = await loaded();
    captureOutput();

    expect((await handler(results(row()), lambdaContext(1_500))).batchItemFailures).toHaveLength(1);
  });

  it("that cannot be read are counted, and the others written", async () => {
    const handler = await loaded();
    const output = captureOutput();

    const answer = await handler(results("{", JSON.stringify({ ...row(), scope: "chapter" }), row()), lambdaContext());

    expect(answer).toEqual({ batchItemFailures: [] });
    expect(output.metrics()).toMatchObject({ ResultsUnreadable: 2, ContactsUpdated: 1 });
  });
});

describe("alerts", () => {
  it("become a task for a supervisor, as Amazon Connect wants it", async () => {
    const handler = await loaded();
    const output = captureOutput();

    expect(await handler(alerts(ALERT), lambdaContext())).toEqual({ batchItemFailures: [] });

    expect(connect.calls).toEqual([
      {
        method: "PUT",
        path: "/contact/task",
        body: {
          InstanceId: INSTANCE,
          ContactFlowId: FLOW,
          ClientToken: ALERT.alertId,
          RelatedContactId: CALL,
          Name: "customer-negative: the customer was negative in 3 turns in a row",
          Description:
            "The customer was negative in 3 turns in a row. The turn at 2026-03-02T09:00:52Z (52.0 s into the recording): negative, 80 %. Words: 60 % positive, 10 % negative. Voice: 2 % positive, 95 % negative. Trend -0.61 after 4 turns (from −1, negative, to 1). The conversation began at 2026-03-02T09:00:00Z, language en.",
          References: {
            Conversation: { Type: "STRING", Value: CALL },
            Recording: { Type: "STRING", Value: "s3://recordings/call.wav" },
            Result: { Type: "STRING", Value: "f".repeat(32) },
          },
          Attributes: { valence_alert: "customer-negative", valence_alert_id: ALERT.alertId, valence_conversation: CALL, valence_trend: "-0.61", valence_label: "negative" },
        },
      },
    ]);
    expect(output.metrics()).toMatchObject({ AlertsReceived: 1, TasksStarted: 1, TasksFailed: 0 });
  });

  it("delivered twice ask for the same task", async () => {
    const handler = await loaded();
    captureOutput();

    await handler(alerts(ALERT), lambdaContext());
    await handler(alerts(ALERT), lambdaContext());

    expect(connect.calls[1]).toEqual(connect.calls[0]);
  });

  it.each<[Alert["rule"], string]>([
    [{ name: "turning", kind: "sharp-drop", speaker: "customer", drop: 0.8, withinTurns: 5 }, "turning: the customer's trend fell by 0.8 or more within 5 turns"],
    [{ name: "said-otherwise", kind: "disagreement", speaker: "agent", from: 0.6 }, "said-otherwise: the agent's words and voice disagree by 0.6 or more"],
  ])("say why: %o", async (rule, name) => {
    const handler = await loaded();
    captureOutput();

    await handler(alerts({ ...ALERT, rule }), lambdaContext());

    expect(connect.calls[0]?.body["Name"]).toBe(name);
  });

  it("of a contact that Connect does not know still become a task", async () => {
    connect.refusalOf = ({ body }) => ("RelatedContactId" in body ? { name: "InvalidRequestException", status: 400 } : undefined);
    const handler = await loaded();
    const output = captureOutput();

    expect(await handler(alerts(ALERT), lambdaContext())).toEqual({ batchItemFailures: [] });

    expect(connect.calls.map(({ body }) => "RelatedContactId" in body)).toEqual([true, false]);
    expect(output.metrics()).toMatchObject({ TasksStarted: 1 });
  });

  it("of a conversation that is no contact are related to none", async () => {
    const handler = await loaded();
    captureOutput();

    await handler(alerts({ ...ALERT, conversationId: "call-17" }), lambdaContext());

    expect(connect.calls).toHaveLength(1);
    expect(connect.calls[0]?.body).not.toHaveProperty("RelatedContactId");
  });

  it("that make no task go back to the queue, and only those", async () => {
    connect.refusalOf = ({ body }) => (body["ClientToken"] === ALERT.alertId ? { name: "ServiceQuotaExceededException", status: 402 } : undefined);
    const handler = await loaded();
    captureOutput();

    const answer = await handler(alerts(ALERT, { ...ALERT, alertId: "a".repeat(32) }, { ...ALERT, rule: "no rule" }), lambdaContext());

    expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(["message-0", "message-2"]);
  });

  it("do not vanish where no flow takes them", async () => {
    const handler = await loaded("");
    const output = captureOutput();

    expect((await handler(alerts(ALERT), lambdaContext())).batchItemFailures).toHaveLength(1);
    expect(connect.calls).toEqual([]);
    expect(output.text()).toContain("connect.taskFlowId");
  });
});
