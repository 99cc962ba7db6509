import type { LocalStatus } from "../local/status.ts";
import { CommandError, EXIT, isUnreachable } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";

type LocalDeployment = Pick<Deployment, "clientConfiguration">;

// `fetch` gives an answer up after five minutes.
const ONE_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 60 * 60_000;

class NotSettledError extends CommandError {}

/** Waits until the local run has nothing left to do and its views are refreshed. */
export async function settleLocal(deployment: LocalDeployment): Promise<void> {
  const deadline = Date.now() + LONGEST_WAIT_MS;
  for (;;) {
    try {
      await ask(deployment, "settle", "POST", JSON.stringify({ timeoutMs: ONE_WAIT_MS }));
      return;
    } catch (error) {
      // The run says what is under way when one wait is over; a big file takes several.
      if (!(error instanceof NotSettledError) || Date.now() > deadline) throw error;
    }
  }
}

export async function readLocalStatus(deployment: LocalDeployment): Promise<LocalStatus> {
  return ask(deployment, "status", "GET");
}

async function ask(deployment: LocalDeployment, what: string, method: string, body?: string): Promise<LocalStatus> {
  const url = `${deployment.clientConfiguration.endpoint}/_valence/${what}`;
  const response = await fetch(url, { method, ...(body === undefined ? {} : { body }) }).catch((error: unknown) => {
    if (!isUnreachable(error)) throw error;
    throw new CommandError(`The local run stopped answering at ${url}. Start it again with \`npx valence local\`: what was acknowledged is kept.`, EXIT.unreachable, {
      cause: error,
    });
  });
  if (!response.ok) {
    const said = await response.text();
    if (said.includes("did not settle")) throw new NotSettledError(said);
    throw new CommandError(`${url} answered ${response.status}: ${said}`);
  }
  return (await response.json()) as LocalStatus;
}
