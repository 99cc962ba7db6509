import { readFileSync, rmSync } from "node:fs";
import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startLocalCloud, type LocalCloud } from "../../local/local-cloud.ts";
import { localAssembly, temporaryFolder } from "./support/assembly.ts";
import { CALLS, liveChunks, putRecording } from "./support/calls.ts";
import { kinesisClient, OWNER_CREDENTIALS, putAll } from "./support/producer.ts";
import { makeTraffic } from "./support/traffic.ts";
import { putTranscript } from "./support/transcripts.ts";
import { grantsOf, withoutPermission, withUsageLimit } from "./support/without-permission.ts";

const assemblyFolder = await localAssembly();

/** Actions that only an update of a deployment needs: these runs deploy the intact assembly first. */
const ON_UPDATE: Record<string, { amount: number; period: string }> = {
  "redshift-serverless:UpdateUsageLimit": { amount: 3, period: "daily" },
  "redshift-serverless:DeleteUsageLimit": { amount: 3, period: "weekly" },
};

/** What a little traffic does not walk, and where it is walked instead. */
const ELSEWHERE: Record<string, readonly string[]> = {
  // Only a job that runs out of time or waits for an asynchronous endpoint is sent again, and only a failed one postponed: test/lambdas/audio-classifier.
  "valence-local-audio-classifier": ["sqs:SendMessage", "sqs:ChangeMessageVisibility"],
  // Only a throttled start is postponed, and only a job that is there already looked at and begun anew: test/lambdas/transcription-starter.
  // Nor does the local Transcribe look at a recording in its name, but in that of the role.
  "valence-local-transcription-starter": ["sqs:ChangeMessageVisibility", "transcribe:GetTranscriptionJob", "transcribe:DeleteTranscriptionJob", "s3:GetObject", "s3:ListBucket"],
};

/** Runs a little of everything and returns what the run said about missing permissions. */
async function complaints(assembly: string, dataFolder: string): Promise<string> {
  try {
    const cloud = await startLocalCloud({ assemblyFolder: assembly, dataFolder, port: 0 });
    try {
      await putAll(kinesisClient(cloud.endpoint), "valence-local-text", makeTraffic({ count: 40, repeats: 0, broken: 0.25, seed: 4 }));
      await sendBrokenJob(cloud);
      await sendVoices(cloud);
      await sendConversations(cloud);
      return await deniedOrSettled(cloud);
    } finally {
      await cloud.stop();
    }
  } catch (error) {
    // A function that CloudFormation or an event source needs stops the start itself.
    return error instanceof Error ? error.message : String(error);
  }
}

/** Every way in that the voice road has: a recording, one that is missing, one inline, and a live conversation. */
async function sendVoices(cloud: LocalCloud): Promise<void> {
  await putRecording(cloud, "calls/elogio.mp3", `${CALLS}elogio.mp3`);
  const identity = { schema: "valence.audio/1", channel: "call", occurredAt: "2026-05-01T10:00:00Z" };
  const records = [
    { ...identity, id: "missing", audio: { s3: { bucket: cloud.outputs["RecordingsBucketName"], key: "not/there.wav" } } },
    { ...identity, id: "inline", audio: { inline: readFileSync(`${CALLS}mailbox.ogg`).toString("base64"), encoding: "ogg" } },
    { ...identity, id: "broken" },
  ].map((record) => ({ data: Buffer.from(JSON.stringify(record)), partitionKey: record.id }));
  await putAll(kinesisClient(cloud.endpoint), "valence-local-audio", [...records, ...(await liveChunks("live", 4))]);
}

/** What transcripts and conversations need: a call that is written down, one that cannot be, a job nobody knows, a chat that raises an alert, and a result of another shape. */
async function sendConversations(cloud: LocalCloud): Promise<void> {
  await putTranscript(cloud, "calls/both.flac", "en-GB", [{ startMs: 300, endMs: 6_400, text: "I have been waiting since nine o'clock, and nobody came." }]);
  await putRecording(cloud, "calls/both.flac", `${CALLS}complaint.flac`, { "valence-route": "both", "valence-language": "en" });
  await putRecording(cloud, "calls/unwritten.ogg", `${CALLS}mailbox.ogg`, { "valence-route": "transcribe" });
  await sendMessage(cloud, "TranscriptsQueueUrl", JSON.stringify({ schema: "valence.transcription-check/1", jobName: "valence-local.nobody-asked-for-it" }));
  const angry = [1, 2, 3].map((turn) => ({ schema: "valence.text/1", id: `angry-${turn}`, conversationId: "angry", channel: "chat", speaker: "customer", turn, language: "en", text: "This is terrible, the worst service ever, I hate it.", occurredAt: `2026-05-01T10:0${turn}:00Z` }));
  await putAll(kinesisClient(cloud.endpoint), "valence-local-text", angry.map((record) => ({ data: Buffer.from(JSON.stringify(record)), partitionKey: "angry" })));
  await putAll(kinesisClient(cloud.endpoint), "valence-local-results", [{ data: Buffer.from(JSON.stringify({ modality: "text", scope: "turn" })), partitionKey: "broken" }]);
}

/** Until something was refused, or everything was done without. */
async function deniedOrSettled(cloud: LocalCloud): Promise<string> {
  const deadline = Date.now() + 40_000;
  for (;;) {
    await cloud.settled({ timeoutMs: 250 }).catch(() => undefined);
    const { denied, settled } = await cloud.status();
    if (denied.length > 0 || settled || Date.now() > deadline) return denied.join("\n");
  }
}

/** What no producer can cause: a message the classifier must reject. */
async function sendBrokenJob(cloud: LocalCloud): Promise<void> {
  await sendMessage(cloud, "TextJobsQueueUrl", "no job");
}

async function sendMessage({ endpoint, outputs }: LocalCloud, queue: string, MessageBody: string): Promise<void> {
  const client = new SQSClient({ endpoint, region: "us-east-1", credentials: OWNER_CREDENTIALS });
  await client.send(new SendMessageCommand({ QueueUrl: outputs[queue], MessageBody }));
  client.destroy();
}

describe("a permission that the template does not grant is missed on one machine, before the account", () => {
  let dataFolder = "";
  beforeEach(() => {
    dataFolder = temporaryFolder("permissions");
  });
  afterEach(() => rmSync(dataFolder, { recursive: true, force: true }));

  it("says nothing while every permission is there", { timeout: 90_000 }, async () => {
    expect(await complaints(assemblyFolder, dataFolder)).toBe("");
  });

  describe.each(grantsOf(assemblyFolder))("$functionName", ({ functionName, actions }) => {
    it.each(actions.filter((action) => ELSEWHERE[functionName]?.includes(action) !== true))("without %s: the run names function, action, resource and the statement to add", { timeout: 60_000 }, async (action) => {
      const assembly = withoutPermission(assemblyFolder, functionName, action);
      const usageLimit = ON_UPDATE[action];
      if (usageLimit !== undefined) {
        await (await startLocalCloud({ assemblyFolder, dataFolder, port: 0 })).stop();
        withUsageLimit(assembly, usageLimit);
      }

      const said = await complaints(assembly, dataFolder);

      expect(said).toContain(functionName);
      expect(said).toContain(action);
      expect(said).toMatch(/"Effect":"Allow".*"Resource":"(arn:|\*)/u);
      rmSync(assembly, { recursive: true, force: true });
    });
  });
});
