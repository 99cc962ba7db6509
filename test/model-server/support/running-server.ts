import { afterAll } from "vitest";
import { AudioAnswerSchema, type AudioAnswer } from "../../../core/contracts/audio-answer.ts";
import { type ModelServer, type StartOptions, startModelServer } from "../../../model-server/model-server.ts";

export interface LogLine {
  level: string;
  message: string;
  fields: Readonly<Record<string, unknown>>;
}

const running: ModelServer[] = [];

/** A server that ends with the test file, and its log. */
export async function startTestServer(options: StartOptions): Promise<{ server: ModelServer; log: LogLine[] }> {
  const log: LogLine[] = [];
  const server = await startModelServer({ workers: 1, ...options, log: (level, message, fields = {}) => log.push({ level, message, fields }) });
  running.push(server);
  return { server, log };
}

afterAll(async () => {
  await Promise.all(running.map((server) => server.stop()));
});

export async function invoke(url: string, body: Uint8Array | string, contentType = "audio/wav"): Promise<Response> {
  return fetch(`${url}/invocations`, { method: "POST", body: typeof body === "string" ? body : new Uint8Array(body), headers: { "Content-Type": contentType } });
}

/** @throws with the body when the answer is not one. */
export async function answerOf(response: Response): Promise<AudioAnswer> {
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${response.status}: ${text}`);
  return AudioAnswerSchema.parse(JSON.parse(text));
}

export async function refusalOf(response: Response): Promise<{ status: number; code: string; message: string }> {
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  return { status: response.status, ...error };
}
