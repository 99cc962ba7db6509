import { randomUUID } from "node:crypto";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { TEXT_RECORD_VERSION } from "../core/contracts/text-record.ts";
import type { Channel } from "../core/contracts/identity.ts";
import { CommandError, EXIT } from "./command-error.ts";
import type { ExitCode } from "./command-error.ts";
import { DEFAULT_LOCAL_PORT, findDeployment } from "./deployment.ts";
import type { Deployment, TargetOptions } from "./deployment.ts";
import { namesAnInput, openInput } from "./input/input-file.ts";
import type { InputFile, InputFormat } from "./input/input-file.ts";
import { encode } from "./input/read-records.ts";
import { checkRecord } from "./input/record-fields.ts";
import type { RecordDefaults } from "./input/record-fields.ts";
import { abortOnInterrupt } from "./interrupt.ts";
import { settleLocal } from "./local-status.ts";
import { progressBar } from "./progress-bar.ts";
import { putRecords } from "./put-records.ts";
import { sendFile } from "./send-records.ts";
import type { SendSummary } from "./send-records.ts";
import { plural, seconds } from "./terminal.ts";

export interface SendTextOptions extends TargetOptions {
  text?: string;
  channel: Channel;
  language?: string;
  inputFormat?: InputFormat;
  raw?: boolean;
  wait?: boolean;
}

/** `valence send text`: sentences and files onto the text stream. */
export async function sendText(inputs: readonly string[], options: SendTextOptions): Promise<ExitCode> {
  const plan = planInputs(inputs, options);
  if (options.wait && options.stage !== "local") {
    throw new CommandError("--wait only works with the local run: an account refreshes its views on a schedule.", EXIT.usage);
  }
  const deployment = await findDeployment(options, ["TextStreamName"]);
  const client = new KinesisClient(deployment.clientConfiguration);
  const interrupt = abortOnInterrupt("Finishing what is in flight; press Ctrl-C again to leave at once.");
  const started = Date.now();
  const total: SendSummary = { acknowledged: 0, failed: 0, resent: 0, unreadable: 0 };
  try {
    const stream = deployment.outputs.TextStreamName;
    const defaults: RecordDefaults = {
      channel: options.channel,
      occurredAt: new Date().toISOString(),
      ...(options.language === undefined ? {} : { language: options.language }),
    };
    for (const sentence of plan.sentences) addTo(total, await sendSentence(client, stream, sentence, defaults));
    for (const file of plan.files) {
      if (interrupt.signal.aborted) break;
      const bar = progressBar(process.stderr, "records");
      addTo(total, await sendFile(client, file, { stream, defaults, raw: options.raw ?? false, bar, signal: interrupt.signal }));
    }
  } finally {
    client.destroy();
    interrupt.release();
  }
  console.error(summarize(total, deployment, Date.now() - started, interrupt.signal.aborted));
  if (interrupt.signal.aborted) return EXIT.interrupted;
  if (options.wait) await waitUntilQueryable(deployment, options.port);
  return total.failed + total.unreadable > 0 ? EXIT.inputFailed : EXIT.ok;
}

/** One word with a separator of folders, or with an ending as files have: more likely a misspelt name than a sentence. */
const LOOKS_LIKE_A_FILE = /^\S*(?:[/\\]\S*|\.[A-Za-z][A-Za-z0-9]{1,7})$/u;

/** Checks every input before the first byte is sent, so that a misspelt second file does not leave half a job done. */
function planInputs(inputs: readonly string[], options: SendTextOptions): { sentences: string[]; files: InputFile[] } {
  const sentences = inputs.filter((input) => !namesAnInput(input));
  const files = inputs.filter((input) => namesAnInput(input));
  const misspelt = sentences.find((sentence) => LOOKS_LIKE_A_FILE.test(sentence));
  if (misspelt !== undefined) {
    throw new CommandError(`There is no file ${misspelt}. To send these words as a sentence use --text.`, EXIT.usage);
  }
  if (options.text !== undefined) sentences.unshift(options.text);
  if (sentences.some((sentence) => sentence.trim() === "")) throw new CommandError("A sentence without words cannot be sent.", EXIT.usage);
  if (sentences.length === 0 && files.length === 0) {
    if (process.stdin.isTTY) throw new CommandError("Nothing to send: name a file, a sentence, or - for standard input. See --help.", EXIT.usage);
    files.push("-");
  }
  if (options.raw && sentences.length > 0) throw new CommandError("--raw sends the lines of files; a sentence becomes a record.", EXIT.usage);
  return { sentences, files: files.map((path) => openInput(path, options.inputFormat)) };
}

async function sendSentence(client: KinesisClient, stream: string, text: string, defaults: RecordDefaults): Promise<SendSummary> {
  const checked = checkRecord({ schema: TEXT_RECORD_VERSION, id: `typed-${randomUUID()}`, ...defaults, text });
  if (!checked.ok) throw new CommandError(`The sentence cannot be sent: ${checked.problem}.`, EXIT.usage);
  const progress = await putRecords(client, [{ ...encode(checked.record), origin: "sentence" }], {
    stream,
    onFailure: (_record, reason) => console.error(`sentence: ${reason}`),
  });
  return { ...progress, unreadable: 0 };
}

function addTo(total: SendSummary, part: SendSummary): void {
  total.acknowledged += part.acknowledged;
  total.failed += part.failed;
  total.resent += part.resent;
  total.unreadable += part.unreadable;
}

function summarize(total: SendSummary, deployment: Deployment<"TextStreamName">, elapsedMs: number, interrupted: boolean): string {
  const parts = [`${plural(total.acknowledged, "record")} sent to ${deployment.outputs.TextStreamName} in ${seconds(elapsedMs)}`];
  if (total.resent > 0) parts.push(`${plural(total.resent, "resend")} after throttling or errors`);
  if (total.failed > 0) parts.push(`${plural(total.failed, "record")} could not be sent`);
  if (total.unreadable > 0) parts.push(`${plural(total.unreadable, "line")} could not be read`);
  const sentence = `${parts.join("; ")}.`;
  const again = "Sending the same file again continues it: ids stay the same, so nothing is counted twice.";
  if (interrupted) return `${sentence}\nStopped before the end. ${again}`;
  return total.failed > 0 ? `${sentence}\n${again}` : sentence;
}

async function waitUntilQueryable(deployment: Deployment<"TextStreamName">, port = DEFAULT_LOCAL_PORT): Promise<void> {
  const started = Date.now();
  await settleLocal(deployment);
  console.error(`Queryable after ${seconds(Date.now() - started)}: npx valence query${port === DEFAULT_LOCAL_PORT ? "" : ` --port ${port}`} "select * from valence.results"`);
}
