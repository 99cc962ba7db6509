import type { KinesisClient } from "@aws-sdk/client-kinesis";
import type { InputFile } from "./input/input-file.ts";
import { readRawLines, readRecords } from "./input/read-records.ts";
import type { InputItem } from "./input/read-records.ts";
import type { RecordDefaults } from "./input/record-fields.ts";
import type { ProgressBar } from "./progress-bar.ts";
import { putRecords } from "./put-records.ts";
import type { PutProgress, RecordToPut } from "./put-records.ts";
import { plural } from "./terminal.ts";

export interface SendSummary extends PutProgress {
  /** Lines that could not be read as a record, hence were not sent. */
  unreadable: number;
}

export interface SendOptions {
  stream: string;
  defaults: RecordDefaults;
  raw: boolean;
  /** Where problems and progress go. */
  bar: ProgressBar;
  signal?: AbortSignal;
}

// A file of the wrong kind fails on every line: the first problems say it all, the total is in the summary.
const PROBLEMS_SHOWN = 20;

/** Sends a file line by line to the text stream. Each line ends acknowledged, failed or unreadable, and is counted once. */
export async function sendFile(client: KinesisClient, file: InputFile, options: SendOptions): Promise<SendSummary> {
  let unreadable = 0;
  let problems = 0;
  let lines = 0;
  const report = (origin: string, line: number | undefined, problem: string): void => {
    problems += 1;
    if (problems <= PROBLEMS_SHOWN) options.bar.line(`${origin}${line === undefined ? "" : `:${line}`}: ${problem}`);
    if (problems === PROBLEMS_SHOWN + 1) options.bar.line("… more problems of this file are only counted");
  };
  async function* readable(): AsyncGenerator<RecordToPut> {
    const items: AsyncIterable<InputItem> = options.raw ? readRawLines(file) : readRecords(file, options.defaults);
    for await (const item of items) {
      lines += 1;
      if (item.ok) {
        yield { data: item.data, partitionKey: item.partitionKey, origin: `${item.origin}:${item.line}` };
      } else {
        unreadable += 1;
        report(item.origin, item.line, item.problem);
      }
    }
  }
  const share = (): number | undefined => (file.size ? Math.min(1, file.bytesRead() / file.size) : undefined);
  let acknowledged = 0;
  try {
    const progress = await putRecords(client, readable(), {
      stream: options.stream,
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      onProgress: (now) => {
        acknowledged = now.acknowledged;
        options.bar.update(acknowledged, share());
      },
      onFailure: ({ origin }, reason) => report(origin, undefined, reason),
    });
    if (lines === 0) options.bar.line(`${file.name}: nothing to send, it has no line with words`);
    return { ...progress, unreadable };
  } catch (error) {
    if (acknowledged > 0) options.bar.line(`${plural(acknowledged, "record")} of ${file.name} had been sent before it failed.`);
    throw error;
  } finally {
    options.bar.finish();
  }
}
