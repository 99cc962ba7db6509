import type { LocalStatus } from "../local/status.ts";
import { CommandError, EXIT, isUnreachable } from "./command-error.ts";
import type { Deployment } from "./deployment.ts";

/** Waits until the local run has nothing left to do and its views are refreshed. */
export async function settleLocal(deployment: Deployment): Promise<LocalStatus> {
  return ask(deployment, "settle", "POST");
}

export async function readLocalStatus(deployment: Deployment): Promise<LocalStatus> {
  return ask(deployment, "status", "GET");
}

async function ask(deployment: Deployment, what: string, method: string): Promise<LocalStatus> {
  const url = `${deployment.clientConfiguration.endpoint}/_valence/${what}`;
  const response = await fetch(url, { method }).catch((error: unknown) => {
    if (!isUnreachable(error)) throw error;
    throw new CommandError(`The local run stopped answering at ${url}. Start it again with \`npx valence local\`: what was acknowledged is kept.`, EXIT.unreachable, {
      cause: error,
    });
  });
  if (!response.ok) throw new CommandError(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as LocalStatus;
}
