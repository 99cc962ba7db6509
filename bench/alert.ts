import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import { findDeployment } from "../cli/deployment.ts";
import { synthesize } from "../cli/synthesize.ts";
import type { Alert } from "../core/contracts/alert.ts";
import { TEXT_RECORD_VERSION, type TextRecord } from "../core/contracts/text-record.ts";
import { startLocalCloud } from "../local/local-cloud.ts";

const DATA = ".valence/bench-alert";
const CONVERSATIONS = 20;
const LONGEST_MS = 15_000;
const ANGRY = ["This is terrible, the worst service ever.", "I hate this, it is awful and broken.", "Horrible. I am so disappointed and angry."];

/** How long after its third angry turn was put on the text stream a customer's alert has reached the topic. */
export async function benchAlert(): Promise<void> {
  const assemblyFolder = await synthesize();
  rmSync(DATA, { recursive: true, force: true });
  const cloud = await startLocalCloud({ assemblyFolder, dataFolder: DATA, port: 0, log: () => undefined });
  try {
    const deployment = await findDeployment({ stage: "local", endpointUrl: cloud.endpoint }, ["TextStreamName"]);
    const client = new KinesisClient(deployment.clientConfiguration);
    const say = async (conversationId: string, turn: number): Promise<void> => {
      const record: TextRecord = { schema: TEXT_RECORD_VERSION, id: `${conversationId}-${turn}`, conversationId, channel: "chat", speaker: "customer", turn, language: "en", text: ANGRY[turn] ?? "", occurredAt: new Date().toISOString() };
      await client.send(new PutRecordCommand({ StreamName: deployment.outputs.TextStreamName, PartitionKey: conversationId, Data: Buffer.from(JSON.stringify(record)) }));
    };
    const delays: number[] = [];
    // The first one starts every function cold, and does not count.
    for (let number = 0; number <= CONVERSATIONS; number += 1) {
      const conversation = `angry-${number}`;
      await say(conversation, 0);
      await say(conversation, 1);
      await pause(3_000);
      const sent = Date.now();
      await say(conversation, 2);
      while (alertsOf(conversation) === 0 && Date.now() - sent < LONGEST_MS) await pause(10);
      if (number > 0) delays.push(Date.now() - sent);
    }
    client.destroy();
    await cloud.settled();
    const counts = Array.from({ length: CONVERSATIONS + 1 }, (_, number) => alertsOf(`angry-${number}`));
    delays.sort((left, right) => left - right);
    console.log(`  alert after its turn was put on the stream: median ${seconds(delays[CONVERSATIONS / 2])}, slowest of ${CONVERSATIONS} ${seconds(delays.at(-1))}; alerts a conversation: ${[...new Set(counts)].join(", ")}`);
  } finally {
    await cloud.stop();
    rmSync(DATA, { recursive: true, force: true });
  }
}

/** How often the rule of three negative turns fired. */
function alertsOf(conversation: string): number {
  const folder = join(DATA, "sns");
  if (!existsSync(folder)) return 0;
  const lines = readdirSync(folder).flatMap((file) => readFileSync(join(folder, file), "utf8").split("\n").filter((line) => line !== ""));
  return lines.map((line) => JSON.parse(line) as { message: { detail: Alert } }).filter(({ message: { detail } }) => detail.conversationId === conversation && detail.rule.name === "customer-negative").length;
}

function seconds(milliseconds: number | undefined): string {
  return `${((milliseconds ?? Number.NaN) / 1_000).toFixed(2)} s`;
}
