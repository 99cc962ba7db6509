import { strict as assert } from "node:assert";
import { countFollowed, followMany, type Load } from "../test/lambdas/conversation-tracker/many-conversations.ts";
import { TrackerStage } from "../test/lambdas/conversation-tracker/tracker-stage.ts";
import { functionEnvironment } from "../test/lambdas/support/load-handler.ts";

/** 1,000 calls of 40 turns that all run at the same time, through the tracker's handler and a DynamoDB on this machine. Counts are asserted. */
export async function benchConversations(conversations = 1_000): Promise<void> {
  const load: Load = { conversations, turns: 40, batch: 500, functions: 2 };
  const stage = new TrackerStage();
  Object.assign(process.env, functionEnvironment("", { ...(await stage.start()), POWERTOOLS_LOG_LEVEL: "ERROR", POWERTOOLS_METRICS_DISABLED: "true", POWERTOOLS_TRACE_ENABLED: "false" }));
  const { handler } = await import("../lambdas/conversation-tracker/handler.ts");
  try {
    const started = performance.now();
    await followMany(handler, stage, load);
    const seconds = (performance.now() - started) / 1_000;
    const { largestItem, ...followed } = await countFollowed(stage, load);
    const turns = conversations * load.turns;
    assert.deepEqual(followed, { fused: turns, wrong: 0, conversationRows: 2 * conversations, turnsSummed: turns, journal: 2 * turns });
    const rounds = stage.aws.callsOf("PutRecords").length;
    console.log(`  ${conversations} calls of ${load.turns} turns at once: every turn fused in ${seconds.toFixed(0)} s, ${Math.round((2 * turns) / seconds)} results/s, ${rounds} rounds, ${stage.aws.records.length} rows sent, largest item ${(largestItem / 1_024).toFixed(1)} KiB`);
  } finally {
    await stage.stop();
  }
}
