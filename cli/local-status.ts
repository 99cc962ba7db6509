import type { LocalStatus } from "../local/status.ts";
import { CommandError, EXIT, isUnreachable } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";
import { plural } from "./terminal.ts";

type LocalDeployment = Pick<Deployment, "clientConfiguration">;

// `fetch` gives an answer up after five minutes.
const ONE_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 60 * 60_000;

/**
 * Waits until the local run has nothing left to do and its views are refreshed; says every minute what is under way.
 * @throws CommandError when the run fails, is gone, or is still at work after an hour.
 */
export async function settleLocal(deployment: LocalDeployment, log: (line: string) => void = console.error): Promise<void> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    const answer = await ask(deployment, "settle", { method: "POST", body: JSON.stringify({ timeoutMs: ONE_WAIT_MS }) });
    if (answer.ok) return;
    // 504: its time is over and the work goes on; a big file simply takes several waits.
    if (answer.status !== 504 || Date.now() > deadline) throw new CommandError(`${answer.url} answered ${answer.status}: ${await answer.text()}`);
    log(`Still under way: ${workLeft((await (await ask(deployment, "status", { method: "GET" })).json()) as LocalStatus)}.`);
  }
}

function workLeft({ streams, queues, consumedQueues, transcriptionJobs }: LocalStatus): string {
  const left = [
    ...Object.entries(streams).flatMap(([name, { lag }]) =>
      Object.entries(lag).flatMap(([consumer, records]) => (records > 0 ? [`${plural(records, "record")} of ${name} not yet read by ${consumer}`] : [])),
    ),
    ...Object.entries(queues).flatMap(([name, { visible, inFlight, delayed }]) => {
      const messages = visible + inFlight + delayed;
      return messages > 0 && consumedQueues.includes(name) ? [`${plural(messages, "message")} in ${name}`] : [];
    }),
    ...(transcriptionJobs.queued + transcriptionJobs.running > 0 ? [`${plural(transcriptionJobs.queued + transcriptionJobs.running, "transcription job")} under way`] : []),
  ];
  return left.join("; ") || "the last files and views";
}

async function ask(deployment: LocalDeployment, what: string, request: RequestInit): Promise<Response> {
  const url = `${deployment.clientConfiguration.endpoint}/_valence/${what}`;
  return fetch(url, request).catch((error: unknown) => {
    if (!isUnreachable(error)) throw error;
    throw new CommandError(`The local run stopped answering at ${url}. Start it again with \`npx valence local\`: what was acknowledged is kept.`, EXIT.unreachable, {
      cause: error,
    });
  });
}
